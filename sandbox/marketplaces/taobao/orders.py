"""Which orders does TOP show, and in which shape? The lists, the details, memo and shipping."""

from collections.abc import Mapping

from sandbox.marketplaces.call import Call, Method, Page
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.json_text import Json, with_odd
from sandbox.marketplaces.masks import mask_name, mask_phone, receiver_id, yuan
from sandbox.marketplaces.model import Line, Refund, Status, Trade
from sandbox.marketplaces.moments import SECOND, beijing

STATUS: Mapping[Status, str] = {
    Status.UNPAID: "WAIT_BUYER_PAY",
    Status.HELD: "PAID_FORBID_CONSIGN",
    Status.PAID: "WAIT_SELLER_SEND_GOODS",
    Status.PART_SHIPPED: "SELLER_CONSIGNED_PART",
    Status.SHIPPED: "WAIT_BUYER_CONFIRM_GOODS",
    Status.DONE: "TRADE_FINISHED",
    Status.CANCELLED: "TRADE_CLOSED_BY_TAOBAO",
    Status.CLOSED: "TRADE_CLOSED",
}
REFUND: Mapping[Refund, str] = {
    Refund.NONE: "NO_REFUND",
    Refund.ASKED: "WAIT_SELLER_AGREE",
    Refund.DONE: "SUCCESS",
    Refund.REFUSED: "SELLER_REFUSE_BUYER",
}
# oaid comes only with all of these; what stands in DETAIL_ONLY never comes with a list.
OAID_NEEDS = frozenset({
    "receiver_name", "receiver_address", "created", "receiver_mobile", "receiver_phone",
})  # fmt: skip
DETAIL_ONLY = frozenset({
    "receiver_name", "receiver_address", "receiver_mobile", "receiver_phone", "receiver_town",
    "buyer_message", "seller_memo", "oaid",
})  # fmt: skip
SHIPPABLE = frozenset({Status.PAID, Status.PART_SHIPPED})
MEMO_LENGTH = 1000


def oid(trade: Trade, at: int) -> int:
    """Return the number of a line: the order's own if it has only one."""
    return int(trade.number) + (0 if len(trade.lines) == 1 else at + 1)


def _line(trade: Trade, at: int, line: Line, paid: int) -> Json:
    order: Json = {
        "oid": oid(trade, at),
        "num_iid": line.item,
        "sku_id": str(line.sku),
        "outer_sku_id": line.code,
        "outer_iid": line.code,
        "title": line.title,
        "num": line.quantity,
        "price": yuan(line.price_fen),
        "total_fee": yuan(line.amount_fen),
        "payment": yuan(paid),
        "divide_order_fee": yuan(paid),
        "status": STATUS[trade.status],
        "refund_status": REFUND[line.refund],
        "is_oversold": False,
    }
    if line.refund_id:
        order["refund_id"] = str(line.refund_id)
    if trade.waybill:
        order |= {"logistics_company": trade.courier, "invoice_no": trade.waybill}
    return order


def trade_json(trade: Trade) -> Json:
    """Return an order with all its fields."""
    buyer = trade.buyer
    paid = trade.paid_fen()
    full: Json = {
        "tid": int(trade.number),
        "status": STATUS[trade.status],
        "type": "fixed",
        "payment": yuan(trade.payment_fen),
        "total_fee": yuan(trade.goods_fen),
        "post_fee": yuan(trade.post_fen),
        "discount_fee": yuan(trade.discount_fen),
        "adjust_fee": "0.00",
        "received_payment": yuan(trade.payment_fen if trade.status is Status.DONE else 0),
        "created": beijing(trade.created_at),
        "modified": beijing(trade.modified_at),
        "buyer_nick": mask_name(buyer.nick),
        "buyer_open_uid": f"AAH{receiver_id(buyer)[1:25]}",
        "seller_memo": trade.memo,
        "seller_flag": trade.flag,
        "buyer_message": trade.note,
        "has_buyer_message": bool(trade.note),
        "receiver_state": buyer.province,
        "receiver_city": buyer.city,
        "receiver_district": buyer.district,
        "receiver_town": "",
        "receiver_address": "***",
        "receiver_name": mask_name(buyer.name),
        "receiver_mobile": mask_phone(buyer.phone),
        "receiver_phone": "",
        "shipping_type": "express",
        "oaid": receiver_id(buyer),
        "orders": {
            "order": [_line(trade, at, line, paid[at]) for at, line in enumerate(trade.lines)]
        },
    }
    times = {
        "pay_time": trade.paid_at, "consign_time": trade.shipped_at, "end_time": trade.ended_at,
    }  # fmt: skip
    full |= {name: beijing(at) for name, at in times.items() if at is not None}
    return with_odd(full, trade.odd)


def chosen(full: Json, fields: str, *, listed: bool) -> Json:
    """Return the fields that were asked for; "orders.oid" asks for the lines as a whole."""
    names = {name.strip().partition(".")[0] for name in fields.split(",")}
    if not names >= OAID_NEEDS:
        names.discard("oaid")
    if listed:
        names -= DETAIL_ONLY
    return {key: value for key, value in full.items() if key in names}


def _rows(call: Call, page: Page) -> Json:
    fields = call.text("fields")
    result: Json = {}
    if page.rows:
        trades = [chosen(trade_json(trade), fields, listed=True) for trade in page.rows]
        result["trades"] = {"trade": trades}
    if call.flag("use_has_next"):
        result["has_next"] = page.has_next
    else:
        result["total_results"] = page.total
    return result


def _page(call: Call, rows: list[Trade]) -> Page:
    wanted = call.text("status", "")
    if wanted:
        rows = [trade for trade in rows if STATUS[trade.status] == wanted]
    size = call.number("page_size", 40, low=1, high=call.rules.page_size)
    return call.page(rows, call.number("page_no", 1, low=1) - 1, size)


def increment(call: Call) -> Json:
    """Show the orders modified in a window, the newest first."""
    start, end = call.moment("start_modified"), call.moment("end_modified")
    start, end = call.span(start, end, call.rules.window_s, "end_modified")
    rows = call.trades(start, end, "modified_at", newest_first=True)
    return _rows(call, _page(call, rows))


def sold(call: Call) -> Json:
    """Show the orders created in a window, the newest first; without a window the last months."""
    reach = call.rules.created_window_s
    start = (
        call.moment("start_created")
        if call.text("start_created", "")
        else call.now - reach * SECOND
    )
    end = call.moment("end_created") if call.text("end_created", "") else call.now
    start, end = call.span(start, end, reach, "end_created")
    rows = call.trades(start, end, "created_at", newest_first=True)
    return _rows(call, _page(call, rows))


def full_info(call: Call) -> Json:
    """Show one order with its receiver."""
    trade = call.trade(call.text("tid"))
    return {"trade": chosen(trade_json(trade), call.text("fields"), listed=False)}


def memo_update(call: Call) -> Json:
    """Write the seller's memo and flag."""
    trade = call.trade(call.text("tid"))
    memo = "" if call.flag("reset") else call.text("memo", trade.memo)
    if len(memo) > MEMO_LENGTH:
        raise Refused(Why.PARAMETER, "memo")
    flag = call.number("flag", trade.flag, low=0, high=5)
    trade = call.shop.remark(trade.number, memo, flag)
    return {"trade": {"tid": int(trade.number), "modified": beijing(trade.modified_at)}}


def send(call: Call) -> Json:
    """Confirm a shipment; an order that may not be shipped is refused."""
    trade = call.trade(call.text("tid"))
    waybill, courier = call.text("out_sid"), call.text("company_code")
    if trade.status not in SHIPPABLE or trade.refund is Refund.ASKED:
        raise Refused(Why.BUSINESS, "trade-status-error")
    call.shop.ship(trade.number, courier, waybill)
    return {"shipping": {"is_success": True}}


def server_time(call: Call) -> Json:
    """Tell the platform's time."""
    return {"time": beijing(call.now)}


METHODS: Mapping[str, Method] = {
    "taobao.trades.sold.increment.get": increment,
    "taobao.trades.sold.get": sold,
    "taobao.trade.fullinfo.get": full_info,
    "taobao.trade.memo.update": memo_update,
    "taobao.logistics.offline.send": send,
    "taobao.logistics.online.send": send,
    "taobao.time.get": server_time,
}
