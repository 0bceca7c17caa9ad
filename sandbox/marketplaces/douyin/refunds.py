"""How does Douyin show refunds?"""

from collections.abc import Mapping

from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.douyin.orders import AFTER_SALE, REFUND
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.model import Refund, Trade
from sandbox.marketplaces.moments import SECOND, seconds


def after_sales(call: Call) -> Json:
    """Show the refunds of a window, the newest first, on pages counted from 0."""
    start, end = call.number("start_time"), call.number("end_time")
    start, end = call.span(start * SECOND, end * SECOND, call.rules.window_s, "end_time")
    rows = call.trades(start, end, "refund_at", newest_first=True)
    size = call.number("size", 10, low=1, high=call.rules.page_size)
    page = call.page(rows, call.number("page"), size)
    found = [one for trade in page.rows for one in _refunds(trade)]
    return {"data": {"items": found, "has_more": page.has_next, "total": page.total}}


def _refunds(trade: Trade) -> list[Json]:
    return [
        {
            "aftersale_info": {
                "aftersale_id": line.refund_id,
                "aftersale_status": AFTER_SALE[line.refund],
                "refund_status": REFUND[line.refund],
                "refund_amount": trade.paid_fen()[at],
                "apply_time": seconds(trade.refund_at),
                "update_time": seconds(trade.refund_at),
            },
            "order_info": {
                "shop_order_id": int(trade.number),
                "related_order_info": [
                    {"sku_order_id": int(trade.number) + at, "product_id": line.item}
                ],
            },
        }
        for at, line in enumerate(trade.lines)
        if line.refund is not Refund.NONE
    ]


METHODS: Mapping[str, Method] = {"afterSale.List": after_sales}
