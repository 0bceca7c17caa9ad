"""I17 seen from outside: every day is compared with the platform, order by order."""

from datetime import date

import pytest

from core.store.door import Store
from jobs.daily_closing import DailyClosing
from sandbox.marketplaces.douyin import Douyin
from sandbox.marketplaces.jd import Jd
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.pinduoduo import Pinduoduo
from sandbox.marketplaces.taobao import Taobao
from tests.channels.fronts import front_of
from tests.channels.shops import lost_and_double, opened, poll_of, value
from tests.clock import DAY, HOUR, MINUTE, SettableClock

PLATFORMS = (Taobao, Jd, Pinduoduo, Douyin)
TODAY = date(2026, 3, 2)
OPEN = "SELECT COUNT(*) AS n FROM exception WHERE open = 1 AND code = 'INTAKE_GAP'"
EVER = "SELECT COUNT(*) AS n FROM exception WHERE code = 'INTAKE_GAP'"
CLOSED = "SELECT COUNT(*) AS n FROM audit WHERE act = 'closing'"


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_day_is_equal_to_the_fen_on_every_platform(
    store: Store, clock: SettableClock, platform: type[Marketplace]
) -> None:
    """Several pages of orders: the same number and the same amount, and nobody is told."""
    market = platform(clock=clock)
    async with opened(market) as http:
        market.offer("A", 1000, price_fen=1_999)
        poll = poll_of(store, market, http)
        await poll.catch_up()
        for pieces in range(1, 8):
            market.sell("A", pieces)
            clock.forward(MINUTE)
        clock.forward(HOUR)
        await poll.catch_up()
        clock.forward(DAY)
        front = front_of(store, market, http, api={"paging": {"size": 3}})
        found = await DailyClosing(store, poll, front.outside).close(TODAY)
        assert found.theirs == found.ours == (7, 28 * 1_999)
        assert found.equal
        assert await value(store, CLOSED) == 1
        assert await value(store, EVER) == 0


async def test_orders_that_were_missed_are_pulled_again_and_told(
    store: Store, clock: SettableClock
) -> None:
    """A platform hid orders from its list of changes; the closing finds and names them."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 1000)
        poll = poll_of(store, market, http)
        await poll.catch_up()
        hidden = [market.sell("A").number for _ in range(3)]
        list_of_changes = "taobao.trades.sold.increment.get"
        market.faults.patch(
            "trades_sold_increment_get_response",
            {"total_results": 0},
            methods=list_of_changes,
            times=None,
        )
        clock.forward(2 * HOUR)
        await poll.catch_up()
        market.faults.clear()
        shown = market.sell("A").number
        clock.forward(HOUR)
        await poll.catch_up()
        missing, _ = await lost_and_double(store, market)
        assert missing == set(hidden), "control: polling alone never finds them"
        clock.forward(DAY)
        front = front_of(store, market, http)
        closing = DailyClosing(store, poll, front.outside)
        found = await closing.close(TODAY)
        assert found.equal
        assert found.theirs[0] == 4
        assert await lost_and_double(store, market) == (set(), set())
        note = await value(store, "SELECT note AS n FROM exception WHERE code = 'INTAKE_GAP'")
        assert all(number in note for number in hidden)
        assert shown not in note
        assert await value(store, "SELECT COUNT(*) AS n FROM alert WHERE topic = 'system'") == 1
        assert await value(store, OPEN) == 0
        assert not market.book.violations()
