"""Who is next? So many at once, in order within a chat, and nobody waits for a slow one."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from core.nursery import Nursery

Job = TypeVar("Job")

log = logging.getLogger("zhanggui.chat")


class Lanes(Generic[Job]):
    """Runs jobs: those of one lane one after the other, of different lanes side by side.

    Args:
        run: Does one job; what it raises is logged and stops nobody.
        nursery: Owns the tasks.
        most: How many jobs may count as running. A job that takes longer than `patience_s`
            no longer counts (it waits for something outside), but its lane still waits for it.
        patience_s: Seconds.
    """

    def __init__(
        self,
        run: Callable[[Job], Awaitable[None]],
        nursery: Nursery,
        most: int,
        patience_s: float,
    ) -> None:
        self._run = run
        self._nursery = nursery
        self._free = most
        self._patience_s = patience_s
        self._lanes: dict[str, deque[Job]] = {}
        self._ready: deque[str] = deque()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, lane: str, job: Job) -> None:
        """Add a job at the end of its lane."""
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(job)
            return
        self._idle.clear()
        self._lanes[lane] = deque([job])
        self._ready.append(lane)
        self._start()

    async def idle(self) -> None:
        """Wait until no job is left."""
        await self._idle.wait()

    def _start(self) -> None:
        while self._free > 0 and self._ready:
            lane = self._ready.popleft()
            self._free -= 1
            self._nursery.start(self._one(lane), f"chat {lane}")

    async def _one(self, lane: str) -> None:
        place = _Place(self._give_back)
        timer = asyncio.get_running_loop().call_later(self._patience_s, place.leave)
        waiting = self._lanes[lane]
        try:
            await self._run(waiting.popleft())
        except Exception:
            log.exception("an update of %s failed", lane)
        finally:
            timer.cancel()
            if waiting:
                self._ready.append(lane)
            else:
                del self._lanes[lane]
            place.leave()
            if not self._lanes:
                self._idle.set()

    def _give_back(self) -> None:
        self._free += 1
        self._start()


class _Place:
    """One of the places among those running; it is left once."""

    __slots__ = ("_give_back", "_held")

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back = give_back
        self._held = True

    def leave(self) -> None:
        if self._held:
            self._held = False
            self._give_back()
