"""Detached work with one parent: nothing runs unowned, nothing fails unheard."""

import asyncio
import concurrent.futures
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Nursery:
    """Holds every background task of the process until it ends.

    `failed` counts the tasks that ended with an error; each error is logged when it happens.
    """

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.failed = 0

    def open(self) -> None:
        """Remember the running loop as the one that `submit` hands work to."""
        self._loop = asyncio.get_running_loop()

    def start(self, coro: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Run `coro` in the background on the running loop."""
        task = asyncio.create_task(coro, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def submit(self, coro: Coroutine[Any, Any, T], name: str) -> concurrent.futures.Future[T]:
        """Run `coro` on the nursery's loop, from any thread.

        Whoever stops waiting for the future does not stop the work. Raises RuntimeError before
        `open` and once the loop is closed.
        """
        if self._loop is None:
            coro.close()
            raise RuntimeError("the nursery is not open yet")
        future: concurrent.futures.Future[T] = concurrent.futures.Future()

        def begin() -> None:
            self.start(coro, name).add_done_callback(lambda task: _copy(task, future))

        self._loop.call_soon_threadsafe(begin)
        return future

    async def close(self, grace_s: float) -> None:
        """Wait up to `grace_s` seconds for what runs, then cancel the rest and see it end."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        rest = list(self._tasks)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.failed += 1
            self._log.error("%s failed", task.get_name(), exc_info=task.exception())


def _copy(task: asyncio.Task[T], future: concurrent.futures.Future[T]) -> None:
    """Give a finished task's result to whoever waits in another thread."""
    if not future.set_running_or_notify_cancel():
        return
    if task.cancelled():
        future.set_exception(asyncio.CancelledError())
    elif (error := task.exception()) is not None:
        future.set_exception(error)
    else:
        future.set_result(task.result())
