"""How does JOS show refunds?"""

from collections.abc import Mapping

from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.model import Refund, Trade
from sandbox.marketplaces.moments import beijing

STATUS: Mapping[Refund, int] = {Refund.ASKED: 0, Refund.DONE: 3, Refund.REFUSED: 2}


def apply_list(call: Call) -> Json:
    """Show the refunds applied for in a window, the oldest first; the sum is in fen."""
    start, end = call.moment("applyTimeStart"), call.moment("applyTimeEnd")
    start, end = call.span(start, end, call.rules.window_s, "applyTimeEnd")
    rows = call.trades(start, end, "refund_at", newest_first=False)
    size = call.number("pageSize", 10, low=1, high=call.rules.page_size)
    page = call.page(rows, call.number("pageIndex", 1, low=1) - 1, size)
    found = [one for trade in page.rows for one in _refunds(trade)]
    return {"queryResult": {"success": True, "totalCount": page.total, "result": found}}


def _refunds(trade: Trade) -> list[Json]:
    return [
        {
            "id": line.refund_id,
            "orderId": int(trade.number),
            "skuId": line.sku,
            "status": STATUS[line.refund],
            "applyRefundSum": trade.paid_fen()[at],
            "applyTime": beijing(trade.refund_at),
            "checkTime": beijing(trade.refund_at),
        }
        for at, line in enumerate(trade.lines)
        if line.refund is not Refund.NONE
    ]


METHODS: Mapping[str, Method] = {"jingdong.pop.afs.soa.refundapply.queryPageList": apply_list}
