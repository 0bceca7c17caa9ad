"""Who may say something now? Telegram's windows as pure arithmetic over seconds passed in.

A place in a window is held from the start of a call until `span` after its *answer*: whatever the
network does to the way there, the platform never sees more than `limit` in any `span` seconds.
One call per chat runs at a time, in order of (priority, arrival).
"""

import heapq
import itertools
import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

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
