"""When does which job run? APScheduler only wakes us; the slot rows decide (its only user).

Every wake, whatever caused it, brings a job up to date: all slots between the last settled one and
now. So a missed wake, a changed clock or a stopped service lose no slot, and two clocks run none
twice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.schedule import Daily, Schedule, Slot
from core.nursery import Nursery
from core.services import slots
from core.store.door import Store

log = logging.getLogger("zhanggui.clock")

TICK_S = 60


@dataclass(frozen=True, slots=True)
class Job:
    """Something done by the clock.

    `run` must be safe to run again for a slot it had begun (effects have keys for that).
    `make_up` is how many missed slots are run late; `lease_ms` how long one run may take.
    """

    name: str
    schedule: Schedule
    run: Callable[[Slot], Awaitable[None]]
    make_up: int = 3
    lease_ms: int = 10 * 60_000


class JobClock:
    """Runs jobs at their slots, each once."""

    def __init__(self, store: Store, worker: str, nursery: Nursery, jobs: Sequence[Job]) -> None:
        self._store = store
        self._worker = worker
        self._nursery = nursery
        self._jobs = jobs
        self._busy = {job.name: asyncio.Lock() for job in jobs}
        self._scheduler: Any = None

    async def start(self) -> None:
        """Make up or record what was missed, then wake at every slot from now on."""
        await self._store.write(lambda tx: slots.abandon(tx, self._worker))
        await self.wake_all()
        self._scheduler = self._alarm_clock()
        self._scheduler.start()

    async def close(self) -> None:
        """Wake no more; jobs that run are ended by their nursery."""
        if self._scheduler:
            self._scheduler.shutdown(wait=False)

    async def wake_all(self) -> None:
        """Bring every job up to date."""
        for job in self._jobs:
            await self.wake(job)

    async def wake(self, job: Job) -> None:
        """Run the slots of `job` that are due, oldest first; one wake at a time."""
        async with self._busy[job.name]:
            due = await self._store.write(
                lambda tx: slots.due(tx, job.name, job.schedule, job.make_up)
            )
            for at in due:
                await self._run(job, at)

    async def _run(self, job: Job, at: int) -> None:
        slot = await self._store.write(
            lambda tx: slots.claim(tx, job.name, at, self._worker, job.lease_ms)
        )
        if slot is None:
            return
        if slot.late:
            log.warning("Job %s runs late for its slot %d", job.name, at)
        try:
            await job.run(slot)
        except Exception:
            log.exception("Job %s broke off; its slot %d is tried again", job.name, at)
            return
        await self._store.write(lambda tx: slots.finish(tx, slot))

    def _alarm_clock(self) -> Any:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415 - lazy
        from apscheduler.triggers.interval import IntervalTrigger  # noqa: PLC0415

        scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        scheduler.add_job(self._ring, IntervalTrigger(seconds=TICK_S), args=[self.wake_all])
        for job in self._jobs:
            scheduler.add_job(
                self._ring, _trigger(job.schedule), args=[lambda job=job: self.wake(job)]
            )
        return scheduler

    async def _ring(self, wake: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._nursery.start(wake(), "clock")


def _trigger(schedule: Schedule) -> Any:
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - lazy
    from apscheduler.triggers.interval import IntervalTrigger  # noqa: PLC0415

    if isinstance(schedule, Daily):
        at = schedule.at
        return CronTrigger(hour=at.hour, minute=at.minute, timezone=schedule.zone)
    return IntervalTrigger(seconds=schedule.ms / 1000, start_date="1970-01-01", timezone="UTC")
