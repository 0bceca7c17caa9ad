"""C06, C08-C10: what stands in the orders themselves, as marketplaces write it."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from core.domain.errors import Unreachable
from core.store.door import Store
from sandbox.marketplaces import damage
from sandbox.marketplaces.faults import Shown
from sandbox.marketplaces.json_text import DEEP, INFINITY, NAN, TOO_LARGE, Raw
from sandbox.marketplaces.model import Buyer, Status
from sandbox.marketplaces.taobao import Taobao
from tests.channels.shops import lost_and_double, opened, poll_of, value
from tests.clock import MINUTE, SECOND, SettableClock

DETAIL = "taobao.trade.fullinfo.get"


async def test_C06_an_old_version_after_a_new_one_changes_nothing(
    store: Store, clock: SettableClock
) -> None:
    """The detail call answers with yesterday's order once: the newest version stays."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 100)
        poll = poll_of(store, market, http)
        trade = market.sell("A")
        clock.forward(5 * MINUTE)
        market.shop.ship(trade.number, "YTO", "YT1234567890123")
        clock.forward(5 * MINUTE)
        await poll.catch_up()
        clock.forward(SECOND)
        market.shop.touch(trade.number)
        clock.forward(10 * MINUTE)
        market.faults.show(Shown.STALE, methods=DETAIL)
        turn = await poll.catch_up()
        assert turn.tally.older + turn.tally.unchanged + turn.tally.changed >= 1
        status = await value(store, "SELECT platform_status FROM orders")
        assert status == "PLATFORM_SHIPPED"


def _gbk(market: Taobao) -> None:
    market.faults.add("gbk", methods=DETAIL, spoil=damage.encoded("gbk", "utf-8"))


def _bytes(market: Taobao) -> None:
    market.faults.add("bytes", methods=DETAIL, spoil=damage.bad_bytes)


@pytest.mark.parametrize("spoil", [_gbk, _bytes], ids=["gbk bytes", "a broken character"])
async def test_C08_text_in_another_charset_is_no_answer(
    store: Store, clock: SettableClock, spoil: Callable[[Taobao], None]
) -> None:
    """Bytes that are not what the settings say are refused whole, then asked for again."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 100, title="红色毛衣")
        poll = poll_of(store, market, http)
        market.sell("A")
        clock.forward(5 * MINUTE)
        spoil(market)
        with pytest.raises(Unreachable):
            await poll.catch_up()
        assert await value(store, "SELECT COUNT(*) AS n FROM orders") == 0
        await poll.catch_up()
        assert await value(store, "SELECT title FROM order_line") == "红色毛衣"


async def test_C08_the_charset_of_the_settings_counts_and_not_the_header(
    store: Store, clock: SettableClock
) -> None:
    """UTF-8 under a GBK header, UTF-8 with a mark in front, and a channel that speaks GBK."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 100, title="红色毛衣")
        poll = poll_of(store, market, http)
        market.sell("A")
        clock.forward(5 * MINUTE)
        market.faults.add("header", spoil=damage.encoded("utf-8", "gbk"), times=10)
        await poll.catch_up()
        market.faults.clear()
        market.sell("A")
        clock.forward(5 * MINUTE)
        market.faults.add("mark", spoil=damage.with_bom, times=None)
        await poll.catch_up()
        market.faults.clear()
        market.faults.add("gbk", spoil=damage.encoded("gbk", "utf-8"), times=None)
        market.sell("A")
        clock.forward(5 * MINUTE)
        await poll_of(store, market, http, api={"charset": "gbk"}).catch_up()
        titles = await store.read(lambda tx: tx.all("SELECT title FROM order_line"))
        assert [row["title"] for row in titles] == ["红色毛衣"] * 3


async def test_C08_a_lost_sign_sends_the_order_aside(store: Store, clock: SettableClock) -> None:
    """U+FFFD is what is left of a sign: it is never stored as a buyer's word."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 100)
        poll = poll_of(store, market, http)
        market.sell("A", note="请发��谢谢")
        good = market.sell("A", note="请发顺丰")
        clock.forward(5 * MINUTE)
        await poll.catch_up()
        rows = await store.read(lambda tx: tx.all("SELECT platform_no, buyer_note FROM orders"))
        assert [(row["platform_no"], row["buyer_note"]) for row in rows] == [
            (good.number, "请发顺丰")
        ]
        assert await value(store, "SELECT COUNT(*) AS n FROM quarantine") == 1


def test_C08_control_a_forgiving_reader_stores_the_lost_sign() -> None:
    """Control: decoding with replacement makes U+FFFD out of GBK without a word."""
    assert "�" in "红色毛衣".encode("gbk").decode("utf-8", "replace")


ODD: dict[str, tuple[str, object]] = {
    "nan": ("payment", NAN),
    "infinity": ("payment", INFINITY),
    "1e400": ("payment", TOO_LARGE),
    "deep": ("buyer_message", DEEP),
    "twice": ("payment", Raw('"59.00","payment":"0.01"')),
    "long": ("buyer_message", "x" * 10_000_000),
    "negative": ("payment", "-1.00"),
    "no pieces": ("orders.order.0.num", 0),
    "unknown word": ("status", "TRADE_NEW_WORD"),
    "no time": ("created", "yesterday"),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
async def test_C09_C10_one_odd_order_of_many_goes_aside_alone(
    store: Store, clock: SettableClock, odd: tuple[str, object]
) -> None:
    """19 are stored, 1 is kept in the quarantine with its raw text and its number."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 1000)
        poll = poll_of(store, market, http)
        await poll.catch_up()
        for _ in range(10):
            market.sell("A")
        bad = market.sell("A", odd=dict([odd]))
        for _ in range(9):
            market.sell("A")
        clock.forward(5 * MINUTE)
        turn = await poll.catch_up()
        assert (turn.tally.new, turn.tally.quarantined) == (19, 1)
        lost, double = await lost_and_double(store, market)
        assert (lost, double) == ({bad.number}, set())
        row = await store.read(lambda tx: tx.one("SELECT * FROM quarantine"))
        assert row is not None
        assert row["platform_no"] == bad.number
        assert bad.number in row["raw"]
        assert await value(store, "SELECT COUNT(*) AS n FROM exception WHERE open = 1") >= 1


async def test_held_orders_lock_stock_and_go_no_further(
    store: Store, clock: SettableClock
) -> None:
    """Under risk review an order is paid: it holds its pieces, and an exception stops it."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 100)
        poll = poll_of(store, market, http)
        trade = market.sell("A", 3, status=Status.HELD)
        clock.forward(5 * MINUTE)
        await poll.catch_up()
        assert await value(store, "SELECT SUM(wanted) AS n FROM allocation") == 3
        held = "SELECT block FROM exception WHERE open = 1 AND code = 'PLATFORM_HOLD'"
        assert await value(store, held) == "B1"
        market.shop.release(trade.number)
        clock.forward(5 * MINUTE)
        await poll.catch_up()
        assert await value(store, held) is None


async def test_masked_receivers_and_the_oaid_are_kept_as_they_come(
    store: Store, clock: SettableClock
) -> None:
    """Nothing is guessed behind the stars, and what stands for the address is kept."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 100)
        poll = poll_of(store, market, http)
        market.sell("A", buyer=Buyer(name="王芳", phone="13800138000"))
        clock.forward(5 * MINUTE)
        await poll.catch_up()
        row = await store.read(lambda tx: tx.one("SELECT * FROM receiver"))
        assert row is not None
        assert (row["name"], row["phone"], row["phone_tail"]) == ("王*", "138****8000", "8000")
        assert row["oaid"]
        assert row["address"].endswith("***")


def _life(market: Taobao, number: str, clock: SettableClock, chance: random.Random) -> Any:
    """Let an order live on: its next step, at random."""
    clock.forward(chance.randrange(1, 90) * SECOND)
    trade = market.shop.trade(number)
    if trade.status is Status.UNPAID:
        return market.shop.pay(number, held=chance.random() < 0.1)
    if trade.status is Status.HELD:
        return market.shop.release(number)
    if trade.status is Status.PAID:
        doing = chance.choice(("ship", "cancel", "touch", "ask_refund", "remark"))
        if doing == "ship":
            return market.shop.ship(number, "YTO", "YT1234567890123")
        if doing == "remark":
            return market.shop.remark(number, "急单", 1)
        return getattr(market.shop, doing)(number)
    return market.shop.touch(number)


@pytest.mark.parametrize("seed", range(4))
async def test_any_mix_of_faults_loses_none_and_doubles_none(
    store: Store, clock: SettableClock, seed: int
) -> None:
    """Shuffles, repeats, cuts and errors over hours: the book and our orders agree at the end."""
    chance = random.Random(seed)  # noqa: S311 - a test's own dice
    market = Taobao(clock=clock)
    async with opened(market) as http:
        market.offer("A", 10_000)
        small = {"paging": {"size": 7}}
        poll = poll_of(store, market, http, api=small)
        await poll.catch_up()
        for _ in range(8):
            await _one_hour(market, clock, chance)
            _misbehave(market, chance)
            for _ in range(3):
                clock.forward(round(1000 * await poll.turn()))
            market.faults.clear()
        clock.forward(10 * MINUTE)
        await poll.catch_up()
        assert await lost_and_double(store, market) == (set(), set())
        assert not market.book.violations()
        await _same_states(store, market)


async def _one_hour(market: Taobao, clock: SettableClock, chance: random.Random) -> None:
    for _ in range(12):
        clock.forward(chance.randrange(1, 60) * SECOND)
        status = chance.choice((Status.UNPAID, Status.PAID, Status.HELD))
        market.sell("A", chance.randrange(1, 4), status=status)
        _life(market, chance.choice(list(market.shop.versions)), clock, chance)


def _misbehave(market: Taobao, chance: random.Random) -> None:
    faults = market.faults
    repeats = chance.choice((Shown.PAGE_AGAIN, Shown.ORDER_TWICE, Shown.SHUFFLED))
    every: list[Callable[..., Any]] = [
        partial(faults.show, repeats),
        partial(faults.show, Shown.STALE, methods=DETAIL, times=3),
        partial(faults.add, "cut", spoil=damage.cut(chance.randrange(200))),
        partial(faults.server_error, 502),
        faults.reset,
        faults.answer_lost,
        faults.login_page,
        faults.refuse,
    ]
    for broken in chance.sample(every, 4):
        broken(skip=chance.randrange(6))


EXPECTED = {
    Status.UNPAID: "WAIT_PAY",
    Status.HELD: "PAID",
    Status.PAID: "PAID",
    Status.SHIPPED: "PLATFORM_SHIPPED",
    Status.CANCELLED: "CLOSED",
    Status.CLOSED: "CLOSED",
}


async def _same_states(store: Store, market: Taobao) -> None:
    """Every order stands where the platform has it, at its newest version."""
    rows = await store.read(
        lambda tx: tx.all("SELECT platform_no, platform_status, modified_at FROM orders")
    )
    ours = {row["platform_no"]: (row["platform_status"], row["modified_at"]) for row in rows}
    theirs = {
        trade.number: (EXPECTED[trade.status], trade.modified_at // 1000 * 1000)
        for trade in market.shop.trades()
    }
    assert ours == theirs
