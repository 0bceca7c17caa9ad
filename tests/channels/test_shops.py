"""C11, C12 and the life of a shop: sessions, limits, shadow, history; each shop by itself."""

import asyncio
from typing import Any

import pytest

from core.domain.errors import SessionOver, Throttled
from core.store.door import Store
from sandbox.marketplaces.douyin import Douyin
from sandbox.marketplaces.jd import Jd
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.model import Status
from sandbox.marketplaces.pinduoduo import Pinduoduo
from sandbox.marketplaces.taobao import Taobao
from tests.channels.shops import lost_and_double, opened, poll_of, stored, value
from tests.clock import DAY, HOUR, MINUTE, SECOND, SettableClock

LIST = "taobao.trades.sold.increment.get"
PLATFORMS = (Taobao, Jd, Pinduoduo, Douyin)
OPEN = "SELECT COUNT(*) AS n FROM exception WHERE open = 1 AND code = :code"


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_every_platform_from_the_first_order_to_the_refund(
    store: Store, clock: SettableClock, platform: type[Marketplace]
) -> None:
    """The four shipped configurations read the same life of an order, exact to the fen."""
    market = platform(clock=clock)
    async with opened(market) as http:
        market.offer("A", 100, price_fen=5_990, title="羊毛衫")
        market.offer("B", 100, price_fen=1_010)
        poll = poll_of(store, market, http)
        await poll.catch_up()
        trade = market.sell({"A": 2, "B": 1}, note="快点")
        held = market.sell("A", 1, status=Status.HELD)
        gone = market.sell("B", 5)
        clock.forward(5 * MINUTE)
        await poll.catch_up()
        assert await lost_and_double(store, market) == (set(), set())
        row = await order(store, trade.number)
        facts = (row["gmv_fen"], row["placed_at"], row["modified_at"], row["buyer_note"])
        assert facts == (trade.payment_fen, trade.created_at, trade.modified_at, "快点")
        assert await value(store, "SELECT SUM(wanted) AS n FROM allocation") == 9
        assert await value(store, OPEN, code="PLATFORM_HOLD") == 1
        market.shop.ship(trade.number, "463", "YT1234567890123")
        market.shop.release(held.number)
        market.shop.cancel(gone.number)
        clock.forward(5 * MINUTE)
        await poll.catch_up()
        assert await value(store, OPEN, code="PLATFORM_HOLD") == 0
        assert await standing(store, trade.number) == ("PLATFORM_SHIPPED", "CONSUMED")
        assert (await standing(store, gone.number))[1] == "RELEASED"
        assert await value(store, "SELECT COUNT(*) AS n FROM quarantine") == 0
        assert not market.book.violations()


async def standing(store: Store, number: str) -> tuple[str, str]:
    """Return where an order stands: at the platform, and on our shelves."""
    row = await order(store, number)
    return row["platform_status"], row["stock"]


async def order(store: Store, number: str) -> Any:
    """Return an order's row."""
    return await store.read(
        lambda tx: tx.one("SELECT * FROM orders WHERE platform_no = :no", no=number)
    )


async def test_C11_an_expired_session_stops_that_shop_and_is_told_once(
    store: Store, clock: SettableClock
) -> None:
    """One alert with the shop; the other shop goes on; after the new login there is no gap."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        other = market.open_shop("另一家")
        for shop in (market.shop, other):
            shop.offer("A", 1000)
        first = poll_of(store, market, http, api={"paging": {"size": 10}})
        second = poll_of(store, market, http, shop=other)
        await first.turn()
        await second.turn()
        for _ in range(25):
            market.shop.sell("A")
            other.sell("A")
        clock.forward(5 * MINUTE)
        after_first_page = market.faults.then_do(
            lambda _: market.expire(refresh_too=True), methods=LIST, shop=market.shop.name
        )
        for _ in range(4):
            await first.turn()
            await second.turn()
            clock.forward(10 * MINUTE)
        assert after_first_page.struck == 1
        assert await value(store, OPEN, code="CHANNEL_SESSION") == 1
        assert await value(store, "SELECT COUNT(*) AS n FROM alert WHERE topic = 'system'") == 1
        assert set(market.book.sold(other.name)) <= set(await stored(store))
        market.market.sessions.grant(market.shop)
        renewed = poll_of(store, market, http, api={"paging": {"size": 10}})
        await renewed.turn()
        assert await lost_and_double(store, market) == (set(), set())
        assert await value(store, OPEN, code="CHANNEL_SESSION") == 0


async def test_C11_control_one_loop_over_all_shops_stops_with_the_first(
    store: Store, clock: SettableClock
) -> None:
    """Control: shops in one row behind each other, and the first one's session has run out."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        other = market.open_shop("另一家")
        for shop in (market.shop, other):
            shop.offer("A", 10)
            shop.sell("A")
        clock.forward(5 * MINUTE)
        market.expire()
        polls = [poll_of(store, market, http), poll_of(store, market, http, shop=other)]

        async def one_by_one() -> None:
            for poll in polls:
                await poll.catch_up()

        with pytest.raises(SessionOver):
            await one_by_one()
        assert not await stored(store)


@pytest.mark.parametrize(
    ("http_429", "tells"), [(False, True), (False, False), (True, True), (True, False)]
)
async def test_C12_throttled_for_half_an_hour_it_waits_and_catches_up(
    store: Store, clock: SettableClock, *, http_429: bool, tells: bool
) -> None:
    """It waits as long as it is told (or longer each time), breaks no limit, and loses nothing."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 1000)
        poll = poll_of(store, market, http)
        await poll.turn()
        market.faults.throttle(30 * 60, http=http_429, tells=tells)
        begun = clock()
        calls = len(market.book.calls())
        while clock() < begun + HOUR:
            market.sell("A")
            clock.forward(round(await poll.turn() * SECOND))
        assert len(market.book.calls()) - calls < 100
        assert not market.book.violations()
        clock.forward(10 * MINUTE)
        await poll.turn()
        assert await lost_and_double(store, market) == (set(), set())


async def test_C12_control_asking_on_regardless_breaks_the_limit(
    store: Store, clock: SettableClock
) -> None:
    """Control: asked again a second later, the platform's book notes a violation."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        poll = poll_of(store, market, http)
        market.faults.throttle(60)
        for _ in range(2):
            clock.forward(SECOND)
            with pytest.raises(Throttled):
                await poll.catch_up()
        assert market.book.violations()


async def test_a_dead_shop_delays_no_other(store: Store, clock: SettableClock) -> None:
    """One shop hangs for good; the others are up to date long before its time is out."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        shops = [market.shop, *(market.open_shop(f"店{n}") for n in range(4))]
        for shop in shops:
            shop.offer("A", 10)
            shop.sell("A")
        clock.forward(5 * MINUTE)
        market.faults.hang(shop=shops[0].name, times=None)
        polls = [poll_of(store, market, http, shop=shop) for shop in shops]
        hanging = asyncio.gather(*(poll.turn() for poll in polls))
        await hanging
        missing, _ = await lost_and_double(store, market)
        assert missing == set(market.book.sold(shops[0].name))


async def test_an_unchanged_poll_again_costs_no_detail_call(
    store: Store, clock: SettableClock
) -> None:
    """What is stored at its newest version is not asked for again, nor written."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 1000)
        poll = poll_of(store, market, http)
        await poll.catch_up()
        for _ in range(20):
            market.sell("A")
        clock.forward(5 * MINUTE)
        await poll.catch_up()
        details = len(market.book.calls("taobao.trade.fullinfo.get"))
        clock.forward(5 * MINUTE)
        turn = await poll.catch_up()
        assert turn.tally.unchanged == 20
        assert len(market.book.calls("taobao.trade.fullinfo.get")) == details == 20


async def test_shadow_keeps_orders_and_does_nothing(store: Store, clock: SettableClock) -> None:
    """Beside the live system: orders are kept and counted, no stock is locked, nobody is told."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 1000)
        poll = poll_of(store, market, http, mode="shadow")
        await poll.catch_up()
        for _ in range(5):
            market.sell("A", 3, status=Status.HELD)
            market.sell("A", 3)
        clock.forward(5 * MINUTE)
        await poll.catch_up()
        assert await lost_and_double(store, market) == (set(), set())
        effects = (
            "SELECT (SELECT COUNT(*) FROM allocation) + (SELECT COUNT(*) FROM exception)"
            " + (SELECT COUNT(*) FROM alert) + (SELECT COUNT(*) FROM outbox) AS n"
        )
        assert await value(store, effects) == 0


async def test_going_live_locks_what_is_open_and_nothing_else(
    store: Store, clock: SettableClock
) -> None:
    """Open orders lock their stock, held ones stop, shipped ones stay history."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 1000)
        poll = poll_of(store, market, http, mode="shadow")
        await poll.catch_up()
        market.sell("A", 3)
        market.sell("A", 2, status=Status.HELD)
        market.shop.ship(market.sell("A", 5).number, "463", "YT1234567890123")
        clock.forward(5 * MINUTE)
        await poll.catch_up()
        clock.forward(HOUR)
        live = poll_of(store, market, http)
        await live.catch_up()
        assert await value(store, "SELECT SUM(wanted) AS n FROM allocation") == 5
        assert await value(store, OPEN, code="PLATFORM_HOLD") == 1
        modes = await store.read(lambda tx: tx.all("SELECT mode FROM orders ORDER BY id"))
        assert sorted(row["mode"] for row in modes) == ["history", "live", "live"]
        again = await poll_of(store, market, http).catch_up()
        assert (again.tally.new, again.tally.changed) == (0, 0)


async def test_ninety_days_of_history_cause_no_effects(store: Store, clock: SettableClock) -> None:
    """What was sold before we came is counted; only what changes from now on locks stock."""
    market = Jd(clock=clock)
    async with opened(market) as http:
        market.offer("A", 1000)
        old = [market.sell("A", at=clock() - days * DAY) for days in range(2, 89, 3)]
        new = market.sell("A", 2)
        clock.forward(5 * MINUTE)
        longest = {"windows": {"longest_s": 86_400 * 7}}
        poll = poll_of(store, market, http, history_days=90, api=longest)
        await poll.turn()
        await poll.run_history()
        assert await lost_and_double(store, market) == (set(), set())
        modes = await store.read(lambda tx: tx.all("SELECT platform_no, mode FROM orders"))
        assert {row["platform_no"] for row in modes if row["mode"] == "live"} == {new.number}
        assert len(modes) == len(old) + 1
        assert await value(store, "SELECT SUM(wanted) AS n FROM allocation") == 2
        assert not market.book.violations()


async def test_an_outage_of_four_hours_is_caught_up_in_allowed_windows(
    store: Store, clock: SettableClock
) -> None:
    """Pinduoduo takes half an hour at a time: the backlog comes in tiles, without a violation."""
    market = Pinduoduo(clock=clock)
    async with opened(market) as http:
        market.offer("A", 10_000)
        poll = poll_of(store, market, http)
        await poll.turn()
        market.faults.down()
        for _ in range(48):
            clock.forward(5 * MINUTE)
            market.sell("A")
            await poll.turn()
        assert await value(store, OPEN, code="CHANNEL_DOWN") == 1
        market.faults.clear()
        clock.forward(4 * MINUTE)
        await poll.turn()
        assert await lost_and_double(store, market) == (set(), set())
        assert await value(store, OPEN, code="CHANNEL_DOWN") == 0
        assert not market.book.violations()
