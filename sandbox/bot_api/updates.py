"""How does the bot hear of things? The queue of updates and its long polling."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Any, TypeVar

from sandbox.bot_api import errors

T = TypeVar("T")

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Pulse:
    """Wakes everyone who waits for something to happen."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def beat(self) -> None:
        """Something happened."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def until(self, look: Callable[[], T], seconds: float | None) -> T:
        """Return what `look` gives as soon as it is true, or what it gives after `seconds`.

        None waits for ever.
        """
        try:
            async with asyncio.timeout(seconds):
                while not (found := look()):
                    await self._event.wait()
                return found
        except TimeoutError:
            return look()


@dataclass(slots=True)
class Webhook:
    """Where updates are pushed to; no `url`, no webhook. Errors are those of the last attempt."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    error: str = ""
    error_at: int = 0


@dataclass(slots=True)
class Updates:
    """What the bot has not confirmed yet, oldest first."""

    pulse: Pulse
    webhook: Webhook = field(default_factory=Webhook)
    waiting: dict[int, dict[str, Any]] = field(default_factory=dict)
    allowed: list[str] = field(default_factory=list)
    last: int = 100_000
    closed: bool = False
    polls: int = 0

    def wanted(self, kind: str) -> bool:
        """Tell whether the bot asked for updates of this kind."""
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def put(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Add an update and return it; None if the bot did not ask for this kind."""
        if not self.wanted(kind):
            return None
        self.last += 1
        update = self.waiting[self.last] = {"update_id": self.last, kind: body}
        self.pulse.beat()
        return update

    def confirm(self, below: int) -> None:
        """Forget every update with an id under `below`; if negative, all but the last ones."""
        if below < 0:
            kept = list(self.waiting)[below:]
            below = kept[0] if kept else 0
        for id_ in list(takewhile(lambda id_: id_ < below, self.waiting)):
            del self.waiting[id_]
        self.pulse.beat()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Return up to `limit` updates from `offset` on, waiting up to `seconds` for the first.

        Raises 409 if a webhook is set, or when another poll comes while this one waits.
        """
        if self.webhook.url:
            raise errors.WEBHOOK_ACTIVE
        self.polls += 1
        mine = self.polls
        self.confirm(offset)

        def look() -> bool:
            if self.polls != mine:
                raise errors.OTHER_POLLER
            return bool(self.waiting) or self.closed

        await self.pulse.until(look, seconds)
        return list(islice(self.waiting.values(), limit))

    def close(self) -> None:
        """Let those who wait go with nothing."""
        self.closed = True
        self.pulse.beat()
