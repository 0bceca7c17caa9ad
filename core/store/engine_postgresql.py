"""PostgreSQL: short transactions on a small pool, waiting batches merged, conflicts retried."""

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from core.domain.checkpoints import checkpoint
from core.store.door import GROUP, Batch, Done, Fn, T, Work, run_group, settle
from core.store.tx import Dialect, Tx

log = logging.getLogger("zhanggui.store")


class _WholeNumber(Loader):
    """Sums of integers are `numeric` in PostgreSQL; they are whole numbers all the same."""

    def load(self, data: Buffer) -> int | Decimal:
        text = bytes(data).decode()
        return Decimal(text) if "." in text else int(text)


CONNECTIONS = 8
RETRIES = 8
AGAIN = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.UniqueViolation,  # another writer was first: seen again, it is simply there
)


class PostgresEngine:
    """The door's engine on a PostgreSQL database; several processes may share it."""

    dialect: Dialect = "postgresql"

    def __init__(
        self, url: str, clock: Callable[[], int], tell: Callable[[set[str]], None]
    ) -> None:
        self._clock = clock
        self._tell = tell
        self._closing = False
        self._pool: ConnectionPool[Any] = ConnectionPool(
            url,
            min_size=1,
            max_size=CONNECTIONS,
            kwargs={"row_factory": dict_row, "autocommit": True},
            configure=lambda connection: connection.adapters.register_loader(
                "numeric", _WholeNumber
            ),
            open=True,
            name="zhanggui",
        )
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="zhanggui-pg")
        self._batches: dict[Batch[Any, Any], queue.SimpleQueue[Work]] = {}
        self._busy: set[Batch[Any, Any]] = set()
        self._guard = threading.Lock()

    def submit(self, work: Work) -> None:
        """Start a write at once; items of a batch that is running wait and are merged."""
        if self._closing:
            raise RuntimeError("the store is closed")
        if work.batch is None:
            self._threads.submit(self._commit, [work])
            return
        with self._guard:
            self._batches.setdefault(work.batch, queue.SimpleQueue()).put(work)
            if work.batch in self._busy:
                return
            self._busy.add(work.batch)
        self._threads.submit(self._drain, work.batch)

    async def read(self, fn: Fn[T]) -> T:
        """Run `fn` on a read-only snapshot."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, fn)

    def _read(self, fn: Fn[T]) -> T:
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return fn(Tx(connection.cursor(), "postgresql", self._clock()))

    async def close(self) -> None:
        """Finish what is queued, then close the pool."""
        if self._closing:
            return
        self._closing = True
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._threads.shutdown)
        await loop.run_in_executor(None, self._pool.close)

    def _drain(self, batch: Batch[Any, Any]) -> None:
        """Commit what waits for `batch`, group by group, until nothing does."""
        waiting = self._batches[batch]
        while True:
            works: list[Work] = []
            with self._guard:
                with contextlib.suppress(queue.Empty):
                    while len(works) < GROUP:
                        works.append(waiting.get_nowait())
                if not works:
                    self._busy.discard(batch)
                    return
            self._commit(works)

    def _commit(self, works: list[Work]) -> None:
        signals: set[str] = set()
        try:
            done, signals = self._with_retries(works)
        except Exception as error:  # noqa: BLE001 - every caller must know
            done = [(work, None, error) for work in works]
        if signals:
            self._tell(signals)  # before the caller: whoever is woken finds nothing stale
        settle(done)

    def _with_retries(self, works: list[Work]) -> tuple[list[Done], set[str]]:
        for left in reversed(range(RETRIES)):
            try:
                with self._pool.connection() as connection:
                    return self._once(works, connection)
            except AGAIN:
                if left == 0:
                    raise
        raise AssertionError("unreachable")

    def _once(self, works: list[Work], connection: Any) -> tuple[list[Done], set[str]]:
        tx = Tx(connection.cursor(), "postgresql", self._clock())

        def attempt(step: Callable[[], object]) -> object:
            with connection.transaction():  # a savepoint
                return step()

        with connection.transaction() as whole:
            alone = len(works) == 1
            done = run_group(works, tx, (lambda step: step()) if alone else attempt)
            for _, _, failure in done:
                if isinstance(failure, AGAIN):
                    raise failure
                if failure is not None and alone:
                    raise psycopg.Rollback(whole)
            checkpoint("store:before-commit")
        checkpoint("store:after-commit")
        return done, tx.signals
