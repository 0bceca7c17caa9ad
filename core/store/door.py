"""The one write door: every change of the database goes through `Store.write`.

`fn` is a plain synchronous function, so nothing inside a transaction can wait for the network.
A caller that is cancelled does not cancel the write; what became of it can be asked by its key.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from core.domain.checkpoints import checkpoint, protected
from core.store.tx import Dialect, Row, Tx

T = TypeVar("T")
Item = TypeVar("Item")
Out = TypeVar("Out")
Fn = Callable[[Tx], T]
Batch = Callable[[Tx, list[Item]], list[Out]]

log = logging.getLogger("zhanggui.store")

COMMAND_KEY = "store:command-key"
"""What a paired control test switches off: without it an interrupted command is done again."""

GROUP = 200
"""At most this many waiting writes share one commit."""


class Engine(Protocol):
    """What a database must offer the door (see `engine_sqlite`, `engine_postgresql`)."""

    dialect: Dialect

    def submit(self, work: "Work") -> None:
        """Queue a write; its future is settled after the commit."""

    async def read(self, fn: Fn[T]) -> T:
        """Run `fn` on one consistent snapshot that cannot write."""

    async def close(self) -> None:
        """Finish what is queued, then close every connection."""


class Work:
    """One queued write and whom to tell."""

    __slots__ = ("batch", "fn", "future", "item", "loop")

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        fn: Fn[Any] | None,
        batch: Batch[Any, Any] | None = None,
        item: object = None,
    ) -> None:
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.fn = fn
        self.batch = batch
        self.item = item

    def settle(self, value: object, error: BaseException | None) -> None:
        """Tell the caller, if one still waits. Runs on the caller's loop."""
        if self.future.done():
            return
        if error is None:
            self.future.set_result(value)
        else:
            self.future.set_exception(error)


Done = tuple[Work, object, BaseException | None]
"""A write that was tried: its result, or the error that undid it."""


def keyed(key: str, fn: Fn[T]) -> Fn[T]:
    """Make `fn` a command: done once per `key`; asked again, its first answer is given again.

    The answer must be JSON-able. A refusal (an exception) is no answer: it leaves nothing behind.
    """
    if not protected(COMMAND_KEY):
        return fn

    def once(tx: Tx) -> T:
        claimed = tx.run(
            "INSERT INTO command (key, at) VALUES (:key, :now) ON CONFLICT (key) DO NOTHING",
            key=key,
            now=tx.now,
        )
        if not claimed:
            answer: T = json.loads(
                tx.value("SELECT answer FROM command WHERE key = :key", key=key)
            )
            return answer
        result = fn(tx)
        checkpoint("command:before-answer")
        tx.run(
            "UPDATE command SET answer = :answer WHERE key = :key",
            answer=json.dumps(result, ensure_ascii=False),
            key=key,
        )
        return result

    return once


class Store:
    """The shop's database: one door to write, another to read."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], int],
        listeners: dict[str, list[Callable[[], None]]],
    ) -> None:
        self._engine = engine
        self._listeners = listeners
        self.clock = clock
        self.dialect = engine.dialect

    async def write(self, fn: Fn[T], *, key: str | None = None) -> T:
        """Run `fn` in a transaction and return its result after the commit.

        With `key` the command is done once (see `keyed`). What `fn` raises undoes all it wrote
        and is raised here; other writes of the same commit are not touched.
        """
        loop = asyncio.get_running_loop()
        work = Work(loop, keyed(key, fn) if key else fn)
        self._engine.submit(work)
        result: T = await work.future
        return result

    async def write_each(self, batch: Batch[Item, Out], item: Item) -> Out:
        """Write one item; whatever items wait for the same `batch` share one call of it.

        `batch(tx, items)` returns one result per item, in order. If it raises, each item is tried
        alone, so that one bad item never fails its neighbours.
        """
        work = Work(asyncio.get_running_loop(), None, batch, item)
        self._engine.submit(work)
        result: Out = await work.future
        return result

    async def read(self, fn: Fn[T]) -> T:
        """Run `fn` on one consistent snapshot; it cannot write."""
        return await self._engine.read(fn)

    async def outcome(self, key: str) -> Row | None:
        """Say what became of a command: its row (`answer`, `at`), or None if it left no trace."""
        return await self.read(
            lambda tx: tx.one("SELECT answer, at FROM command WHERE key = :key", key=key)
        )

    def listen(self, signal: str, callback: Callable[[], None]) -> None:
        """Call `callback` from a database thread after each commit that raised `signal`."""
        self._listeners.setdefault(signal, []).append(callback)

    async def close(self) -> None:
        """Finish queued writes and close the database."""
        await self._engine.close()


def run_group(
    works: list[Work], tx: Tx, attempt: Callable[[Callable[[], object]], object]
) -> list[Done]:
    """Run queued writes inside one open transaction; `attempt` puts a savepoint around each.

    Neighbours that wait for the same batch function become one call.
    """
    done: list[Done] = []
    at = 0
    while at < len(works):
        group = _same_batch(works, at)
        done.extend(_run_batch(group, tx, attempt))
        at += len(group)
    return done


def _same_batch(works: list[Work], start: int) -> list[Work]:
    batch = works[start].batch
    end = start + 1
    while batch is not None and end < len(works) and works[end].batch is batch:
        end += 1
    return works[start:end]


def _run_batch(
    group: list[Work], tx: Tx, attempt: Callable[[Callable[[], object]], object]
) -> list[Done]:
    batch = group[0].batch
    if batch is None:
        work = group[0]
        fn = work.fn
        assert fn is not None  # noqa: S101 - a work has either fn or batch
        try:
            return [(work, attempt(lambda: fn(tx)), None)]
        except Exception as error:  # noqa: BLE001 - the caller gets it, whatever it is
            return [(work, None, error)]
    try:
        results = attempt(lambda: batch(tx, [work.item for work in group]))
    except Exception as error:  # noqa: BLE001 - the caller gets it, whatever it is
        if len(group) == 1:
            return [(group[0], None, error)]
        return [one for work in group for one in _run_batch([work], tx, attempt)]
    assert isinstance(results, list)  # noqa: S101 - the batch contract
    return [(work, result, None) for work, result in zip(group, results, strict=True)]


def settle(done: list[Done]) -> None:
    """Wake the callers: one hop per loop, however many writes."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Done]] = {}
    for one in done:
        by_loop.setdefault(one[0].loop, []).append(one)
    for loop, ones in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the caller's loop is gone; nobody waits there
            loop.call_soon_threadsafe(_settle_here, ones)


def _settle_here(ones: list[Done]) -> None:
    for work, value, error in ones:
        work.settle(value, error)
