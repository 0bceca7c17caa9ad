"""Does the limiter hold Telegram's limits, keep order, and let one flooded chat wait alone?"""

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.limiter import Flooded, Limiter
from bot.pace import BURST, GROUP, WHOLE_BOT, Schedule, Ticket, Window
from core.domain.errors import Temporary


class FakeTime:
    """Seconds that move only when told, and the timers that wait for them."""

    def __init__(self) -> None:
        self.now = 0.0
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._dead: set[int] = set()
        self._numbers = itertools.count()

    def monotonic(self) -> float:
        return self.now

    def call_later(self, delay: float, call: Callable[[], None]) -> "FakeTimer":
        number = next(self._numbers)
        heapq.heappush(self._timers, (self.now + delay, number, call))
        return FakeTimer(self._dead, number)

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        until = self.now + seconds
        await self.settle()
        while self._timers and self._timers[0][0] <= until:
            at, number, call = heapq.heappop(self._timers)
            if number in self._dead:
                continue
            self.now = max(self.now, at)
            call()
            await self.settle()
        self.now = until


class FakeTimer:
    def __init__(self, dead: set[int], number: int) -> None:
        self._dead, self._number = dead, number

    def cancel(self) -> None:
        self._dead.add(self._number)


def worst(stamps: list[float], span: float) -> int:
    """The most stamps in any half-open window of `span` seconds."""
    return max(
        (sum(start <= other < start + span for other in stamps) for start in stamps), default=0
    )


@given(
    asks=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 3), st.floats(0, 2)), min_size=1, max_size=80
    ),
    took=st.floats(0.0, 1.5),
)
@settings(deadline=None, max_examples=60)
def test_no_window_is_ever_exceeded_and_order_is_kept(
    asks: list[tuple[int, int, float]], took: float
) -> None:
    """Any mix of chats, priorities and answer times stays inside every window, in order."""
    schedule = Schedule((Window(5, 1.0),))
    arrivals = sorted(itertools.accumulate(gap for *_, gap in asks))
    pending = [
        (at, chat, priority) for at, (chat, priority, _) in zip(arrivals, asks, strict=True)
    ]
    now, running, starts = 0.0, list[tuple[float, Ticket]](), list[tuple[float, Ticket]]()
    windows = (Window(2, 3.0), Window(4, 20.0))
    while pending or running or schedule.next_at(now) < float("inf"):
        nexts = [pending[0][0]] if pending else []
        nexts += [at for at, _ in running]
        now = max(now, min([*nexts, schedule.next_at(now)]))
        for at, ticket in [pair for pair in running if pair[0] <= now]:
            running.remove((at, ticket))
            schedule.end(ticket, now)
        while pending and pending[0][0] <= now:
            _, chat, priority = pending.pop(0)
            schedule.ask(str(chat), priority, windows, now)
        for ticket in schedule.start(now):
            starts.append((now, ticket))
            running.append((now + took, ticket))
    assert len(starts) == len(asks)
    assert worst([at for at, _ in starts], 1.0) <= 5
    for name in {ticket.chat for _, ticket in starts}:
        mine = [(at, ticket) for at, ticket in starts if ticket.chat == name]
        assert worst([at for at, _ in mine], 3.0) <= 2
        assert worst([at for at, _ in mine], 20.0) <= 4
        for priority in range(4):
            numbers = [t.number for _, t in mine if t.priority == priority]
            assert numbers == sorted(numbers)


def test_a_slow_answer_holds_its_place_until_span_after_it_came() -> None:
    """Two calls can not reach the platform nearer than the window, however slow the way is."""
    schedule = Schedule()
    first = schedule.ask("a", 5, (Window(1, 1.0),), 0.0)
    schedule.ask("a", 5, (Window(1, 1.0),), 0.0)
    assert schedule.start(0.0) == [first]
    assert schedule.start(5.0) == []
    schedule.end(first, 5.0)
    assert schedule.start(5.5) == []
    assert len(schedule.start(6.0)) == 1


async def spread(
    limiter: Limiter, time: FakeTime, calls: list[tuple[str, int]], windows: tuple[Window, ...]
) -> list[tuple[float, str, int]]:
    """Send all `calls` at once and return (when, chat, index) as the platform saw them."""
    seen = list[tuple[float, str, int]]()

    def call(chat: str, index: int) -> Callable[[], Awaitable[None]]:
        async def send() -> None:
            seen.append((time.now, chat, index))

        return send

    async with asyncio.TaskGroup() as group:
        for index, (chat, priority) in enumerate(calls):
            group.create_task(
                limiter.run(chat, call(chat, index), priority=priority, windows=windows)
            )
        await time.advance(1_000)
    return seen


async def test_a_group_gets_20_a_minute_and_a_private_chat_about_one_a_second() -> None:
    """The real windows: 45 messages to a group and 10 to a person, all at once."""
    time = FakeTime()
    limiter = Limiter(time.monotonic, time.call_later)
    group = [at for at, *_ in await spread(limiter, time, [("-1", 5)] * 45, GROUP)]
    assert worst(group, 60.0) == 20
    assert worst(group, 3.0) == 3
    person = [at for at, *_ in await spread(limiter, time, [("1", 5)] * 10, BURST)]
    assert worst(person, 3.0) == 3
    assert person[-1] - person[0] == pytest.approx(9.0)


async def test_100_groups_are_alerted_at_30_a_second() -> None:
    """One alert to 100 groups takes just over three seconds, never more than 30 in one."""
    time = FakeTime()
    limiter = Limiter(time.monotonic, time.call_later)
    seen = await spread(limiter, time, [(f"-{n}", 5) for n in range(100)], GROUP)
    stamps = [at for at, *_ in seen]
    assert worst(stamps, 1.0) == WHOLE_BOT[0].limit
    assert stamps[-1] - stamps[0] == pytest.approx(3.0)


async def test_a_lower_priority_number_overtakes_also_in_its_own_chat() -> None:
    """A person's answer goes before the alerts that already wait; alerts keep their order."""
    time = FakeTime()
    limiter = Limiter(time.monotonic, time.call_later)
    seen = await spread(limiter, time, [("-1", 7)] * 6 + [("-1", 1)], GROUP)
    assert [index for *_, index in seen] == [0, 1, 2, 6, 3, 4, 5]  # three go at once


async def flooded_run(
    patience: float = 60.0, *, own_pause: bool = True
) -> tuple[list[tuple[float, str, int]], Limiter]:
    time = FakeTime()
    limiter = Limiter(time.monotonic, time.call_later, patience=patience)
    seen = list[tuple[float, str, int]]()
    floods = iter([35.0])

    def call(chat: str, index: int) -> Callable[[], Awaitable[None]]:
        async def send() -> None:
            if chat == "-A" and (seconds := next(floods, None)):
                raise Flooded(seconds)
            seen.append((time.now, chat, index))

        return send

    async with asyncio.TaskGroup() as group:
        for index in range(3):
            for chat in ("-A", "-B", "-C"):
                lane = chat if own_pause else "all"
                group.create_task(limiter.run(lane, call(chat, index), windows=GROUP))
        await time.advance(0.0)
        assert limiter.lags() == ({"-A": (3, 0.0)} if own_pause else {"all": (9, 0.0)})
        await time.advance(100.0)
    return seen, limiter


async def test_G04_a_429_pauses_that_chat_only_and_keeps_its_order() -> None:
    """Group A is told to wait 35 s: B and C are served at once, A later, whole and in order."""
    seen, limiter = await flooded_run()
    assert [at for at, chat, _ in seen if chat != "-A"] == [0.0] * 6
    assert [(at, index) for at, chat, index in seen if chat == "-A"] == [
        (35.0, 0),
        (35.0, 1),
        (35.0, 2),
    ]
    assert limiter.lags() == {}


async def test_G04_control_one_pause_for_all_stalls_everybody() -> None:
    """With all chats in one lane, as a bot-wide pause would have it, B and C wait 35 s too."""
    seen, _ = await flooded_run(own_pause=False)
    assert min(at for at, chat, _ in seen if chat != "-A") == 35.0


async def test_G04_a_pause_longer_than_our_patience_is_given_back() -> None:
    """With 10 s of patience a pause of 35 s is the caller's to wait; nothing was sent."""
    with pytest.raises(ExceptionGroup) as caught:
        await flooded_run(patience=10.0)
    (error,) = caught.value.exceptions
    assert isinstance(error, Temporary)
    assert error.retry_after == 35.0


async def test_a_caller_that_gives_up_takes_no_place() -> None:
    """A cancelled call leaves the queue; the next one goes when it would have gone."""
    time = FakeTime()
    limiter = Limiter(time.monotonic, time.call_later)
    hang = asyncio.Event()
    sent = list[str]()

    async def slow() -> None:
        await hang.wait()

    async def quick() -> None:
        sent.append("quick")

    async with asyncio.TaskGroup() as group:
        first = group.create_task(limiter.run("1", slow))
        second = group.create_task(limiter.run("1", quick))
        third = group.create_task(limiter.run("1", quick))
        await time.settle()
        second.cancel()
        await time.settle()
        first.cancel()
        await time.advance(10.0)
        await third
    assert sent == ["quick"]
    assert limiter.lags() == {}


async def test_an_edit_passes_a_group_that_has_spent_its_minute() -> None:
    """Buttons keep answering while 20 alerts a minute are used up, and a 429 stops both."""
    time = FakeTime()
    limiter = Limiter(time.monotonic, time.call_later)
    seen = list[tuple[float, str]]()

    def call(what: str) -> Callable[[], Awaitable[None]]:
        async def send() -> None:
            seen.append((time.now, what))

        return send

    async with asyncio.TaskGroup() as group:
        for _ in range(25):
            group.create_task(limiter.run("-1", call("alert"), priority=7, windows=GROUP))
        await time.advance(30.0)
        group.create_task(limiter.run("-1", call("edit"), priority=2))
        await time.advance(100.0)
    assert [at for at, what in seen if what == "edit"] == [30.0]
    assert worst([at for at, what in seen if what == "alert"], 60.0) == 20
