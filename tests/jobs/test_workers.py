"""Is there one service per database, and is a dead worker's work taken over?"""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from core.domain.errors import Refusal
from core.services import workers
from core.services.aftermath import Listed
from core.services.workers import Process
from core.store import outbox
from core.store.door import Store
from core.store.engine import open_store
from jobs.heartbeat import Heartbeat, this_process
from tests.clock import SECOND, SettableClock
from tests.faults.processes import KILLED, begin, ended
from tests.faults.sender import Errand, main
from tests.jobs.fake_chat import OTHER, FakeChat
from tests.jobs.running import all_ended, going, opened, post, sending

ELSEWHERE = Process("w9", "another-machine", 1, "first")


class Heir:
    """Takes over, and writes down from whom."""

    def __init__(self) -> None:
        self.dead: list[str] = []
        self.lost = False

    async def take_over(self, worker: str) -> int:
        """Take over from a worker."""
        self.dead.append(worker)
        return 1

    def stop(self) -> None:
        """Is told that the lease is gone."""
        self.lost = True


def _heart(store: Store, me: Process, heir: Heir) -> Heartbeat:
    return Heartbeat(store, me, heir.take_over, heir.stop)


async def test_A16_a_second_copy_of_the_service_refuses(
    store: Store, clock: SettableClock
) -> None:
    """While one lives the other gets a plain sentence; after its lease ran out it starts."""
    first, second = _heart(store, ELSEWHERE, Heir()), _heart(store, this_process("w1"), Heir())
    await first.take_service()
    with pytest.raises(Refusal) as refusal:
        await second.take_service()
    assert "another-machine" in refusal.value.en
    assert "30 s" in refusal.value.en
    assert "30 秒" in refusal.value.zh
    clock.forward(25 * SECOND)
    await first.beat()
    clock.forward(25 * SECOND)
    with pytest.raises(Refusal):
        await second.take_service()
    clock.forward(6 * SECOND)
    await second.take_service()


async def test_A16_a_service_killed_on_this_machine_is_followed_at_once(store: Store) -> None:
    """A holder whose process is gone, or was an earlier life of this one, holds nothing."""
    me = this_process("w1")
    for pid, life in ((2**22 + 1, "gone"), (me.pid, "earlier")):
        dead = Process("w1", me.host, pid, life)
        await store.write(partial(workers.take_service, me=dead, alive=bool))
        heart = _heart(store, me, Heir())
        await heart.take_service()
        await heart.leave()
        await heart.beat()
        await store.write(partial(workers.take_service, me=ELSEWHERE, alive=bool))
        await store.write(partial(workers.leave, me=ELSEWHERE))


async def test_A16_a_service_that_lost_its_lease_stops(store: Store, clock: SettableClock) -> None:
    """A copy that slept through its lease finds the other one there and stops itself."""
    heir = Heir()
    sleeper, other = _heart(store, ELSEWHERE, heir), _heart(store, this_process("w1"), Heir())
    await sleeper.take_service()
    clock.forward(31 * SECOND)
    await other.take_service()
    await sleeper.beat()
    assert heir.lost


async def test_silent_workers_are_found_once(store: Store, clock: SettableClock) -> None:
    """A worker is dead after 20 s without a beat; whoever sees it takes over and buries it."""
    heir = Heir()
    old, me = _heart(store, ELSEWHERE, Heir()), _heart(store, this_process("w1"), heir)
    await old.beat()
    clock.forward(20 * SECOND)
    await me.beat()
    assert heir.dead == []
    clock.forward(1 * SECOND)
    await me.beat()
    await me.beat()
    assert heir.dead == ["w9"]


async def test_a_live_worker_takes_over_what_a_dead_one_was_sending(
    database: str, tmp_path: Path
) -> None:
    """Without the take-over the dead worker's effects stay where they are; with it they end."""
    book = tmp_path / "book"
    killed = begin(main, Errand(database, book, "a", fatal="alert-a", worker="w9"))
    assert await ended(killed) == KILLED
    past = open_store(database, lambda: going() - 21 * SECOND)
    await past.write(lambda tx: workers.beat(tx, ELSEWHERE, service=False))
    await past.close()
    chat = FakeChat(book)
    async with opened(database) as store, sending(store, database, chat, Listed()) as durable:
        await post(store, "mine", "alert", OTHER)
        await all_ended(store, "mine")
        assert chat.counts() == {"alert-a": 1, "mine": 1}
        assert len(await store.read(lambda tx: outbox.unfinished(tx, 0, 9))) == 2
        await Heartbeat(store, this_process("w1"), durable.take_over, Heir().stop).beat()
        await all_ended(store)
    assert chat.counts() == {"alert-a": 2, "report-a": 1, "mine": 1}


def test_commands_do_not_pay_for_the_sender() -> None:
    """Importing the jobs loads neither DBOS nor APScheduler: only starting them does."""
    code = (
        "import sys, jobs.durable, jobs.clock, jobs.daily_summary, jobs.heartbeat;"
        "sys.exit(bool({'dbos', 'apscheduler', 'sqlalchemy'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
