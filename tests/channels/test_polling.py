"""C01-C05, C07: a poll is cut, lied to and shifted under; nothing is lost, nothing is twice."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from core.domain.errors import Unreachable
from core.store.door import Store
from sandbox.marketplaces import damage
from sandbox.marketplaces.book import Kind
from sandbox.marketplaces.faults import Faults, Shown
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.pinduoduo import Pinduoduo
from sandbox.marketplaces.taobao import Taobao
from tests.channels.naive import Naive
from tests.channels.shops import lost_and_double, opened, poll_of, value
from tests.clock import MINUTE, SECOND, SettableClock

LIST = "taobao.trades.sold.increment.get"
SMALL = {"windows": {"longest_s": 86_400, "lag_s": 60}, "paging": {"size": 10}}


def sell(market: Marketplace, clock: SettableClock, orders: int) -> None:
    """Sell so many orders, one a second, and let them become visible."""
    if not market.shop.listings:
        market.offer("A", 100_000)
    for _ in range(orders):
        clock.forward(SECOND)
        market.sell("A", 2)
    clock.forward(4 * MINUTE)


BREAKS: dict[str, Callable[[Faults], Any]] = {
    "500": lambda faults: faults.server_error(500, page=3, methods=LIST),
    "502": lambda faults: faults.server_error(502, page=3, methods=LIST),
    "timeout": lambda faults: faults.hang(page=3, methods=LIST),
    "reset": lambda faults: faults.reset(page=3, methods=LIST),
    "detail": lambda faults: faults.reset(methods="taobao.trade.fullinfo.get", skip=25),
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS.keys())
async def test_C01_a_page_that_fails_leaves_the_cursor(
    store: Store, clock: SettableClock, broken: Callable[[Faults], Any]
) -> None:
    """Page 3 of 7 breaks: the cursor stays, the window is asked again, and nothing is missing."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        poll = poll_of(store, market, http, api=SMALL)
        sell(market, clock, 5)
        await poll.catch_up()
        before = await value(store, "SELECT until_at FROM poll_cursor")
        sell(market, clock, 65)
        broken(market.faults)
        with pytest.raises(Unreachable):
            await poll.catch_up()
        assert await value(store, "SELECT until_at FROM poll_cursor") == before
        await poll.catch_up()
        assert await lost_and_double(store, market) == (set(), set())
        assert await value(store, "SELECT until_at FROM poll_cursor") > before
        assert not market.book.violations()


async def test_C01_control_a_cursor_that_passes_a_failed_page_loses_it(
    clock: SettableClock,
) -> None:
    """Control: who goes on after an error never sees that page again."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        naive = Naive(market, http, clock, 10)
        sell(market, clock, 65)
        market.faults.server_error(500, page=3, methods=LIST)
        await naive.poll()
        await naive.poll()
        assert len(naive.lost(market)) == 10


@pytest.mark.parametrize("kind", ["login page", "error body"])
async def test_C02_a_page_that_is_no_answer_is_a_failure(
    store: Store, clock: SettableClock, kind: str
) -> None:
    """HTTP 200 with a login page or an error inside is not "no orders"."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        poll = poll_of(store, market, http, api=SMALL)
        sell(market, clock, 12)
        if kind == "login page":
            market.faults.login_page(methods=LIST)
        else:
            market.faults.refuse(methods=LIST)
        with pytest.raises(Unreachable):
            await poll.catch_up()
        assert await value(store, "SELECT COUNT(*) AS n FROM poll_cursor") == 0
        await poll.catch_up()
        assert await lost_and_double(store, market) == (set(), set())


async def test_C02_control_taking_errors_for_empty_lists_loses_orders(
    clock: SettableClock,
) -> None:
    """Control: the page to log in read as "no orders"."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        naive = Naive(market, http, clock, 100)
        sell(market, clock, 12)
        market.faults.login_page(methods=LIST)
        await naive.poll()
        await naive.poll()
        assert len(naive.lost(market)) == 12


async def test_C03_what_shows_late_is_found_in_the_overlap(
    store: Store, clock: SettableClock
) -> None:
    """Pinduoduo shows a change three minutes late; polls every ten minutes miss none."""
    market = Pinduoduo(clock=clock)
    async with opened(market) as http:
        market.offer("A", 1000)
        poll = poll_of(store, market, http)
        for _ in range(60):
            clock.forward(MINUTE)
            market.sell("A")
            if clock() % (10 * MINUTE) == 0:
                await poll.catch_up()
        clock.forward(4 * MINUTE)
        await poll.catch_up()
        assert await lost_and_double(store, market) == (set(), set())
        assert not market.book.violations()


async def test_C03_an_empty_list_once_is_made_good_in_the_next_cycle(
    store: Store, clock: SettableClock
) -> None:
    """A list that comes empty though orders exist: the next window reaches back over it."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        poll = poll_of(store, market, http)
        await poll.catch_up()
        sell(market, clock, 30)
        market.faults.show(Shown.EMPTY, methods=LIST)
        await poll.catch_up()
        assert await value(store, "SELECT COUNT(*) AS n FROM orders") == 0
        clock.forward(10 * MINUTE)
        await poll.catch_up()
        assert await lost_and_double(store, market) == (set(), set())


async def test_C03_control_windows_up_to_now_without_overlap_lose_orders(
    clock: SettableClock,
) -> None:
    """Control: an order that becomes visible after its window was read is never asked for."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        naive = Naive(market, http, clock, 100)
        sell(market, clock, 30)
        market.faults.show(Shown.EMPTY, methods=LIST)
        await naive.poll()
        clock.forward(10 * MINUTE)
        await naive.poll()
        assert len(naive.lost(market)) == 30


async def test_C04_an_order_that_changes_while_we_page_hides_no_other(
    store: Store, clock: SettableClock
) -> None:
    """After each page the newest order leaves the window; read from the last, none is lost."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        poll = poll_of(store, market, http, api=SMALL)
        sell(market, clock, 45)
        market.faults.shift(methods=LIST, times=None)
        await poll.catch_up()
        market.faults.clear()
        clock.forward(10 * MINUTE)  # those that left are in the next window, where they belong
        await poll.catch_up()
        assert await lost_and_double(store, market) == (set(), set())


async def test_C04_control_read_from_the_first_page_an_order_is_lost(
    clock: SettableClock,
) -> None:
    """Control: read forwards, what moves up by one falls between two pages."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        naive = Naive(market, http, clock, 10)
        sell(market, clock, 45)
        market.faults.shift(methods=LIST, times=4)
        await naive.poll(behind=MINUTE)
        changed = {entry.order for entry in market.book.find(Kind.CHANGED)}
        assert naive.lost(market) - changed


@pytest.mark.parametrize("shown", [Shown.PAGE_AGAIN, Shown.ORDER_TWICE, Shown.SHUFFLED])
async def test_C05_pages_that_repeat_make_one_order(
    store: Store, clock: SettableClock, shown: Shown
) -> None:
    """The same order twice on a page, on two pages, and in overlapping windows is one order."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        poll = poll_of(store, market, http, api=SMALL)
        sell(market, clock, 35)
        market.faults.show(shown, methods=LIST, times=2)
        await poll.catch_up()
        clock.forward(10 * MINUTE)
        again = await poll.catch_up()
        lost, double = await lost_and_double(store, market)
        assert not double
        assert not lost
        assert again.tally.new == 0
        assert await value(store, "SELECT SUM(wanted) AS n FROM allocation") == 70


async def test_C05_control_counting_what_the_pages_show_counts_twice(
    clock: SettableClock,
) -> None:
    """Control: the list itself does repeat orders."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        naive = Naive(market, http, clock, 10)
        sell(market, clock, 35)
        market.faults.show(Shown.ORDER_TWICE, methods=LIST, times=2)
        await naive.poll()
        assert len(naive.seen) > len(set(naive.seen))


async def test_C07_half_a_page_is_no_page(store: Store, clock: SettableClock) -> None:
    """Cut at byte n, for every n of a real page and of a real order: nothing of it is stored."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        poll = poll_of(store, market, http, api=SMALL)
        await poll.catch_up()
        begun = await value(store, "SELECT until_at FROM poll_cursor")
        sell(market, clock, 1)
        page = await length_of(market, http, clock)
        for at in range(0, page, 3):
            market.faults.add("cut", methods=LIST, spoil=damage.cut(at))
            with pytest.raises(Unreachable):
                await poll.catch_up()
        for at in range(0, 900, 50):
            method = "taobao.trade.fullinfo.get"
            market.faults.add("cut", methods=method, spoil=damage.cut(at))
            with pytest.raises(Unreachable):
                await poll.catch_up()
        assert await value(store, "SELECT COUNT(*) AS n FROM orders") == 0
        assert await value(store, "SELECT until_at FROM poll_cursor") == begun
        await poll.catch_up()
        assert await lost_and_double(store, market) == (set(), set())


async def test_C07_control_cut_text_can_still_say_something(clock: SettableClock) -> None:
    """Control: a forgiving reader takes the numbers that it finds in half a page."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        sell(market, clock, 3)
        texts: list[bytes] = []

        def kept(reply: Any) -> Any:
            texts.append(reply.body)
            return reply

        market.faults.add("keep", methods=LIST, spoil=kept)
        await Naive(market, http, clock, 10).poll()
        half = texts[0][: len(texts[0]) // 2]
        assert 0 < len(re.findall(rb'"tid":\d{19}', half)) < 3


async def length_of(market: Marketplace, http: Any, clock: SettableClock) -> int:
    """Return how many bytes a page of the list has."""
    lengths: list[int] = []

    def measured(reply: Any) -> Any:
        lengths.append(len(reply.body))
        return reply

    market.faults.add("measure", methods=LIST, spoil=measured)
    await Naive(market, http, clock, 10).poll()
    return lengths[0]
