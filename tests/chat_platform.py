"""A chat platform in memory: keeps what is shown where, and refuses what a real one refuses."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from core.domain.errors import BadInput, DeliveryError, Permanent
from core.messaging import (
    ChatKind,
    ChatLimits,
    Content,
    FileRef,
    Happening,
    Incoming,
    Press,
    Sent,
    Target,
    Who,
    measure,
)
from core.ports import Accept

PLATFORM = "test"
PATIENCE_S = 20


@dataclass(eq=False)
class Shown:
    """A message of the bot as it stands in a chat."""

    sent: Sent
    content: Content
    edits: int = 0

    @property
    def text(self) -> str:
        return self.content.words

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.content.buttons for button in row]


@dataclass
class Platform:
    """The chat platform: is a Receiver and a Messenger, keeps what is shown where.

    `fail` holds errors that the next sends raise; `before_send` is awaited before each send.
    """

    platform: str = PLATFORM
    limits: ChatLimits = field(default_factory=ChatLimits)
    shown: list[Shown] = field(default_factory=list)
    toasts: list[tuple[str, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    fail: list[DeliveryError] = field(default_factory=list)
    naps: list[float] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, seen: Callable[[], object]) -> None:
        """Wait until something shown or answered makes `seen` true."""
        async with asyncio.timeout(PATIENCE_S), self.news:
            await self.news.wait_for(seen)

    async def run(self, accept: Accept) -> None:
        """Nothing comes in by itself."""

    def parse(self, raw: str) -> Incoming | None:
        said = json.loads(raw)
        if said.get("poison"):
            raise BadInput("看不懂", "not understood")
        target = Target(PLATFORM, said["chat"])
        press = said.get("press")
        shown = Sent(target, press["message"]) if press else None
        user = said.get("user")
        return Incoming(
            key=said["key"],
            target=target,
            kind=ChatKind(said["kind"]),
            who=Who(PLATFORM, user, said["name"]) if user else None,
            happening=Happening(said["happening"]),
            text=said["text"],
            files=tuple(FileRef(PLATFORM, one, "photo.jpg", 1) for one in said["files"]),
            press=Press(press["token"], press["callback"], shown) if press else None,
            chat_title=said["title"],
            mentioned=said["mentioned"],
        )

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        assert file.size <= limit
        return self.files[file.file]

    def invite_link(self, code: str) -> str:
        return f"https://chat.example/join?start={code}"

    async def send(self, target: Target, content: Content, *, priority: int = 5) -> Sent:
        assert priority >= 0
        if self.fail:
            raise self.fail.pop(0)
        self._check(content)
        shown = Shown(Sent(target, str(next(self.numbers))), content)
        self.shown.append(shown)
        await self._tell()
        return shown.sent

    async def edit(self, sent: Sent, content: Content) -> None:
        self._check(content)
        shown = next((one for one in self.shown if one.sent == sent), None)
        if shown is None:
            raise Permanent("there is no such message")
        shown.content = content
        shown.edits += 1
        await self._tell()

    async def answer(self, press: Press, text: str) -> None:
        self.toasts.append((press.callback, text))
        await self._tell()

    async def delete(self, sent: Sent) -> None:
        self.shown = [one for one in self.shown if one.sent != sent]

    async def leave(self, target: Target) -> None:
        self.left.append(target.chat)

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)

    async def _tell(self) -> None:
        async with self.news:
            self.news.notify_all()

    def _check(self, content: Content) -> None:
        """Refuse what a real platform would refuse."""
        carried = content.picture or content.file
        room = self.limits.caption if carried else self.limits.text
        if measure(content.words, self.limits) > room:
            raise Permanent("message is too long")
        for row in content.buttons:
            for button in row:
                if bool(button.token) == bool(button.url):
                    raise Permanent("a button is one of token and url")
                if len(button.token.encode()) > 64:
                    raise Permanent("BUTTON_DATA_INVALID")
