"""C16 and the listings: pulled, matched by code, asked for, and made to display our stock."""

import pytest

from core.services import Tx, matching
from core.store import catalogue, exceptions
from core.store.door import Store
from sandbox.marketplaces.douyin import Douyin
from sandbox.marketplaces.jd import Jd
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.pinduoduo import Pinduoduo
from sandbox.marketplaces.taobao import Taobao
from tests.channels.fronts import front_of, put
from tests.channels.shops import opened, value
from tests.clock import MINUTE, SettableClock

PLATFORMS = (Taobao, Jd, Pinduoduo, Douyin)
OPEN = "SELECT COUNT(*) AS n FROM exception WHERE open = 1 AND code = :code"


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_every_platform_shows_its_listings_and_takes_our_stock(
    store: Store, clock: SettableClock, platform: type[Marketplace]
) -> None:
    """The four shipped descriptions list, set, pause, resume, remark and ship."""
    market = platform(clock=clock)
    async with opened(market) as http:
        market.offer("A", 7, title="羊毛衫")
        market.offer("B", 3)
        front = front_of(store, market, http)
        await put(store, A=12, B=0)
        pulled = await front.pull.pull()
        assert (pulled.listed, pulled.unknown) == (2, 0)
        assert await front.push.drain() == 2
        assert (front.displayed("A"), front.displayed("B")) == (12, 0)
        assert await front.push.drain() == 0
        offers = {offer.code: offer for offer in await front.outside.offers()}
        assert (offers["A"].quantity, offers["A"].on_sale, offers["A"].title) == (
            12,
            True,
            "羊毛衫",
        )
        trade = market.sell("A", 1)
        assert await front.outside.shipped(trade.number) is None
        await front.outside.remark(trade.number, "加急", 1)
        await front.outside.ship(trade.number, "YTO", "YT1234567890123")
        assert (await front.outside.shipped(trade.number) or ("", ""))[1] == "YT1234567890123"
        assert (market.shop.trade(trade.number).memo, market.shop.trade(trade.number).flag) == (
            "加急",
            1,
        )
        assert not market.book.violations()


async def test_pages_of_listings_are_read_to_the_last(store: Store, clock: SettableClock) -> None:
    """What stands on later pages, and what is paused already, is known as well."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        for at in range(130):
            market.offer(f"S{at}", at)
        market.shop.shelve(market.shop.listing("S3").item, on_sale=False)
        front = front_of(store, market, http)
        pulled = await front.pull.pull()
        assert pulled.listed == 130
        assert await value(store, "SELECT COUNT(*) AS n FROM listing WHERE on_sale = 0") == 1
        assert await value(store, "SELECT SUM(displayed_qty) AS n FROM listing") == 129 * 65


async def test_C16_an_unknown_code_is_asked_for_once_and_learned(
    store: Store, clock: SettableClock
) -> None:
    """One question per code; one code on two listings is one SKU; a new title is no news."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("MINE", 1)
        for item in (700_000_000_001, 700_000_000_002):
            market.offer("THEIRS", 5, item=item)
        await put(store, MINE=4)
        front = front_of(store, market, http, create_skus=False)
        for _ in range(3):
            assert (await front.pull.pull()).unknown == 1
            clock.forward(MINUTE)
        assert await value(store, OPEN, code="SKU_UNMAPPED") == 1
        assert await front.push.drain() == 1
        assert front.displayed("MINE") == 4
        row = (await store.read(lambda tx: exceptions.listed(tx, 1)))[0]
        await store.write(lambda tx: matching.learn(tx, row["id"], "MINE", ("test", "test")))
        await front.pull.pull()
        await front.push.drain()
        assert [one.stock for one in market.shop.listings] == [4, 4, 4]
        assert await value(store, OPEN, code="SKU_UNMAPPED") == 0
        market.shop.listing("MINE").title = "改名了"
        await front.pull.pull()
        assert await front.push.drain() == 0


async def test_a_bundle_displays_what_its_scarcest_part_allows(
    store: Store, clock: SettableClock
) -> None:
    """Two A and one B make a bundle: 7 A and 9 B are three of them."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("SET", 0)
        await put(store, A=7, B=9, SET=0)

        def bundle(tx: Tx) -> None:
            ids = catalogue.sku_ids(tx, ["A", "B", "SET"])
            catalogue.set_bundle(tx, ids["set"], [(ids["a"], 2), (ids["b"], 1)])

        await store.write(bundle)
        front = front_of(store, market, http)
        await front.pull.pull()
        await front.push.drain()
        assert front.displayed("SET") == 3
