"""Which orders does Pinduoduo show, and in which shape? Numbers, details, memo and shipping."""

from collections.abc import Mapping

from sandbox.marketplaces.call import Call, Method, Page
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.json_text import Json, Raw, with_odd
from sandbox.marketplaces.masks import cipher, mask_name, mask_phone, mask_street, yuan
from sandbox.marketplaces.model import Refund, Status, Trade
from sandbox.marketplaces.moments import DAY, SECOND, beijing

STATUS: Mapping[Status, int] = {
    Status.HELD: 1,
    Status.PAID: 1,
    Status.PART_SHIPPED: 1,
    Status.SHIPPED: 2,
    Status.DONE: 3,
    Status.CLOSED: 1,
}
REFUND: Mapping[Refund, int] = {
    Refund.NONE: 1, Refund.ASKED: 2, Refund.DONE: 4, Refund.REFUSED: 1,
}  # fmt: skip
AFTER_SALES: Mapping[Refund, int] = {
    Refund.NONE: 0, Refund.ASKED: 2, Refund.DONE: 10, Refund.REFUSED: 6,
}  # fmt: skip
ALL = 5
SHIPPABLE = frozenset({Status.PAID, Status.PART_SHIPPED})
TAGS = ("", "红色", "黄色", "绿色", "蓝色", "紫色")


def _number(fen: int) -> Raw:
    """Return yuan as a JSON number, exactly."""
    return Raw(yuan(fen))


def _receiver(trade: Trade) -> Json:
    """Return the receiver: ciphertext while it waits to be shipped and is not under review."""
    buyer = trade.buyer
    shown = trade.status in SHIPPABLE
    secret = {
        "receiver_name": buyer.name,
        "receiver_phone": buyer.phone,
        "receiver_address": buyer.street,
        "address": buyer.street,
    }
    masked = {
        "receiver_name_mask": mask_name(buyer.name),
        "receiver_phone_mask": mask_phone(buyer.phone),
        "receiver_address_mask": mask_street(buyer.street),
        "address_mask": mask_street(buyer.street),
    }
    return {
        **{key: f"~AgAAA{cipher(text)}~" if shown else "" for key, text in secret.items()},
        **{key: text if shown else "" for key, text in masked.items()},
        "country": "中国",
        "province": buyer.province,
        "city": buyer.city,
        "town": buyer.district,
    }


def order_json(trade: Trade) -> Json:
    """Return an order with all its fields."""
    full: Json = {
        "order_sn": trade.number,
        "order_status": STATUS[trade.status],
        "confirm_status": 1,
        "group_status": 1,
        "refund_status": REFUND[trade.refund],
        "after_sales_status": AFTER_SALES[trade.refund],
        "risk_control_status": 1 if trade.status is Status.HELD else 0,
        "created_time": beijing(trade.created_at),
        "pay_time": beijing(trade.paid_at),
        "confirm_time": beijing(trade.paid_at),
        "shipping_time": beijing(trade.shipped_at),
        "receive_time": beijing(trade.ended_at if trade.status is Status.DONE else None),
        "last_ship_time": beijing((trade.paid_at or trade.created_at) + 2 * DAY),
        "updated_at": beijing(trade.modified_at),
        "pay_amount": _number(trade.payment_fen),
        "goods_amount": _number(trade.goods_fen),
        "discount_amount": _number(trade.discount_fen),
        "seller_discount": _number(trade.discount_fen),
        "platform_discount": _number(0),
        "postage": _number(trade.post_fen),
        "logistics_id": int(trade.courier) if trade.courier.isdigit() else 0,
        "tracking_number": trade.waybill,
        "buyer_memo": trade.note,
        "remark": trade.memo,
        "remark_tag": trade.flag,
        "remark_tag_name": TAGS[trade.flag],
        "is_stock_out": 0,
        "stock_out_handle_status": -1,
        "is_pre_sale": 0,
        "trade_type": 0,
        "is_lucky_flag": 1,
        "pay_type": "WEIXIN",
        **_receiver(trade),
        "item_list": [
            {
                "goods_id": line.item,
                "sku_id": line.sku,
                "outer_id": line.code,
                "outer_goods_id": line.code,
                "goods_name": line.title,
                "goods_spec": "",
                "goods_price": _number(line.price_fen),
                "goods_count": line.quantity,
                "goods_img": "",
            }
            for line in trade.lines
        ],
    }
    return with_odd(full, trade.odd)


def _filtered(call: Call, rows: list[Trade]) -> list[Trade]:
    """Leave out what is not asked for, and what is not told of: no group, no payment."""
    status, refund = call.number("order_status"), call.number("refund_status")
    return [
        trade
        for trade in rows
        if trade.paid_at is not None
        and status in (ALL, STATUS[trade.status])
        and refund in (ALL, REFUND[trade.refund])
    ]


def _page(call: Call, rows: list[Trade]) -> Page:
    size = call.number("page_size", 100, low=1, high=call.rules.page_size)
    return call.page(_filtered(call, rows), call.number("page", 1, low=1) - 1, size)


def _totals(call: Call, page: Page) -> Json:
    if call.flag("use_has_next"):
        return {"has_next": page.has_next}
    return {"total_count": page.total, "has_next": page.has_next}


def increment(call: Call) -> Json:
    """Show the numbers of the orders updated in a window of 30 minutes, the newest first."""
    call.number("is_lucky_flag")
    start, end = call.number("start_updated_at"), call.number("end_updated_at")
    start, end = call.span(start * SECOND, end * SECOND, call.rules.window_s, "end_updated_at")
    page = _page(call, call.trades(start, end, "modified_at", newest_first=True))
    rows = [{"order_sn": order_json(trade)["order_sn"]} for trade in page.rows]
    return {"order_sn_list": rows, **_totals(call, page)}


def order_list(call: Call) -> Json:
    """Show the orders confirmed within 24 hours, the newest first."""
    start, end = call.number("start_confirm_at"), call.number("end_confirm_at")
    reach = call.rules.created_window_s
    start, end = call.span(start * SECOND, end * SECOND, reach, "end_confirm_at")
    page = _page(call, call.trades(start, end, "paid_at", newest_first=True))
    return {"order_list": [order_json(trade) for trade in page.rows], **_totals(call, page)}


def information(call: Call) -> Json:
    """Show one order."""
    trade = call.trade(call.text("order_sn"))
    if trade.paid_at is None:
        raise Refused(Why.BUSINESS, "order-not-found")
    return {"order_info": order_json(trade)}


def note_update(call: Call) -> Json:
    """Write the seller's memo and flag."""
    trade = call.trade(call.text("order_sn"))
    flag = call.number("tag", trade.flag, low=0, high=5)
    call.shop.remark(trade.number, call.text("note"), flag)
    return {"success": True}


def send(call: Call) -> Json:
    """Confirm a shipment, or (redelivery_type 2) correct its number."""
    trade = call.trade(call.text("order_sn"))
    courier, waybill = str(call.number("logistics_id")), call.text("tracking_number")
    again = call.number("redelivery_type", 1, low=1, high=2) == 2  # noqa: PLR2004 - the documented value
    allowed = trade.status is Status.SHIPPED if again else trade.status in SHIPPABLE
    if not allowed or trade.refund is Refund.ASKED:
        raise Refused(Why.BUSINESS, "order-status-error")
    call.shop.ship(trade.number, courier, waybill)
    return {"is_success": True}


def server_time(call: Call) -> Json:
    """Tell the platform's time."""
    return {"time": beijing(call.now)}


METHODS: Mapping[str, Method] = {
    "pdd.order.number.list.increment.get": increment,
    "pdd.order.list.get": order_list,
    "pdd.order.information.get": information,
    "pdd.order.note.update": note_update,
    "pdd.logistics.online.send": send,
    "pdd.time.get": server_time,
}
