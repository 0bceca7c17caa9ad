"""A shop whose staff talk to the bot: a chat platform in memory around the real dispatcher.

clerk = shop.person("小李", Role.CLERK)
await clerk.says("查订单 123")
await clerk.presses("标异常")
clerk.sees("哪一单")
"""

import asyncio
import json
import logging
from dataclasses import dataclass
from itertools import count
from typing import Any

from core.domain.staff import Person, Role
from core.messaging import ChatKind, Envelope, Happening, Target
from core.nursery import Nursery
from core.services import Tx, rooms
from core.store import people
from core.store.door import Store
from handlers import all as everything
from handlers.dispatch import ChatRules, Dispatcher, Parts
from handlers.registry import Command, Registry
from tests.chat_platform import PATIENCE_S, PLATFORM, Platform, Shown
from tests.shop import TestShop


class ChatShop:
    """The real dispatcher on a real store, with people who talk to it."""

    def __init__(self, store: Store, *commands: Command, rules: ChatRules | None = None) -> None:
        self.store = store
        self.goods = TestShop(store)
        self.platform = Platform()
        self.nursery = Nursery(logging.getLogger("tests.chat"))
        self.registry = Registry((*everything.registry().commands, *commands))
        self.rules = rules or ChatRules()
        self.dispatcher = self._dispatcher()
        self._numbers = count(1)

    def _dispatcher(self) -> Dispatcher:
        return Dispatcher(
            Parts(
                store=self.store,
                registry=self.registry,
                receivers={PLATFORM: self.platform},
                messengers={PLATFORM: self.platform},
                nursery=self.nursery,
                sleep=self.platform.sleep,
                rules=self.rules,
            )
        )

    async def open(self) -> "ChatShop":
        await self.dispatcher.start()
        return self

    async def restart(self) -> None:
        """Begin again as a new process would: nothing is left but the database."""
        await self.idle()
        self.dispatcher = self._dispatcher()
        await self.dispatcher.start()

    async def close(self) -> None:
        await self.idle()
        await self.nursery.close(0)

    async def idle(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self.dispatcher.idle()

    def person(self, name: str, role: Role | None) -> "User":
        """Return somebody who works here, or (no role) a stranger."""
        return User(self, name, role, f"u{next(self._numbers)}")

    def group(self, title: str = "工作群") -> "Group":
        return Group(self, title, f"-{next(self._numbers)}")

    def envelope(self, chat: str, kind: ChatKind, by: "User | None", **said: Any) -> Envelope:
        """Return an update; `said` holds whatever of its fields matters."""
        key = said.pop("key", f"{PLATFORM}:1:{next(self._numbers)}")
        raw = {
            "key": key,
            "chat": chat,
            "kind": kind,
            "user": by.account if by else None,
            "name": by.name if by else "",
            "happening": Happening.MESSAGE,
            "text": "",
            "files": [],
            "title": "",
            "mentioned": kind is ChatKind.GROUP,
            **said,
        }
        return Envelope(key, f"{PLATFORM}:{chat}", json.dumps(raw, ensure_ascii=True))

    async def take(self, *envelopes: Envelope) -> None:
        """Hand updates over as one poll and wait until they are answered."""
        await self.dispatcher.accept(envelopes)
        await self.idle()

    async def rows(self, sql: str, **params: Any) -> list[dict[str, Any]]:
        """Read the database directly."""
        found = await self.store.read(lambda tx: tx.all(sql, **params))
        return [dict(row) for row in found]

    def shown_in(self, chat: str) -> list[Shown]:
        return [one for one in self.platform.shown if one.sent.target.chat == chat]


@dataclass
class Group:
    """A group chat."""

    shop: ChatShop
    title: str
    chat: str

    @property
    def messages(self) -> list[Shown]:
        return self.shop.shown_in(self.chat)

    async def bound_by(self, owner: "User") -> "Group":
        await owner.says("/bind", group=self)
        return self

    async def happens(self, happening: Happening, by: "User | None", text: str = "") -> None:
        """Let the platform tell that we were added, removed or moved."""
        await by.comes() if by else None
        await self.shop.take(
            self.shop.envelope(
                self.chat,
                ChatKind.GROUP,
                by,
                happening=happening,
                title=self.title,
                text=text,
                mentioned=False,
            )
        )


@dataclass
class User:
    """Somebody with a chat account."""

    shop: ChatShop
    name: str
    role: Role | None
    account: str
    here: Person | None = None
    seen: int = 0
    toasts_seen: int = 0

    async def comes(self) -> "User":
        """Join the staff, unless that happened before or this is a stranger."""
        if self.role is None or self.here:
            return self
        role = self.role

        def join(tx: Tx) -> int:
            person_id = people.add(tx, self.name, role)
            people.identify(tx, PLATFORM, self.account, person_id)
            target = Target(PLATFORM, self.account)
            rooms.own(tx, target, ChatKind.PRIVATE, self.name, person_id)
            return person_id

        self.here = Person(await self.shop.store.write(join), self.name, role)
        return self

    def update(self, text: str = "", group: Group | None = None, **said: Any) -> Envelope:
        """Return what the platform would bring if this person wrote `text`."""
        chat, kind = (group.chat, ChatKind.GROUP) if group else (self.account, ChatKind.PRIVATE)
        title = group.title if group else ""
        return self.shop.envelope(chat, kind, self, text=text, title=title, **said)

    async def says(self, text: str, group: Group | None = None, **said: Any) -> None:
        """Write into the private chat, or into a group."""
        await self.comes()
        self._look_away()
        await self.shop.take(self.update(text, group, **said))

    async def sends_photo(self, data: bytes, text: str = "") -> None:
        """Send a photo, with words under it if given."""
        await self.comes()
        self._look_away()
        file = f"file{len(self.shop.platform.files)}"
        self.shop.platform.files[file] = data
        await self.shop.take(self.update(text, files=[file]))

    async def presses(self, label: str, group: Group | None = None) -> None:
        """Press the newest button whose label contains `label`, or that key of the keyboard."""
        await self.comes()
        button = self.button(label, group)
        if button is None:
            assert any(label == key for row in self.keyboard for key in row), self._all(group)
            await self.says(label, group)
            return
        await self.presses_token(button[1], button[0], group)

    async def presses_token(
        self, token: str, shown: Shown | None = None, group: Group | None = None
    ) -> None:
        """Press a button by what is in it, whoever it was made for."""
        await self.comes()
        self._look_away()
        await self.shop.take(self.press_of(token, shown, group))

    def press_of(
        self, token: str, shown: Shown | None = None, group: Group | None = None, **said: Any
    ) -> Envelope:
        """Return the update of a pressed button."""
        press = {
            "token": token,
            "callback": f"c{next(self.shop._numbers)}",
            "message": shown.sent.message if shown else "0",
        }
        return self.update("", group, happening=Happening.PRESS, press=press, **said)

    def button(self, label: str, group: Group | None = None) -> tuple[Shown, str] | None:
        """Return the newest message with such a button, and the button's token."""
        for shown in reversed(self._all_shown(group)):
            for row in shown.content.buttons:
                for button in row:
                    if label in button.label and button.token:
                        return shown, button.token
        return None

    @property
    def keyboard(self) -> tuple[tuple[str, ...], ...]:
        """The standing keyboard of the private chat."""
        menus = [one.content.menu for one in self._all_shown(None) if one.content.menu is not None]
        return menus[-1] if menus else ()

    @property
    def news(self) -> list[Shown]:
        """What was said or changed in the private chat since this person last did something."""
        return self._all_shown(None)[self.seen :]

    @property
    def last(self) -> Shown:
        """The newest message in the private chat."""
        return self._all_shown(None)[-1]

    @property
    def toasts(self) -> list[str]:
        """The short lines over pressed buttons since this person last did something."""
        return [text for _, text in self.shop.platform.toasts[self.toasts_seen :] if text]

    def sees(self, *parts: str) -> str:
        """Check that each of `parts` is in the newest message, or in a toast; return the text."""
        shown = self._all_shown(None)
        text = shown[-1].text if shown else ""
        for part in parts:
            assert part in text or any(part in toast for toast in self.toasts), (
                f"{part!r} is not in {text!r} nor in {self.toasts}"
            )
        return text

    def sees_nothing(self) -> None:
        """Check that nothing was said since this person last did something."""
        assert not self.news, self.news[-1].text
        assert not self.toasts, self.toasts

    def _look_away(self) -> None:
        self.seen = len(self._all_shown(None))
        self.toasts_seen = len(self.shop.platform.toasts)

    def _all_shown(self, group: Group | None) -> list[Shown]:
        return self.shop.shown_in(group.chat if group else self.account)

    def _all(self, group: Group | None) -> str:
        return "\n".join(f"{one.text} {one.labels}" for one in self._all_shown(group))
