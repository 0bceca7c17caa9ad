"""What does the dispatcher need around it?"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.messaging import Envelope
from core.nursery import Nursery
from core.ports import Messenger, Receiver
from core.store.door import Store
from handlers.registry import Registry

MEGABYTE = 1024 * 1024


class Draws(Protocol):
    """Turns a chart into PNG bytes, in a process of its own (`charts.render.Renderer`)."""

    async def render(self, chart: Any) -> bytes:
        """Return the picture. Raises if it cannot be drawn."""


@dataclass(frozen=True, slots=True)
class ChatRules:
    """What the operator decides: `lang` of a new chat, `zone` of the shop, where pages are.

    `at_once` is how many chats are served side by side; after `busy_after_s` seconds of waiting
    for the database, or with a pressed button unanswered, the person is told so.
    """

    lang: str = "zh"
    zone: str = "Asia/Shanghai"
    page_base: str = "http://127.0.0.1:8080"
    at_once: int = 64
    busy_after_s: float = 3.0
    largest_file: int = 20 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything around the dispatcher; receivers and messengers by the name of their platform.

    `sleep` waits so many seconds (tests take none).
    """

    store: Store
    registry: Registry
    receivers: Mapping[str, Receiver]
    messengers: Mapping[str, Messenger]
    nursery: Nursery
    sleep: Callable[[float], Awaitable[None]]
    draws: Draws | None = None
    rules: ChatRules = field(default_factory=ChatRules)


@dataclass(frozen=True, slots=True)
class Request:
    """One row of the inbox on its way through us."""

    id: int
    key: str
    lane: str
    raw: str

    @property
    def platform(self) -> str:
        """The chat platform that it came from."""
        return self.key.partition(":")[0]

    @property
    def number(self) -> str:
        """What a person quotes when something went wrong with it."""
        return f"E{self.id}"

    @staticmethod
    def of(envelope: Envelope, inbox_id: int) -> "Request":
        """Return the request that an envelope became."""
        return Request(inbox_id, envelope.key, envelope.lane, envelope.raw)
