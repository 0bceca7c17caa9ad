"""How often may an account be asked? A sliding window, so that no second holds too many calls."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from core.domain.channel import Rate

Sleep = Callable[[float], Awaitable[None]]
Monotonic = Callable[[], float]

MARGIN: Final = 0.05
"""Seconds by which a window is lengthened: the way to the platform may be quicker now."""


class Pace:
    """Lets `rate.calls` pass in any `rate.per_s` seconds, in the order in which they came."""

    def __init__(self, rate: Rate, now: Monotonic, sleep: Sleep) -> None:
        self._per_s = rate.per_s + MARGIN
        self._passed: deque[float] = deque(maxlen=rate.calls)
        self._now = now
        self._sleep = sleep
        self._turn = asyncio.Lock()

    async def turn(self) -> None:
        """Return when the next call may go out."""
        async with self._turn:
            if len(self._passed) == self._passed.maxlen:
                wait = self._passed[0] + self._per_s - self._now()
                if wait > 0:
                    await self._sleep(wait)
            self._passed.append(self._now())
