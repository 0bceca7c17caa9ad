"""How long does something keep the event loop from its other work?"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

EVERY = 0.01


class Lag:
    """The longest time, in seconds, by which a due callback was late."""

    def __init__(self) -> None:
        self.slowest = 0.0


@contextmanager
def loop_lag() -> Iterator[Lag]:
    """Watch the running loop: a callback comes due every 10 ms until the block ends."""
    loop, lag = asyncio.get_running_loop(), Lag()
    timers: list[asyncio.TimerHandle] = []

    def note() -> None:
        lag.slowest = max(lag.slowest, loop.time() - timers.pop().when())

    def tick() -> None:
        note()
        timers.append(loop.call_later(EVERY, tick))

    timers.append(loop.call_later(EVERY, tick))
    try:
        yield lag
    finally:
        timers[-1].cancel()
        note()
