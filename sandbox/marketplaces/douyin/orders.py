"""Which orders does Douyin show, and in which shape? Search, details, remark and shipping."""

from collections.abc import Mapping

from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.json_text import Json, with_odd
from sandbox.marketplaces.masks import cipher, mask_name, mask_phone, mask_street
from sandbox.marketplaces.model import Line, Refund, Status, Trade
from sandbox.marketplaces.moments import SECOND, seconds

STATUS: Mapping[Status, int] = {
    Status.UNPAID: 1,
    Status.HELD: 105,
    Status.PAID: 2,
    Status.PART_SHIPPED: 101,
    Status.SHIPPED: 3,
    Status.DONE: 5,
    Status.CANCELLED: 4,
    Status.CLOSED: 4,
}
AFTER_SALE: Mapping[Refund, int] = {
    Refund.NONE: 0, Refund.ASKED: 6, Refund.DONE: 12, Refund.REFUSED: 27,
}  # fmt: skip
REFUND: Mapping[Refund, int] = {
    Refund.NONE: 0, Refund.ASKED: 1, Refund.DONE: 3, Refund.REFUSED: 4,
}  # fmt: skip
SHIPPABLE = frozenset({Status.PAID, Status.PART_SHIPPED})
STARS = 5


def main_status(trade: Trade) -> int:
    """Return the main status, which tells at what point an order was refunded."""
    if trade.status is not Status.CLOSED:
        return STATUS[trade.status]
    if trade.shipped_at is None:
        return 21
    return 22


def _place(name: str) -> Json:
    return {"name": name, "id": str(sum(name.encode()))}


def _address(trade: Trade, detail: str, text: str) -> Json:
    buyer = trade.buyer
    return {
        "province": _place(buyer.province),
        "city": _place(buyer.city),
        "town": _place(buyer.district),
        "street": _place(""),
        detail: text,
    }


def _sku_order(trade: Trade, at: int, line: Line, paid: int) -> Json:
    return {
        "order_id": str(int(trade.number) + at),
        "parent_order_id": trade.number,
        "product_id": line.item,
        "product_name": line.title,
        "sku_id": line.sku,
        "code": line.code,
        "out_sku_id": line.code,
        "item_num": line.quantity,
        "origin_amount": line.price_fen,
        "goods_price": line.price_fen,
        "order_amount": line.amount_fen,
        "pay_amount": paid,
        "order_status": STATUS[trade.status],
        "main_status": main_status(trade),
        "reduce_stock_type": 1,
        "inventory_list": [],
        "after_sale_info": {
            "after_sale_status": AFTER_SALE[line.refund],
            "refund_status": REFUND[line.refund],
        },
    }


def order_json(trade: Trade) -> Json:
    """Return an order with all its fields: fen, UNIX seconds, encrypted and masked receivers."""
    buyer, paid = trade.buyer, trade.paid_fen()
    parcel = {"company": trade.courier, "tracking_no": trade.waybill}
    full: Json = {
        "order_id": trade.number,
        "shop_id": 1,
        "order_status": STATUS[trade.status],
        "main_status": main_status(trade),
        "order_type": 0,
        "create_time": seconds(trade.created_at),
        "pay_time": seconds(trade.paid_at),
        "ship_time": seconds(trade.shipped_at),
        "finish_time": seconds(trade.ended_at if trade.status is Status.DONE else None),
        "update_time": seconds(trade.modified_at),
        "exp_ship_time": seconds(trade.paid_at) + 172_800 if trade.paid_at else 0,
        "order_amount": trade.goods_fen + trade.post_fen,
        "pay_amount": trade.payment_fen,
        "post_amount": trade.post_fen,
        "promotion_amount": trade.discount_fen,
        "doudian_open_id": f"1@#{cipher(buyer.nick, 32)}",
        "buyer_words": trade.note,
        "seller_words": trade.memo,
        "seller_remark_stars": trade.flag,
        "encrypt_post_receiver": f"##{cipher(buyer.name)}##",
        "encrypt_post_tel": f"$${cipher(buyer.phone)}$$",
        "mask_post_receiver": mask_name(buyer.name),
        "mask_post_tel": mask_phone(buyer.phone),
        "post_addr": _address(trade, "encrypt_detail", f"##{cipher(buyer.street)}##"),
        "mask_post_addr": _address(trade, "detail", mask_street(buyer.street)),
        "logistics_info": [parcel] if trade.waybill else [],
        "sku_order_list": [
            _sku_order(trade, at, line, paid[at]) for at, line in enumerate(trade.lines)
        ],
    }
    return with_odd(full, trade.odd)


def _window(call: Call) -> tuple[int, int, bool]:
    """Return the window (ms) and whether it goes by update; one pair is required."""
    by_update = "update_time_start" in call.params
    word = "update" if by_update else "create"
    start, end = call.number(f"{word}_time_start"), call.number(f"{word}_time_end")
    longest = call.rules.window_s
    start, end = call.span(start * SECOND, end * SECOND, longest, f"{word}_time_end")
    return start, end, by_update


def _wanted(call: Call, trade: Trade) -> bool:
    """Tell whether one of `combine_status` fits; each holds comma lists."""
    combined = call.params.get("combine_status") or []
    if not combined:
        return True
    fits = {"order_status": STATUS[trade.status], "main_status": main_status(trade)}
    return any(
        all(str(fits[key]) in str(value).split(",") for key, value in one.items() if key in fits)
        for one in combined
    )


def search(call: Call) -> Json:
    """Show the orders of a window on pages that are counted from 0."""
    start, end, by_update = _window(call)
    found = call.trades(
        start,
        end,
        "modified_at" if by_update else "created_at",
        newest_first=not call.flag("order_asc"),
    )
    rows = [trade for trade in found if _wanted(call, trade)]
    number = call.number("page")
    size = call.number("size", low=1, high=call.rules.page_size)
    page = call.page(rows, number, size)
    orders = [order_json(trade) for trade in page.rows]
    return {"data": {"shop_order_list": orders, "page": number, "size": size, "total": page.total}}


def detail(call: Call) -> Json:
    """Show one order."""
    trade = call.trade(call.text("shop_order_id"))
    return {"data": {"shop_order_detail": order_json(trade)}}


def logistics_add(call: Call) -> Json:
    """Confirm a shipment."""
    trade = call.trade(call.text("order_id"))
    courier, waybill = call.text("company_code"), call.text("logistics_code")
    if trade.status not in SHIPPABLE or trade.refund is Refund.ASKED:
        raise Refused(Why.BUSINESS, "order-status")
    call.shop.ship(trade.number, courier, waybill)
    return {"data": {"pack_id": f"pack-{trade.number}"}}


def add_remark(call: Call) -> Json:
    """Write the seller's remark and, if is_add_star, the flag; the update time stays."""
    trade = call.trade(call.text("order_id"))
    flag = trade.flag
    if call.flag("is_add_star"):
        flag = call.number("star", low=0, high=STARS)
    call.shop.remark(trade.number, call.text("remark"), flag)
    return {"data": {}}


METHODS: Mapping[str, Method] = {
    "order.searchList": search,
    "order.orderDetail": detail,
    "order.logisticsAdd": logistics_add,
    "order.addOrderRemark": add_remark,
}
