"""How does TOP show refunds?"""

from collections.abc import Mapping

from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.masks import yuan
from sandbox.marketplaces.model import Refund, Status, Trade
from sandbox.marketplaces.moments import beijing
from sandbox.marketplaces.taobao.orders import REFUND, STATUS, oid


def refund_rows(trade: Trade) -> list[Json]:
    """Return a refund for each line that has one."""
    return [
        {
            "refund_id": str(line.refund_id),
            "tid": int(trade.number),
            "oid": oid(trade, at),
            "status": REFUND[line.refund],
            "order_status": STATUS[trade.status],
            "refund_fee": yuan(trade.paid_fen()[at]),
            "total_fee": yuan(line.amount_fen),
            "payment": yuan(trade.paid_fen()[at]),
            "num": line.quantity,
            "title": line.title,
            "outer_id": line.code,
            "created": beijing(trade.refund_at),
            "modified": beijing(trade.refund_at),
            "has_good_return": trade.status is Status.DONE,
            "reason": "不想要了",
        }
        for at, line in enumerate(trade.lines)
        if line.refund is not Refund.NONE
    ]


def received(call: Call) -> Json:
    """Show the refunds whose orders were modified in a window, the newest first."""
    call.text("fields")
    start, end = call.moment("start_modified"), call.moment("end_modified")
    start, end = call.span(start, end, call.rules.window_s, "end_modified")
    rows = call.trades(start, end, "refund_at", newest_first=True)
    size = call.number("page_size", 40, low=1, high=call.rules.page_size)
    page = call.page(rows, call.number("page_no", 1, low=1) - 1, size)
    result: Json = {"total_results": page.total}
    if call.flag("use_has_next"):
        result = {"has_next": page.has_next}
    if page.rows:
        result["refunds"] = {"refund": [one for trade in page.rows for one in refund_rows(trade)]}
    return result


METHODS: Mapping[str, Method] = {"taobao.refunds.receive.get": received}
