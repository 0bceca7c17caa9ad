"""A shop on a make-believe marketplace, polled over a real socket into a real database."""

import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from core.adapters.marketplaces.configurations import channel
from core.adapters.marketplaces.http_json import HttpJson, Means
from core.adapters.marketplaces.pace import Pace
from core.domain.channel import Rate
from core.http.client import Http, HttpLimits
from core.http.guard import Guard
from core.nursery import Nursery
from core.store.door import Store
from jobs.poll_orders import ShopPoll
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.shop import Shop
from tests.clock import SECOND, SettableClock

NURSERY = Nursery(logging.getLogger("zhanggui.tests"))
QUICK = HttpLimits(connect_s=1, read_s=0.5, write_s=1, total_s=2)


@dataclass
class Naps:
    """Stands for sleeping: the clock goes on, nobody waits."""

    clock: SettableClock
    slept: float = 0.0

    async def __call__(self, seconds: float) -> None:
        self.slept += seconds
        self.clock.forward(round(seconds * SECOND))


def http_to(*markets: Marketplace, limits: HttpLimits = QUICK) -> Http:
    """Return a client that may call these marketplaces."""
    return Http(Guard([m.root.removeprefix("http://") for m in markets]), NURSERY.start, limits)


def described(market: Marketplace, shop: Shop | None = None, **more: Any) -> Any:
    """Return the channel of a shop as its settings describe it."""
    api = {"base_url": market.url, **more.pop("api", {})}
    table = {
        "platform": market.platform,
        "app_key": market.app_key,
        "secret": market.app_secret,
        "access_token": market.session_of(shop or market.shop),
        "mode": "live",
        "create_skus": True,
        **more,
    }
    return channel((shop or market.shop).name, {**table, "api": api})


def poll_of(store: Store, market: Marketplace, http: Http, **more: Any) -> ShopPoll:
    """Return what polls a shop; its pace is no hindrance, and sleeping moves the clock."""
    clock = store.clock
    assert isinstance(clock, SettableClock)
    naps = Naps(clock)
    told = described(market, **more)
    pace = Pace(Rate(100_000, 1), lambda: clock() / SECOND, naps)
    return ShopPoll(store, told, HttpJson(told, Means(http.send, clock, pace)), 10, naps)


@asynccontextmanager
async def opened(*markets: Marketplace, limits: HttpLimits = QUICK) -> AsyncIterator[Http]:
    """Start marketplaces, and close them with the client that calls them."""
    for market in markets:
        await market.start()
    http = http_to(*markets, limits=limits)
    try:
        yield http
    finally:
        await http.close()
        for market in markets:
            await market.stop()


async def stored(store: Store) -> Counter[str]:
    """Return how often each order number is stored."""
    rows = await store.read(lambda tx: tx.all("SELECT platform_no FROM orders"))
    return Counter(row["platform_no"] for row in rows)


async def value(store: Store, sql: str, **params: Any) -> Any:
    """Return one value."""
    return await store.read(lambda tx: tx.value(sql, **params))


async def lost_and_double(store: Store, market: Marketplace) -> tuple[set[str], set[str]]:
    """Compare what is stored with the marketplace's own book."""
    ours = await stored(store)
    return set(market.book.sold()) - set(ours), {no for no, n in ours.items() if n > 1}
