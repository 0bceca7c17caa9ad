"""The marketplace that bench.polling polls, in a process of its own: its work is not ours.

`python -m bench.polling_market PLATFORM SHOPS ORDERS HOURS HANGING` sells ORDERS in each of SHOPS
over the last HOURS, lets HANGING shops never answer, and prints one JSON line; a line on its
input ends it, and it prints what its book says.
"""

import asyncio
import json
import sys

from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.moments import wall_clock
from sandbox.marketplaces.pinduoduo import Pinduoduo
from sandbox.marketplaces.taobao import Taobao

HOUR_MS = 3_600_000
SKUS = 300
LAG_MS = 240_000


async def main(platform: str, shops: int, orders: int, hours: float, hanging: int) -> None:
    """Sell, serve until told to end, and tell."""
    kinds: dict[str, type[Marketplace]] = {"taobao": Taobao, "pinduoduo": Pinduoduo}
    async with kinds[platform]() as market:
        every = [market.shop, *(market.open_shop(f"shop-{n}") for n in range(1, shops))]
        until = wall_clock() - LAG_MS
        for shop in every:
            for n in range(SKUS):
                shop.offer(f"S{n}", 1_000_000)
            for n in range(orders):
                at = until - round(hours * HOUR_MS * (orders - n) / orders)
                shop.sell(f"S{n % SKUS}", 1 + n % 3, at=at)
        for shop in every[:hanging]:
            market.faults.hang(shop=shop.name, times=None)
        told = {
            "url": market.url,
            "place": market.root.removeprefix("http://"),
            "app_key": market.app_key,
            "secret": market.app_secret,
            "shops": {shop.name: market.session_of(shop) for shop in every},
            "hanging": [shop.name for shop in every[:hanging]],
        }
        _say(told)
        await asyncio.to_thread(sys.stdin.readline)
        _say(
            {
                "sold": {shop.name: sorted(market.book.sold(shop.name)) for shop in every},
                "violations": len(market.book.violations()),
                "calls": len(market.book.calls()),
            }
        )


def _say(told: object) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    asyncio.run(main(name, int(numbers[0]), int(numbers[1]), float(numbers[2]), int(numbers[3])))
