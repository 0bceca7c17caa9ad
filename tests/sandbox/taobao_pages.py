"""Reads pages of a make-believe Taobao."""

from typing import Any

from sandbox.marketplaces import Taobao
from tests.clock import MINUTE, SECOND, SettableClock
from tests.sandbox.market_client import Client, beijing

INCREMENT = "taobao.trades.sold.increment.get"


def window(client: Client, **more: Any) -> dict[str, Any]:
    span = {
        "start_modified": beijing(client.now - 10 * MINUTE),
        "end_modified": beijing(client.now),
    }
    return {"fields": "tid,payment,status,orders", "page_size": 2, **span, **more}


async def page(client: Client, **more: Any) -> Any:
    answer = await client.call(INCREMENT, **window(client, **more))
    return answer["trades_sold_increment_get_response"]


async def tids(client: Client, **more: Any) -> list[int]:
    found = await page(client, **more)
    return [trade["tid"] for trade in found.get("trades", {"trade": []})["trade"]]


def five(taobao: Taobao, clock: SettableClock) -> list[int]:
    taobao.offer("A", 100, price_fen=9900)
    numbers = []
    for _ in range(5):
        numbers.append(int(taobao.sell("A").number))
        clock.forward(SECOND)
    return numbers
