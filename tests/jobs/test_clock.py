"""Does every slot of a job happen once, whatever the clocks and the processes do?"""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from core.domain.checkpoints import unprotect
from core.domain.schedule import Daily, Every, Slot, local_date
from core.nursery import Nursery
from core.services.slots import SLOT_ROWS
from core.store import slots
from core.store.door import Store
from core.store.engine import open_store
from jobs.clock import Job, JobClock
from tests.clock import DAY, HOUR, MINUTE, SettableClock
from tests.jobs.running import going

TEN = Daily(time(10), "Asia/Shanghai")
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Shanghai")


class Diary:
    """A job that writes down its slots."""

    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self.fails = 0

    async def run(self, slot: Slot) -> None:
        """Write the slot down, or fail."""
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the job broke off")
        self.slots.append(slot)


@pytest.fixture(autouse=True)
def _guards() -> Iterator[None]:
    yield
    unprotect()


def _clock(
    store: Store, diary: Diary, schedule: Daily | Every = TEN, name: str = "w1"
) -> JobClock:
    nursery = Nursery(logging.getLogger("zhanggui.test"))
    return JobClock(store, name, nursery, [Job("print", schedule, diary.run)])


async def _rows(store: Store) -> list[tuple[str, int]]:
    rows = await store.read(lambda tx: slots.between(tx, "print", 0, 1 << 52))
    return [(row["state"], row["late"]) for row in rows]


async def test_B02_a_slot_missed_while_down_runs_once_and_late(
    store: Store, clock: SettableClock
) -> None:
    """Down from 09:58 to 10:07: the 10:00 job runs once on return and is marked late."""
    diary = Diary()
    clock.set("2026-03-02T09:58+08:00")
    first = _clock(store, diary)
    await first.start()
    await first.close()
    assert diary.slots == []
    clock.set("2026-03-02T10:07+08:00")
    for _ in range(2):
        again = _clock(store, diary)
        await again.start()
        await again.close()
    ten = clock.set("2026-03-02T10:00+08:00")
    assert diary.slots == [Slot("print", ten, late=True)]
    assert await _rows(store) == [("FIRST", 0), ("DONE", 1)]


def test_B02_control_the_scheduler_alone_drops_the_slot() -> None:
    """With APScheduler's own bookkeeping a job whose time is past is not run at all."""
    ran: list[str] = []
    scheduler = BackgroundScheduler(executors={"default": DebugExecutor()}, timezone="UTC")
    scheduler.start(paused=True)
    ago = datetime(2026, 3, 2, 10, tzinfo=UTC)
    for name, extra in (("default", {}), ("ours", {"misfire_grace_time": None})):
        scheduler.add_job(ran.append, "date", args=[name], run_date=ago, **extra)
    scheduler._process_jobs()
    scheduler.state = 1
    scheduler._process_jobs()
    scheduler.shutdown()
    assert ran == ["ours"]


async def test_a_long_absence_is_made_up_for_the_newest_slots(
    store: Store, clock: SettableClock
) -> None:
    """Five days down: three summaries are made up, two are recorded as missed."""
    diary = Diary()
    await _clock(store, diary).wake_all()
    clock.forward(5 * DAY + HOUR)
    await _clock(store, diary).wake_all()
    assert [slot.late for slot in diary.slots] == [True] * 3
    assert await _rows(store) == [("FIRST", 0)] + [("MISSED", 0)] * 2 + [("DONE", 1)] * 3


async def test_a_run_that_broke_off_is_tried_again(store: Store, clock: SettableClock) -> None:
    """A failed run is repeated when its lease has run out, a killed one at the next start."""
    diary = Diary()
    running = _clock(store, diary)
    await running.wake_all()
    clock.forward(DAY)
    diary.fails = 2
    await running.wake_all()
    await running.wake_all()
    assert diary.fails == 1, "not before the lease ran out"
    clock.forward(11 * MINUTE)
    await running.wake_all()
    assert (diary.fails, diary.slots) == (0, [])
    restarted = _clock(store, diary)
    await restarted.start()
    await restarted.close()
    assert len(diary.slots) == 1


async def test_M9_two_clocks_run_a_slot_once(store: Store, clock: SettableClock) -> None:
    """A second process that wakes for a slot while the first runs it leaves it alone."""
    assert await _runs_of_one_slot(store, clock) == 1


async def test_M9_control_without_slot_rows_two_clocks_double(
    store: Store, clock: SettableClock
) -> None:
    """With the rows ignored both run it."""
    unprotect(SLOT_ROWS)
    assert await _runs_of_one_slot(store, clock) == 2


async def _runs_of_one_slot(store: Store, clock: SettableClock) -> int:
    runs: list[Slot] = []
    begun, release = asyncio.Event(), asyncio.Event()

    async def run(slot: Slot) -> None:
        runs.append(slot)
        if len(runs) == 1:
            begun.set()
            await release.wait()

    nursery = Nursery(logging.getLogger("zhanggui.test"))
    job = Job("print", Every(MINUTE), run)
    first, second = (JobClock(store, name, nursery, [job]) for name in ("w1", "w2"))
    await first.wake_all()
    clock.forward(MINUTE)
    waking = nursery.start(first.wake_all(), "first")
    await begun.wait()
    await second.wake_all()
    release.set()
    await waking
    assert len({slot.at for slot in runs}) == 1
    return len(runs)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("wall", ["01:30", "02:30"])
def test_B04_a_daily_job_is_due_once_per_local_date(zone: str, wall: str) -> None:
    """Through a year with both changes of the clock every local date has exactly one slot."""
    daily = Daily(time.fromisoformat(wall), zone)
    at = round(datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).timestamp() * 1000)
    end = round(datetime(2027, 1, 1, tzinfo=ZoneInfo(zone)).timestamp() * 1000)
    dates: list[date] = []
    while at < end:
        dates += [local_date(slot, zone) for slot in daily.due(at, min(at + HOUR, end - 1))]
        at += HOUR
    assert dates == [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


async def test_B04_the_repeated_hour_runs_a_job_once(store: Store, clock: SettableClock) -> None:
    """On the day with two 01:30s a clock that is woken at both runs the job at the first."""
    diary, daily = Diary(), Daily(time(1, 30), "America/New_York")
    clock.set("2026-10-31T12:00-04:00")
    running = _clock(store, diary, daily)
    await running.wake_all()
    first = clock.set("2026-11-01T01:30-04:00")
    await running.wake_all()
    clock.set("2026-11-01T01:30-05:00")
    await running.wake_all()
    assert diary.slots == [Slot("print", first)]


def test_B04_control_the_scheduler_alone_fires_twice() -> None:
    """APScheduler's own trigger rings at both 01:30s of that night."""
    trigger: Any = CronTrigger(hour=1, minute=30, timezone="America/New_York")
    night = datetime(2026, 10, 31, 12, tzinfo=ZoneInfo("America/New_York"))
    first = trigger.get_next_fire_time(None, night)
    second = trigger.get_next_fire_time(first, first + timedelta(seconds=1))
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)


async def test_the_clock_rings_by_itself(database: str) -> None:
    """A started clock wakes at the slots without anybody calling it."""
    store, rung = open_store(database, going), asyncio.Event()

    async def ring(slot: Slot) -> None:
        assert slot.at % 100 == 0
        rung.set()

    nursery = Nursery(logging.getLogger("zhanggui.test"))
    clock = JobClock(store, "w1", nursery, [Job("print", Every(100), ring)])
    await clock.start()
    async with asyncio.timeout(10):
        await rung.wait()
    await clock.close()
    await nursery.close(5)
    await store.close()
