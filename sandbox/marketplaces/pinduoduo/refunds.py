"""How does Pinduoduo show refunds?"""

from collections.abc import Mapping

from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.json_text import Json, Raw
from sandbox.marketplaces.masks import yuan
from sandbox.marketplaces.model import Refund, Trade
from sandbox.marketplaces.moments import SECOND, beijing
from sandbox.marketplaces.pinduoduo.orders import AFTER_SALES


def increment(call: Call) -> Json:
    """Show the refunds updated in a window of 30 minutes, the newest first."""
    call.number("after_sales_status")
    call.number("after_sales_type")
    start, end = call.number("start_updated_at"), call.number("end_updated_at")
    start, end = call.span(start * SECOND, end * SECOND, call.rules.window_s, "end_updated_at")
    rows = call.trades(start, end, "refund_at", newest_first=True)
    size = call.number("page_size", 100, low=1, high=call.rules.page_size)
    page = call.page(rows, call.number("page", 1, low=1) - 1, size)
    found = [one for trade in page.rows for one in _refunds(trade)]
    return {"refund_list": found, "total_count": page.total}


def _refunds(trade: Trade) -> list[Json]:
    return [
        {
            "id": line.refund_id,
            "order_sn": trade.number,
            "after_sales_status": AFTER_SALES[line.refund],
            "refund_amount": Raw(yuan(trade.paid_fen()[at])),
            "goods_number": line.quantity,
            "goods_id": line.item,
            "sku_id": line.sku,
            "outer_id": line.code,
            "created_time": beijing(trade.refund_at),
            "updated_time": beijing(trade.refund_at),
            "after_sale_reason": "不想要了",
        }
        for at, line in enumerate(trade.lines)
        if line.refund is not Refund.NONE
    ]


METHODS: Mapping[str, Method] = {"pdd.refund.list.increment.get": increment}
