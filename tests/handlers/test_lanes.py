"""Does a slow chat delay anybody but itself?"""

import asyncio
import logging
from collections import defaultdict

from core.domain.staff import Role
from core.messaging import Content, Reply
from core.nursery import Nursery
from core.store import people
from core.store.door import Store
from core.store.engine import open_store
from handlers.dispatch import ChatRules
from handlers.dispatch.lanes import Lanes
from handlers.registry import Ask, Command, Desk
from tests.chat import ChatShop
from tests.clock import SECOND, SettableClock

Job = tuple[str, int]


class Work:
    """Jobs that end when they are told to."""

    def __init__(self) -> None:
        self.running: set[Job] = set()
        self.most = 0
        self.done: dict[str, list[int]] = defaultdict(list)
        self.gates: dict[Job, asyncio.Event] = defaultdict(asyncio.Event)
        self.started = asyncio.Condition()

    async def run(self, job: Job) -> None:
        self.running.add(job)
        self.most = max(self.most, len(self.running))
        async with self.started:
            self.started.notify_all()
        await self.gates[job].wait()
        self.running.discard(job)
        self.done[job[0]].append(job[1])
        if job[1] < 0:
            raise RuntimeError("a job failed")

    async def until_running(self, *jobs: Job) -> None:
        async with asyncio.timeout(5), self.started:
            await self.started.wait_for(lambda: self.running >= set(jobs))

    def finish(self, *jobs: Job) -> None:
        for job in jobs:
            self.gates[job].set()


def lanes(work: Work, most: int, patience_s: float = 60) -> Lanes[Job]:
    return Lanes(work.run, Nursery(logging.getLogger("tests.lanes")), most, patience_s)


async def test_one_lane_is_in_order_and_a_failure_stops_nobody() -> None:
    """The second job of a lane starts when the first has ended, well or not."""
    work = Work()
    ours = lanes(work, 10)
    for number in (-1, 2, 3):
        ours.put("a", ("a", number))
    work.finish(("a", 3), ("a", 2))
    await work.until_running(("a", -1))
    assert work.running == {("a", -1)}
    work.finish(("a", -1))
    await ours.idle()
    assert work.done["a"] == [-1, 2, 3]


async def test_no_more_than_so_many_at_once() -> None:
    """With places for three, a hundred lanes run three at a time, and all are served."""
    work = Work()
    ours = lanes(work, 3)
    jobs = [(f"chat{n}", 1) for n in range(100)]
    for job in jobs:
        ours.put(job[0], job)
    work.finish(*jobs)
    await ours.idle()
    assert work.most <= 3
    assert len(work.done) == 100


async def test_who_waits_for_long_gives_the_place_back() -> None:
    """Slow lanes fill every place; when their patience is over the others are served."""
    work = Work()
    ours = lanes(work, 2, patience_s=0.01)
    for name in ("slow1", "slow2", "quick"):
        ours.put(name, (name, 1))
    await work.until_running(("quick", 1))
    work.finish(("quick", 1), ("slow1", 1), ("slow2", 1))
    await ours.idle()
    assert set(work.done) == {"slow1", "slow2", "quick"}


async def test_a_slow_handler_delays_no_other_chat(store: Store) -> None:
    """While one chat's handler hangs, another chat is answered; the slow one gets its answer."""
    gate = asyncio.Event()

    async def slow(ask: Ask, desk: Desk) -> Reply:
        await gate.wait()
        return Reply(Content(text="at last"))

    command = Command("slow", "慢", "Slow", "慢", "Slow", frozenset(Role), slow)
    shop = await ChatShop(store, command, rules=ChatRules(at_once=2)).open()
    clerk = await shop.person("小李", Role.CLERK).comes()
    other = await shop.person("小王", Role.CLERK).comes()
    await shop.dispatcher.accept([clerk.update("/slow"), clerk.update("/help")])
    await shop.dispatcher.accept([other.update("/help")])
    await shop.platform.until(lambda: other.news)
    assert not clerk.news
    gate.set()
    await shop.idle()
    assert clerk.news[0].text == "at last"
    assert len(clerk.news) == 2
    await shop.close()


async def test_what_another_process_does_to_the_staff_counts_within_a_second(
    database: str, store: Store, clock: SettableClock
) -> None:
    """The directory is kept at hand, but not for long: a removed clerk is a stranger soon."""
    shop = await ChatShop(store).open()
    clerk = shop.person("小李", Role.CLERK)
    await clerk.says("/whoami")
    assert clerk.here
    who = clerk.here.id
    elsewhere = open_store(database, clock)
    await elsewhere.write(lambda tx: people.change(tx, who, Role.CLERK, active=False))
    await elsewhere.close()
    clock.forward(SECOND)
    await clerk.says("/whoami")
    clerk.sees_nothing()
    await shop.close()
