"""How fast may we talk: the one limiter in front of everything that we send to a chat platform.

Telegram takes about one message a second per chat (short bursts allowed), 20 a minute per group
and 30 a second over all. `bot.pace` says who may go; here callers wait for it.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from bot.pace import BURST, TELEGRAM, Pace, Schedule, Ticket, Windows
from core.domain.errors import Temporary

T = TypeVar("T")


class Flooded(Exception):
    """The platform said 429: this chat takes nothing for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many messages, wait {seconds:g} s")
        self.seconds = seconds


class Timer(Protocol):
    """What `call_later` returns."""

    def cancel(self) -> None:
        """Let the call not happen."""


CallLater = Callable[[float, Callable[[], None]], Timer]


def _loop_call_later(delay: float, call: Callable[[], None]) -> Timer:
    return asyncio.get_running_loop().call_later(delay, call)


class Limiter:
    """Lets calls through when the windows allow it.

    Args:
        monotonic: Seconds that never go back.
        call_later: Runs a function after so many seconds (the event loop's by default).
        pace: The windows to be kept; callers of `run` choose between its `chat` and `group`.
        patience: How many seconds of 429 pauses one call sits out before it is given back.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        call_later: CallLater = _loop_call_later,
        pace: Pace = TELEGRAM,
        patience: float = 60.0,
    ) -> None:
        self._monotonic = monotonic
        self._call_later = call_later
        self.pace = pace
        self._schedule = Schedule(pace.whole)
        self._patience = patience
        self._doors: dict[int, asyncio.Future[None]] = {}
        self._timer: Timer | None = None

    async def run(
        self,
        chat: str,
        call: Callable[[], Awaitable[T]],
        *,
        priority: int = 5,
        windows: Windows = BURST,
    ) -> T:
        """Make `call` when it is its turn, and again after a pause if it raises `Flooded`.

        A 429 pauses this chat alone, and the call keeps its place at the head of the queue.

        Raises:
            Temporary: The pauses asked for add up to more than our patience; nothing was sent.
        """
        ticket = self._schedule.ask(chat, priority, windows, self._monotonic())
        patience = self._patience
        while True:
            await self._turn(ticket)
            try:
                return await call()
            except Flooded as flooded:
                patience -= flooded.seconds
                self._schedule.pause(chat, self._monotonic() + flooded.seconds)
                if patience < 0:
                    raise Temporary(str(flooded), flooded.seconds) from None
                self._schedule.again(ticket)
            finally:
                self._schedule.end(ticket, self._monotonic())
                self._pump()

    def lags(self) -> dict[str, tuple[int, float]]:
        """Return chat → (calls waiting, seconds the oldest has waited), for the status page."""
        now = self._monotonic()
        return {chat: (count, age) for chat, count, age in self._schedule.lags(now)}

    async def _turn(self, ticket: Ticket) -> None:
        """Wait until `ticket` may start. A caller that is cancelled gives its place away."""
        self._pump()
        if ticket.running:
            return
        door = self._doors[ticket.number] = asyncio.get_running_loop().create_future()
        try:
            await door
        except asyncio.CancelledError:
            self._doors.pop(ticket.number, None)
            self._schedule.drop(ticket)
            self._pump()
            raise

    def _pump(self) -> None:
        """Start what may start now, and come back when the next one may."""
        now = self._monotonic()
        for ticket in self._schedule.start(now):
            door = self._doors.pop(ticket.number, None)
            if door is not None and not door.done():
                door.set_result(None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        at = self._schedule.next_at(now)
        if at < math.inf:
            self._timer = self._call_later(max(at - now, 0.0), self._pump)
