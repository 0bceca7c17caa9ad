"""How do committed effects get out, once each, whatever crashes?

The only user of DBOS. The outbox row is the truth. DBOS gives the queue with one delivery at a
time per lane, waits that outlive the process, and recovery; its workflow id is the effect's key,
so handing a row over twice is harmless. What was measured: docs/decisions/0003-durable-effects.md.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from core.domain.checkpoints import checkpoint
from core.domain.effects import Verdict
from core.nursery import Nursery
from core.services import effects
from core.services.effects import Aftermath, Effect, Outcome, Wait
from core.store.door import Store

log = logging.getLogger("zhanggui.effects")

QUEUE = "effects"
APPLICATION_VERSION = "1"  # raise it only when the order of a workflow's steps changes
LANES_AT_ONCE = 256
PAGE = 500
OVERLAP = 200  # PostgreSQL may commit a lower id after a higher one: look back this far
STALE_MS = 60_000
ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, and how long an attempt may take, in seconds unless the name says ms.

    `lease_ms` must be longer than any delivery takes: after it an attempt counts as dead.
    """

    polling: float = 0.5
    sweep: float = 5.0
    lease_ms: int = 60_000
    after_error_ms: int = 5_000


def work_url(database_url: str) -> str:
    """Return where DBOS keeps its tables: a file beside ours, or a schema in our PostgreSQL."""
    if database_url.startswith(SQLITE):
        return f"{database_url}-effects"
    return database_url.replace("postgres://", "postgresql://", 1)


class Durable:
    """Hands outbox rows to DBOS and carries out each attempt on the main loop."""

    def __init__(
        self,
        store: Store,
        worker: str,
        deliver: Callable[[Effect], Awaitable[Outcome]],
        nursery: Nursery,
        aftermath: Aftermath,
        pace: Pace = Pace(),
    ) -> None:
        self._store = store
        self._worker = worker
        self._deliver = deliver
        self._nursery = nursery
        self._aftermath = aftermath
        self._pace = pace
        self._added = asyncio.Event()
        self._handed: set[str] = set()
        self._attempts: set[asyncio.Task[int]] = set()
        self._closing = False
        self._workflow: Any = None
        self._sweep: asyncio.Task[None] | None = None

    async def start(self, url: str) -> None:
        """Start DBOS on `url` (see `work_url`) and hand over what waits, now and from now on."""
        loop = asyncio.get_running_loop()
        self._nursery.open()
        await asyncio.to_thread(self._launch, url)
        self._store.listen(
            effects.ADDED, lambda: _quietly(loop.call_soon_threadsafe, self._added.set)
        )
        self._sweep = self._nursery.start(self._hand_over_for_ever(), "hand effects over")

    async def close(self, grace_s: float) -> None:
        """Begin nothing new, wait up to `grace_s` for what is being sent, then stop DBOS."""
        self._closing = True
        if self._sweep:
            self._sweep.cancel()
        if self._attempts:
            await asyncio.wait(self._attempts, timeout=grace_s)
        await asyncio.to_thread(self._destroy)

    async def take_over(self, worker: str) -> int:
        """Continue what a dead worker left unfinished; returns how many effects that were."""
        from dbos import DBOS  # noqa: PLC0415 - 0.5 s to import, and only the service needs it

        # Private in 3.4: recovery for another executor's id has no public name.
        handles = await asyncio.to_thread(DBOS._recover_pending_workflows, [worker])  # noqa: SLF001
        return len(handles)

    async def prune(self, before_ms: int) -> int:
        """Forget workflows that ended before `before_ms`; the outbox rows stay."""
        return await asyncio.to_thread(_prune, before_ms)

    # ---- in DBOS' threads --------------------------------------------------------------------

    def _launch(self, url: str) -> None:
        from dbos import DBOS, DBOSPortableJSONSerializer  # noqa: PLC0415 - see take_over

        if url.startswith(SQLITE):
            _create_private(url.removeprefix(SQLITE))
        DBOS(
            config={
                "name": "zhanggui",
                "system_database_url": url,
                "application_version": APPLICATION_VERSION,
                "executor_id": self._worker,
                "log_level": "WARNING",
                "use_listen_notify": False,
                "serializer": DBOSPortableJSONSerializer(),
            }
        )
        self._register()
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            partition_concurrency=1,
            worker_concurrency=LANES_AT_ONCE,
            polling_interval_sec=self._pace.polling,
            on_conflict="always_update",
        )

    def _register(self) -> None:
        from dbos import DBOS  # noqa: PLC0415 - see take_over

        @DBOS.step(name="attempt")
        async def attempt(key: str, turn: int) -> int:
            future = self._nursery.submit(self._attempt(key, turn), f"effect {key}")
            return await asyncio.wrap_future(future)

        @DBOS.workflow(name="effect", max_recovery_attempts=None)
        async def effect(key: str) -> None:
            turn = 0
            while (wait_ms := await attempt(key, turn)) >= 0:
                await DBOS.sleep_async(wait_ms / 1000)
                turn += 1

        self._workflow = effect

    def _enqueue(self, rows: Sequence[tuple[str, str, bool]]) -> None:
        """Hand over (key, lane, stale) each; a stale one's ended workflow makes room first."""
        from dbos import DBOS, SetEnqueueOptions, SetWorkflowID  # noqa: PLC0415 - see take_over

        for key, lane, stale in rows:
            if stale:
                status = DBOS.get_workflow_status(key)
                if status is not None and status.status in ENDED:
                    DBOS.delete_workflow(key)
            with SetWorkflowID(key), SetEnqueueOptions(queue_partition_key=lane):
                DBOS.enqueue_workflow(QUEUE, self._workflow, key)

    def _destroy(self) -> None:
        from dbos import DBOS  # noqa: PLC0415 - see take_over

        # With work in hand DBOS needs the second in which its queue threads see the end coming.
        DBOS.destroy(
            destroy_registry=True, workflow_completion_timeout_sec=1 if self._handed else 0
        )

    # ---- on the main loop --------------------------------------------------------------------

    async def _hand_over_for_ever(self) -> None:
        after = 0
        while True:
            try:
                after = await self._hand_over(max(after - OVERLAP, 0))
            except Exception:
                log.exception("Effects could not be handed over; trying again")
                after = 0
            try:
                async with asyncio.timeout(self._pace.sweep):
                    await self._added.wait()
            except TimeoutError:
                after = 0
            self._added.clear()

    async def _hand_over(self, after: int) -> int:
        """Hand over every open row with an id above `after`; returns the last id seen."""
        whole, open_keys = after == 0, set[str]()
        while True:
            rows = await self._store.read(partial(effects.unfinished, after=after, limit=PAGE))
            old = self._store.clock() - STALE_MS
            fresh = [
                (row["key"], row["lane"], row["created_at"] < old)
                for row in rows
                if row["key"] not in self._handed
            ]
            await asyncio.to_thread(self._enqueue, fresh)
            self._handed.update(key for key, _, _ in fresh)
            open_keys.update(row["key"] for row in rows)
            after = rows[-1]["id"] if rows else after
            if len(rows) < PAGE:
                if whole:  # another worker may have ended some
                    self._handed &= open_keys
                return after

    async def _attempt(self, key: str, turn: int) -> int:
        """Try an effect once. Returns the wait before the next try in ms, -1 when it has ended."""
        if self._closing:
            await asyncio.Event().wait()  # cancelled with the process; DBOS asks again next time
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - always inside a task of the nursery
        self._attempts.add(task)
        try:
            wait_ms = await self._try(key, turn)
        except Exception:
            log.exception("Effect %s: the attempt broke off", key)
            wait_ms = self._pace.after_error_ms
        finally:
            self._attempts.discard(task)
        if wait_ms < 0:
            self._handed.discard(key)
        return wait_ms

    async def _try(self, key: str, turn: int) -> int:
        lease_ms, aftermath = self._pace.lease_ms, self._aftermath
        checkpoint("effect:before-claim")
        begun = await self._store.write(lambda tx: effects.begin(tx, key, lease_ms, aftermath))
        if begun is None:
            return -1
        if isinstance(begun, Wait):
            return begun.ms
        checkpoint("effect:claimed")
        outcome = await self._ask(begun)
        checkpoint("effect:answered")
        wait_ms = await self._store.write(
            lambda tx: effects.settle(tx, begun, outcome, turn, aftermath)
        )
        checkpoint("effect:settled")
        if wait_ms is None:
            await self._spare([one.key for one in begun.also])
        return -1 if wait_ms is None else wait_ms

    async def _spare(self, keys: list[str]) -> None:
        """Take effects that went out with another one off the queue of their lane."""
        if keys:
            await asyncio.to_thread(_forget, keys)
            self._handed.difference_update(keys)

    async def _ask(self, effect: Effect) -> Outcome:
        """Deliver; what breaks in our own code leaves it unknown whether anything went out."""
        try:
            return await self._deliver(effect)
        except Exception as error:
            log.exception("Effect %s: delivery broke off", effect.key)
            return Outcome(Verdict.IN_DOUBT, f"{type(error).__name__}: {error}")


def _quietly(call: Callable[..., object], *args: object) -> None:
    """Wake a loop from another thread, if it still runs."""
    with suppress(RuntimeError):
        call(*args)


def _create_private(path: str) -> None:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _forget(keys: list[str]) -> None:
    from dbos import DBOS  # noqa: PLC0415 - see take_over

    DBOS.delete_workflows(keys)


def _prune(before_ms: int) -> int:
    from dbos import DBOS  # noqa: PLC0415 - see take_over

    before = datetime.fromtimestamp(before_ms / 1000, UTC).isoformat()
    pruned = 0
    while True:
        ended = DBOS.list_workflows(
            status=list(ENDED),
            completed_before=before,
            limit=PAGE,
            load_input=False,
            load_output=False,
        )
        if not ended:
            return pruned
        _forget([one.workflow_id for one in ended])
        pruned += len(ended)
