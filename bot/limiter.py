"""How fast may we talk: the one limiter in front of everything that we send to a chat platform.

Telegram takes about one message a second per chat (short bursts allowed), 20 a minute per group
and 30 a second over all. A place in a window is held from the start of a call until `span` after
its *answer*, so whatever the network does to the way there, the platform never sees more than
`limit` in any `span` seconds. One call per chat at a time, in order of (priority, arrival).
"""

import asyncio
import heapq
import itertools
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from core.domain.errors import Temporary

T = TypeVar("T")

_IDLE_CHATS: Final = 1_000
"""Above so many remembered chats, those whose windows ran out are forgotten."""


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` messages in any `span` seconds."""

    limit: int
    span: float


Windows = tuple[Window, ...]

BURST: Final = (Window(3, 3.0),)
"""About one message a second, three at once: private chats, and edits anywhere."""
GROUP: Final = (*BURST, Window(20, 60.0))
WHOLE_BOT: Final = (Window(30, 1.0),)


@dataclass(frozen=True, slots=True)
class Pace:
    """The windows a platform keeps: per chat (and for edits), per group, for the whole bot."""

    chat: Windows = BURST
    group: Windows = GROUP
    whole: Windows = WHOLE_BOT


TELEGRAM: Final = Pace()


class Flooded(Exception):
    """The platform said 429: this chat takes nothing for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many messages, wait {seconds:g} s")
        self.seconds = seconds


@dataclass(slots=True)
class _Book:
    """What one set of windows has seen: calls under way, and when the last ones ended."""

    windows: Windows
    busy: int = 0
    ended: deque[float] = field(default_factory=deque)

    def free_at(self, now: float) -> float:
        """Return when one more may start: `now`, later, or infinity (after a call ends)."""
        at = now
        for window in self.windows:
            room = window.limit - self.busy
            if room <= 0:
                return math.inf
            if len(self.ended) >= room:
                at = max(at, self.ended[-room] + window.span)
        return at

    def end(self, now: float) -> None:
        self.busy -= 1
        self.ended.append(now)
        if len(self.ended) > max(window.limit for window in self.windows):
            self.ended.popleft()

    def forgettable(self, now: float) -> bool:
        longest = max(window.span for window in self.windows)
        return not self.busy and (not self.ended or self.ended[-1] + longest <= now)


@dataclass(order=True, slots=True)
class Ticket:
    """One call's place in its chat's queue; compares by (priority, arrival)."""

    priority: int
    number: int
    chat: str = field(compare=False)
    windows: Windows = field(compare=False)
    since: float = field(compare=False)
    running: bool = field(default=False, compare=False)


@dataclass(slots=True)
class _Chat:
    """What one chat has seen and waits for; there is a book for each set of windows used in it."""

    books: dict[Windows, _Book] = field(default_factory=dict)
    queue: list[Ticket] = field(default_factory=list)
    paused_until: float = -math.inf

    def book(self, ticket: Ticket) -> _Book:
        return self.books.setdefault(ticket.windows, _Book(ticket.windows))

    def free_at(self, now: float) -> float:
        """Return when the first of the queue may start."""
        if any(book.busy for book in self.books.values()):
            return math.inf
        return max(self.book(self.queue[0]).free_at(now), self.paused_until)

    def forgettable(self, now: float) -> bool:
        waits = bool(self.queue) or self.paused_until > now
        return not waits and all(book.forgettable(now) for book in self.books.values())


class Schedule:
    """Who may start when: pure arithmetic over seconds that the caller passes in."""

    def __init__(self, whole: Windows = WHOLE_BOT) -> None:
        self._whole = _Book(whole)
        self._chats: dict[str, _Chat] = {}
        self._waiting: set[str] = set()
        self._numbers = itertools.count()
        self._sweep_at = _IDLE_CHATS

    def ask(self, chat: str, priority: int, windows: Windows, now: float) -> Ticket:
        """Queue a call to `chat`; lower `priority` goes first, equal ones in order of asking."""
        if chat not in self._chats:
            self._forget_idle(now)
            self._chats[chat] = _Chat()
        ticket = Ticket(priority, next(self._numbers), chat, windows, now)
        self._push(ticket)
        return ticket

    def start(self, now: float) -> list[Ticket]:
        """Take out all that may start at `now`, best priority first, and count them as running."""
        if not self._waiting:
            return []
        heads = [
            self._chats[chat].queue[0]
            for chat in self._waiting
            if self._chats[chat].free_at(now) <= now
        ]
        heapq.heapify(heads)
        started = []
        while heads and self._whole.free_at(now) <= now:
            ticket = heapq.heappop(heads)  # one call per chat at a time, so one head per chat
            self._pop(ticket)
            self._chats[ticket.chat].book(ticket).busy += 1
            self._whole.busy += 1
            ticket.running = True
            started.append(ticket)
        return started

    def next_at(self, now: float) -> float:
        """Return when `start` is worth asking again; infinity if only an ending can change it."""
        if not self._waiting:
            return math.inf
        soonest = min((self._chats[chat].free_at(now) for chat in self._waiting), default=math.inf)
        return max(soonest, self._whole.free_at(now))

    def end(self, ticket: Ticket, now: float) -> None:
        """The call of `ticket` is over, whatever came of it."""
        self._chats[ticket.chat].book(ticket).end(now)
        self._whole.end(now)
        ticket.running = False

    def pause(self, chat: str, until: float) -> None:
        """Start nothing in `chat` before `until`; all other chats go on."""
        self._chats[chat].paused_until = max(self._chats[chat].paused_until, until)

    def again(self, ticket: Ticket) -> None:
        """Queue a ticket whose call has to be repeated, at its old place."""
        self._push(ticket)

    def drop(self, ticket: Ticket) -> None:
        """Forget a ticket whose caller gave up, before its call was made."""
        chat = self._chats[ticket.chat]
        if ticket.running:
            chat.book(ticket).busy -= 1
            self._whole.busy -= 1
        else:
            self._pop(ticket)

    def lags(self, now: float) -> Iterator[tuple[str, int, float]]:
        """Yield (chat, calls waiting, seconds the oldest has waited) for chats that wait."""
        for chat in self._waiting:
            queue = self._chats[chat].queue
            yield chat, len(queue), now - min(ticket.since for ticket in queue)

    def _push(self, ticket: Ticket) -> None:
        heapq.heappush(self._chats[ticket.chat].queue, ticket)
        self._waiting.add(ticket.chat)

    def _pop(self, ticket: Ticket) -> None:
        queue = self._chats[ticket.chat].queue
        if queue[0] is ticket:
            heapq.heappop(queue)
        else:
            queue.remove(ticket)
            heapq.heapify(queue)
        if not queue:
            self._waiting.discard(ticket.chat)

    def _forget_idle(self, now: float) -> None:
        if len(self._chats) < self._sweep_at:
            return
        self._chats = {
            name: chat for name, chat in self._chats.items() if not chat.forgettable(now)
        }
        self._sweep_at = max(_IDLE_CHATS, 2 * len(self._chats))


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
