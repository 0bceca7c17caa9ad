"""A shop whose displayed stock is kept by us, over a real socket and a real database."""

from dataclasses import dataclass

from core.adapters.marketplaces.http_json import HttpJson, Means
from core.adapters.marketplaces.pace import Pace
from core.adapters.marketplaces.storefront import HttpStorefront
from core.domain.channel import Rate
from core.http.client import Http
from core.services import listings
from core.store import catalogue, shelves
from core.store.door import Store
from core.store.shelves import Move
from core.store.tx import Tx
from jobs.pull_listings import ListingPull
from jobs.push_stock import StockPush
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.shop import Shop
from tests.channels.shops import NURSERY, Naps, described
from tests.clock import SECOND, SettableClock

__all__ = ["NURSERY", "Front", "front_of", "move", "put"]

EVENTS = iter(range(1_000_000))


@dataclass
class Front:
    """One shop: what pulls and pushes, and what its buyers see."""

    shop: Shop
    pull: ListingPull
    push: StockPush
    outside: HttpStorefront

    def displayed(self, code: str) -> int | None:
        """Return what buyers see."""
        return self.shop.listing(code).stock


def front_of(
    store: Store, market: Marketplace, http: Http, shop: Shop | None = None, **more: object
) -> Front:
    """Return a shop that is live and told what to display."""
    clock = store.clock
    assert isinstance(clock, SettableClock)
    naps = Naps(clock)
    told = described(market, shop, push_stock=True, **more)
    pace = Pace(Rate(100_000, 1), lambda: clock() / SECOND, naps)
    outside = HttpStorefront(told, HttpJson(told, Means(http.send, clock, pace)).ask)
    pull = ListingPull(store, told, outside, naps)
    return Front(shop or market.shop, pull, StockPush(store, told, outside, pull), outside)


async def put(store: Store, **levels: int) -> None:
    """Let shelves hold exactly so many free pieces of codes, and let the wishes follow."""
    await move(store, **levels)
    await store.write(listings.wish)


async def move(store: Store, **levels: int) -> None:
    """Let shelves hold exactly so many free pieces of codes."""

    def write(tx: Tx) -> None:
        warehouse = catalogue.main_warehouse(tx)
        catalogue.create_missing(tx, [catalogue.SkuIn(code, code) for code in levels])
        ids = catalogue.sku_ids(tx, levels)
        for code, level in levels.items():
            pair = (ids[catalogue.key(code)], warehouse)
            on_hand, _, _ = shelves.level(tx, pair)
            move = Move(f"test:{next(EVENTS)}", *pair, level - on_hand)
            shelves.move_many(tx, [move], "ADJUST", "test", "test")

    await store.write(write)
