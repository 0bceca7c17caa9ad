"""The make-believe shop as a process.

    python -m sandbox.shop furnish FOLDER SEED DAYS   writes FOLDER/goods.csv and FOLDER/history/
    python -m sandbox.shop sell FOLDER SEED           sells until its standard input ends

While it sells, each marketplace drops its export into FOLDER/<marketplace>/live/ as its seller
would download it.
"""

import asyncio
import sys
import time
from pathlib import Path

from sandbox.ending import end_with
from sandbox.shop.exports import write_goods, write_orders
from sandbox.shop.world import MARKETS, ShopWorld


async def sell(folder: Path, seed: int, ended: asyncio.Event) -> None:
    """Sell one order after another, now and then a few at once."""
    world = ShopWorld(seed)
    serial = 0
    while not ended.is_set():
        now = _now()
        orders = world.arrive(now, 3 if serial % 7 == 0 else 1)
        for market in MARKETS:
            of_market = [order for order in orders if order.market == market]
            if of_market:
                to = folder / market / "live"
                to.mkdir(parents=True, exist_ok=True)
                write_orders(to / f"orders-{now}.csv", of_market)
        serial += 1
        try:
            async with asyncio.timeout(world.pause_s()):
                await ended.wait()
        except TimeoutError:
            continue


def furnish(folder: Path, seed: int, days: int) -> None:
    """Write the list of goods, and what each marketplace sold on the days before today."""
    (folder / "history").mkdir(parents=True, exist_ok=True)
    write_goods(folder / "goods.csv")
    orders = ShopWorld(seed).history(_now(), days)
    for market in MARKETS:
        file = folder / "history" / f"{market}.csv"
        write_orders(file, [order for order in orders if order.market == market])


def _now() -> int:
    return time.time_ns() // 1_000_000


async def open_shop(folder: Path, seed: int) -> None:
    """Sell until standard input ends."""
    ended = asyncio.Event()
    await end_with(sys.stdin, ended)
    await sell(folder, seed, ended)


if __name__ == "__main__":
    what, where, number, *more = sys.argv[1:]
    if what == "furnish":
        furnish(Path(where), int(number), int(more[0]))
    else:
        asyncio.run(open_shop(Path(where), int(number)))
