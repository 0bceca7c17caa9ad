"""D04, D05, C12: what a shop displays comes to what we have, whatever happens to the pushes."""

import asyncio
import contextlib
from collections.abc import Iterator

import pytest

from core.domain.checkpoints import unprotect
from core.domain.errors import Throttled
from core.domain.listing import StockWrite
from core.services import Tx, listings
from core.store import catalogue
from core.store.door import Store
from core.store.listings import ONE_AT_A_TIME
from jobs.push_stock import Wishes
from sandbox.marketplaces.book import Kind
from sandbox.marketplaces.errors import Why
from sandbox.marketplaces.jd import Jd
from sandbox.marketplaces.taobao import Taobao
from tests.channels.fronts import NURSERY, Front, front_of, move, put
from tests.channels.shops import Naps, opened, value
from tests.clock import HOUR, MINUTE, SECOND, SettableClock

SET = "taobao.item.quantity.update"
DELIST = "taobao.item.update.delisting"
OPEN = "SELECT COUNT(*) AS n FROM exception WHERE open = 1 AND code = :code"


@pytest.fixture
def one_push_not_at_a_time() -> Iterator[None]:
    """Let a push go out though the one before has not come back."""
    unprotect(ONE_AT_A_TIME)
    yield
    unprotect()


async def until(store: Store, front: Front, code: str, wanted: int) -> None:
    """Drain, with time going on, until a code displays what is wanted."""
    clock = store.clock
    assert isinstance(clock, SettableClock)
    for _ in range(20):
        await front.push.drain()
        if front.displayed(code) == wanted:
            return
        clock.forward(MINUTE)
    pytest.fail(f"{code} displays {front.displayed(code)}, not {wanted}")


async def test_wishes_coalesce_and_decreases_go_first(store: Store, clock: SettableClock) -> None:
    """A hundred moves are one push of the last; what falls is told before what rises."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        for code in ("UP", "DOWN"):
            market.offer(code, 50)
        front = front_of(store, market, http)
        await put(store, UP=50, DOWN=50)
        await front.pull.pull()
        for pieces in range(100):
            await put(store, UP=51 + pieces, DOWN=49 - pieces // 4)
        assert await store.write(listings.wish) == 0
        assert await front.push.drain() == 2
        told = [(one.data["code"], one.data["stock"]) for one in market.book.find(Kind.STOCK)]
        assert told == [("DOWN", 25), ("UP", 150)]


async def test_a_move_of_stock_is_told_by_itself(store: Store, clock: SettableClock) -> None:
    """Whoever moves stock need not know of shops: the commit wakes wishes, wishes wake pushes."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 5)
        front = front_of(store, market, http)
        await put(store, A=5)
        await front.pull.pull()
        told = asyncio.Event()
        market.faults.then_do(lambda _: told.set(), methods=SET, times=None)
        running = [
            NURSERY.start(Wishes(store, Naps(clock)).run(), "wishes"),
            NURSERY.start(front.push.run(), "push"),
        ]
        await move(store, A=2)
        async with asyncio.timeout(10):
            await told.wait()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        assert front.displayed("A") == 2


async def test_D04_a_push_whose_reply_is_lost_converges(
    store: Store, clock: SettableClock
) -> None:
    """Taken but not answered, then changed again: the shop ends at the newest number."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 50)
        front = front_of(store, market, http)
        await put(store, A=50)
        await front.pull.pull()
        market.faults.answer_lost(methods=SET)
        await put(store, A=10)
        assert await front.push.drain() == 0
        assert front.displayed("A") == 10
        await put(store, A=4)
        await until(store, front, "A", 4)
        assert await value(store, "SELECT displayed_qty FROM listing") == 4


async def test_D04_a_slow_write_that_lands_late_is_found_and_put_right(
    store: Store, clock: SettableClock
) -> None:
    """The old number lands after the new one; looking again two minutes later puts it right."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 50)
        front = front_of(store, market, http)
        await put(store, A=50)
        await front.pull.pull()
        slow = market.faults.hold(methods=SET)
        await put(store, A=40)
        assert await front.push.drain() == 0
        await put(store, A=3)
        clock.forward(5 * SECOND)
        assert await front.push.drain() == 1
        assert front.displayed("A") == 3
        slow.release()
        async with asyncio.timeout(5):
            while front.displayed("A") != 40:  # noqa: ASYNC110 - the server rings no bell
                await asyncio.sleep(0)
        clock.forward(2 * MINUTE)
        await front.push.drain()
        await until(store, front, "A", 3)


async def test_D04_a_newer_push_waits_for_the_one_under_way(
    store: Store, clock: SettableClock
) -> None:
    """Two workers drain one shop: the second sends nothing while the first one's push waits."""
    assert await _overtaken(store, clock) == [40, 3]


@pytest.mark.usefixtures("one_push_not_at_a_time")
async def test_D04_control_unclaimed_pushes_overtake_each_other(
    store: Store, clock: SettableClock
) -> None:
    """Control: without the claim the older number lands after the newer one."""
    assert await _overtaken(store, clock) == [3, 40]


async def _overtaken(store: Store, clock: SettableClock) -> list[int]:
    """Let a push be held while a newer one is due; return what the shop was told, in order."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 50)
        first, second = front_of(store, market, http), front_of(store, market, http)
        await put(store, A=50)
        await first.pull.pull()
        held = market.faults.hold(methods=SET)
        await put(store, A=40)
        slow = NURSERY.start(first.push.drain(), "slow")
        while not held.struck:  # noqa: ASYNC110 - the script of faults rings no bell
            await asyncio.sleep(0)
        await put(store, A=3)
        await second.push.drain()
        held.release()
        await slow
        await second.push.drain()
        return [one.data["stock"] for one in market.book.find(Kind.STOCK)]


async def test_D04_a_refused_item_stops_no_other(store: Store, clock: SettableClock) -> None:
    """In one call of fifty a promotion holds one: it is told once, the rest are set."""
    market = Jd(clock=clock)
    async with opened(market) as http:
        for at in range(50):
            market.offer(f"S{at}", 50)
        market.shop.listing("S7").locked = True
        front = front_of(store, market, http)
        await put(store, **{f"S{at}": 9 for at in range(50)})
        await front.pull.pull()
        assert await front.push.drain() == 49
        assert len(market.book.calls("jingdong.ware.stock.sku.set")) == 1
        assert front.displayed("S7") == 50
        for _ in range(3):
            clock.forward(20 * MINUTE)
            await front.push.drain()
        assert await value(store, OPEN, code="PUSH_LOCKED") == 1
        assert await value(store, "SELECT COUNT(*) AS n FROM alert WHERE topic = 'system'") == 1
        market.shop.listing("S7").locked = False
        clock.forward(20 * MINUTE)
        await until(store, front, "S7", 9)
        assert await value(store, OPEN, code="PUSH_LOCKED") == 0


async def test_D05_pausing_is_tried_until_every_shop_has_it(
    store: Store, clock: SettableClock
) -> None:
    """A takes it, B fails, C hangs: told "still on sale" for B and C, retried, time measured."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        shops = [market.shop, market.open_shop("B"), market.open_shop("C")]
        fronts = []
        await put(store, A=4)
        for shop in shops:
            shop.offer("A", 4)
            fronts.append(front_of(store, market, http, shop))
            await fronts[-1].pull.pull()
        market.faults.server_error(502, methods=DELIST, shop="B", times=2)
        market.faults.hang(methods=DELIST, shop="C", times=2)
        begun = clock()
        await store.write(_paused)
        for turn in range(4):
            await asyncio.gather(*(front.push.drain() for front in fronts))
            if turn == 0:
                assert [shop.listing("A").on_sale for shop in shops] == [False, True, True]
                assert await value(store, OPEN, code="PUSH_FAIL") == 2
            clock.forward(10 * SECOND)
        assert not any(shop.listing("A").on_sale for shop in shops)
        assert await value(store, OPEN, code="PUSH_FAIL") == 0
        late = [one.at - begun for one in market.book.find(Kind.SHELF)]
        assert max(late) <= 30 * SECOND


def _paused(tx: Tx) -> None:
    listings.pause(tx, list(catalogue.sku_ids(tx, ["A"]).values()), paused=True)


async def test_C12_a_throttled_shop_is_left_alone_and_catches_up(
    store: Store, clock: SettableClock
) -> None:
    """No push goes out before the time that the platform names; nothing is lost by it."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 50)
        front = front_of(store, market, http)
        await put(store, A=50)
        await front.pull.pull()
        market.faults.throttle(30 * 60, methods=SET)
        await put(store, A=6)
        begun = clock()
        while clock() < begun + HOUR:
            with contextlib.suppress(Throttled):
                await front.push.drain()
            clock.forward(15 * SECOND)
        assert front.displayed("A") == 6
        assert not market.book.violations()
        assert await value(store, OPEN, code="PUSH_FAIL") == 0


async def test_C12_control_pushing_on_regardless_breaks_the_limit(
    store: Store, clock: SettableClock
) -> None:
    """Control: sent again a second later, the platform's book notes a violation."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 50)
        front = front_of(store, market, http)
        offer = (await front.outside.offers())[0]
        market.faults.throttle(60, methods=SET)
        write = StockWrite(offer.item, offer.sku, "A", 6)
        for _ in range(2):
            clock.forward(SECOND)
            with pytest.raises(Throttled):
                await front.outside.set_stock([write])
        assert market.book.violations()


async def test_a_platform_that_is_down_is_told_once(store: Store, clock: SettableClock) -> None:
    """After three failures somebody knows; when it answers again it is pushed and closed."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 50)
        front = front_of(store, market, http)
        await put(store, A=50)
        await front.pull.pull()
        market.faults.refuse(Why.BUSY, methods=SET, times=5)
        await put(store, A=1)
        for _ in range(4):
            await front.push.drain()
            clock.forward(MINUTE)
        assert await value(store, OPEN, code="PUSH_FAIL") == 1
        await until(store, front, "A", 1)
        assert await value(store, OPEN, code="PUSH_FAIL") == 0
