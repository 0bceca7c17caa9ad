"""The whole state of the make-believe Telegram, and how things that happen in it are told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.bot_api.book import Book, Kind
from sandbox.bot_api.errors import bad
from sandbox.bot_api.faults import Faults
from sandbox.bot_api.files import Files, Upload
from sandbox.bot_api.limits import Flood, Limits
from sandbox.bot_api.updates import Pulse, Updates
from sandbox.bot_api.world import Chat, Json, Message, World


@dataclass(frozen=True, slots=True)
class Call:
    """One request that keeps to the specification: decoded parameters and files by field name."""

    method: str
    params: Json
    files: dict[str, Upload] = field(default_factory=dict)


@dataclass(slots=True)
class Query:
    """A pressed button that waits for its answer; `answer` is what the bot said to it."""

    id: str
    user: int
    at: int
    answer: Json | None = None


@dataclass(slots=True)
class State:
    """Everything there is. `clock` gives ms since 1970 UTC."""

    token: str
    clock: Callable[[], int]
    world: World
    limits: Limits
    book: Book
    faults: Faults
    pulse: Pulse
    updates: Updates
    flood: Flood
    privacy: bool = True
    files: Files = field(default_factory=Files)
    queries: dict[str, Query] = field(default_factory=dict)
    profile: Json = field(default_factory=dict)
    albums: int = 0

    def tell(self, kind: Kind, chat: Chat, data: Json) -> None:
        """Write down what people see or say, and wake those who wait for it."""
        self.book.write(self.clock(), kind, chat=chat.id, data=data)
        self.pulse.beat()

    def inform(self, kind: str, chat: Chat, body: Json) -> None:
        """Put an update into the bot's queue, if it wants this kind."""
        update = self.updates.put(kind, body)
        if update is not None:
            self.book.write(self.clock(), Kind.UPDATE, method=kind, chat=chat.id, data=update)

    def say(self, chat: Chat, content: Json, *, menu: Any = None) -> Message:
        """Let the bot say something; `menu` is a keyboard to set, () takes the old one away."""
        message = self.world.post(chat, self.world.me, self.clock(), content)
        if menu is not None:
            chat.menu = [list(row) for row in menu] or None
        seen = dict(message.raw) | ({} if menu is None else {"menu": chat.menu})
        self.tell(Kind.SHOWN, chat, seen)
        return message

    def message(self, chat: Chat, id_: object, *, why: str) -> Message:
        """Return a message that was not deleted. Raises 400 with `why`."""
        message = chat.messages.get(id_) if isinstance(id_, int) else None
        if message is None or message.deleted:
            raise bad(why)
        return message
