"""How does a test speak and listen? Scripted people, and the chats as they see them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.bot_api import crowd
from sandbox.bot_api.files import Upload
from sandbox.bot_api.state import Query, State
from sandbox.bot_api.world import IN, Chat, Json, Message, Standing, User

PATIENCE = 5.0


class NotSeen(AssertionError):
    """What was waited for did not happen; the text shows what did."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as people saw it at one moment.

    `text` is the text or caption, `buttons` are the labels row by row, `data` the callback data
    by label, `urls` the links by label; `photo` and `file` hold what is attached.
    """

    id: int
    chat: int
    sender: str
    by_bot: bool
    text: str
    buttons: tuple[tuple[str, ...], ...]
    data: dict[str, str]
    urls: dict[str, str]
    photo: bytes | None
    file: Upload | None
    edits: int
    raw: Json

    @property
    def labels(self) -> tuple[str, ...]:
        """All button labels in reading order."""
        return tuple(label for row in self.buttons for label in row)


def seen(state: State, message: Message) -> Seen:
    """Return what people see of a message now."""
    raw = message.raw
    rows = raw.get("reply_markup", {}).get("inline_keyboard", [])
    flat = [button for row in rows for button in row]
    photo = raw["photo"][-1]["file_id"] if "photo" in raw else None
    file = raw["document"]["file_id"] if "document" in raw else None
    return Seen(
        id=message.id,
        chat=raw["chat"]["id"],
        sender=raw["from"]["first_name"],
        by_bot=raw["from"]["id"] == state.world.me.id,
        text=raw.get("text") or raw.get("caption") or "",
        buttons=tuple(tuple(button["text"] for button in row) for row in rows),
        data={b["text"]: b["callback_data"] for b in flat if "callback_data" in b},
        urls={b["text"]: b["url"] for b in flat if "url" in b},
        photo=state.files.get(photo).upload.data if photo else None,
        file=state.files.get(file).upload if file else None,
        edits=message.edits,
        raw=raw,
    )


@dataclass(slots=True)
class Room:
    """A private chat or a group, as those in it see it."""

    state: State
    chat: Chat

    @property
    def id(self) -> int:
        """The id that the bot knows it by."""
        return self.chat.id

    @property
    def menu(self) -> list[list[str]] | None:
        """The labels of the standing keyboard, None if there is none."""
        return self.chat.menu

    def messages(self, *, by_bot: bool | None = None) -> list[Seen]:
        """Return all messages that were not deleted, oldest first; only the bot's if asked."""
        found = [seen(self.state, message) for message in self.chat.visible]
        return [m for m in found if by_bot in (None, m.by_bot)]

    @property
    def last(self) -> Seen:
        """The bot's newest message. Raises NotSeen if it has said nothing."""
        found = self.messages(by_bot=True)
        if not found:
            raise NotSeen(f"the bot has said nothing in {self.chat.title}")
        return found[-1]

    async def wait_for(
        self,
        wanted: Callable[[Seen], object] | str,
        timeout: float = PATIENCE,  # noqa: ASYNC109 - the word that tests know
        *,
        after: Seen | None = None,
    ) -> Seen:
        """Return the bot's newest message that is `wanted`, as soon as there is one.

        `wanted` is a predicate or a piece of the text; `after` leaves older messages out.
        Raises NotSeen after `timeout` seconds.
        """
        test = (lambda m: wanted in m.text) if isinstance(wanted, str) else wanted
        least = 0 if after is None else after.id

        def look() -> Seen | None:
            for message in reversed(self.chat.messages.values()):
                if message.id <= least:
                    return None
                if not message.deleted and (now := seen(self.state, message)).by_bot and test(now):
                    return now
            return None

        found = await self.state.pulse.until(look, timeout)
        if found is None:
            raise NotSeen(f"not seen in {self.chat.title} within {timeout} s; {self.transcript()}")
        return found

    async def wait_gone(self, message: Seen, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109
        """Wait until a message was deleted. Raises NotSeen after `timeout` seconds."""
        if not await self.state.pulse.until(
            lambda: self.chat.messages[message.id].deleted, timeout
        ):
            raise NotSeen(f"message {message.id} is still in {self.chat.title}")

    def transcript(self) -> str:
        """Return everything that can be read here, a line for each message."""
        lines = [f"  {m.id} {m.sender}: {m.text!r} {list(m.labels)}" for m in self.messages()]
        return "the chat reads:\n" + "\n".join(lines or ["  (nothing)"])


@dataclass(frozen=True, slots=True)
class Toast:
    """The short line that a person sees after a press."""

    text: str
    alert: bool
    url: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that was pressed."""

    state: State
    query: Query

    async def answer(self, timeout: float = PATIENCE) -> Toast:  # noqa: ASYNC109
        """Return what the bot answered. Raises NotSeen after `timeout` seconds."""
        found = await self.state.pulse.until(lambda: self.query.answer, timeout)
        if found is None:
            raise NotSeen("the press was not answered")
        return Toast(found["text"], found["alert"], found["url"])


@dataclass(slots=True)
class Person:
    """Someone with a phone. Every method raises ValueError for what a phone would not let them."""

    state: State
    user: User

    @property
    def id(self) -> int:
        """Their user id, which is also the id of their private chat with the bot."""
        return self.user.id

    @property
    def name(self) -> str:
        """The name that others see."""
        return self.user.name

    @property
    def chat(self) -> Room:
        """Their private chat with the bot."""
        return Room(self.state, self.state.world.chats[self.id])

    async def send(self, chat: Room, text: str, *, reply_to: Seen | None = None) -> Seen:
        """Write a text in a chat and return it."""
        quoted = chat.chat.messages[reply_to.id] if reply_to else None
        message = crowd.write(self.state, self.user, chat.chat, text, reply_to=quoted)
        return seen(self.state, message)

    async def say(self, text: str) -> Seen:
        """Write to the bot in private and return what was written."""
        return await self.send(self.chat, text)

    async def start(self, code: str = "") -> Seen:
        """Open the private chat by its Start button, or by a deep link with a `code`."""
        return await self.say(f"/start {code}".strip())

    async def ask(
        self,
        text: str,
        *,
        chat: Room | None = None,
        wanted: Callable[[Seen], object] | str = "",
        timeout: float = PATIENCE,  # noqa: ASYNC109
    ) -> Seen:
        """Write a text and return the bot's first later message that is `wanted`."""
        room = chat or self.chat
        return await room.wait_for(wanted, timeout, after=await self.send(room, text))

    async def tap(self, label: str) -> Seen:
        """Tap a button of the standing keyboard in the private chat: it writes its label."""
        if not any(label in row for row in self.chat.menu or []):
            raise ValueError(f"no button {label!r} in the keyboard {self.chat.menu}")
        return await self.say(label)

    async def press(self, message: Seen, label: str, *, data: str | None = None) -> Pressed:
        """Press a button under a message; `data` forges what is sent (then any label will do).

        The button is looked for in the message as it is now, or as it was when `message` was
        seen: people press what stands on their screen.
        """
        room = self.state.world.chats[message.chat]
        now = room.messages[message.id]
        known = message.data | seen(self.state, now).data
        if data is None and label not in known:
            raise ValueError(f"no button {label!r} under {message.text!r}: {list(known)}")
        sent = known[label] if data is None else data
        return Pressed(self.state, crowd.press(self.state, self.user, room, now, sent))

    async def send_photo(
        self, chat: Room, data: bytes, *, caption: str = "", name: str = "photo.png"
    ) -> Seen:
        """Send a picture."""
        file = Upload(name, data, "image/png")
        message = crowd.upload(
            self.state, self.user, chat.chat, file, caption=caption, as_photo=True
        )
        return seen(self.state, message)

    async def send_file(
        self, chat: Room, name: str, data: bytes, *, caption: str = "", mime: str = ""
    ) -> Seen:
        """Send a file."""
        file = Upload(name, data, mime or "application/octet-stream")
        message = crowd.upload(self.state, self.user, chat.chat, file, caption=caption)
        return seen(self.state, message)

    async def edit(self, message: Seen, text: str) -> None:
        """Change one of their own messages."""
        room = self.state.world.chats[message.chat]
        crowd.edit(self.state, self.user, room, room.messages[message.id], text)

    def messages(self, chat: Room) -> list[Seen]:
        """Return what they see in a chat, oldest first; nothing if they are not in it."""
        inside = chat.id == self.id or chat.chat.members.get(self.id) in IN
        return chat.messages() if inside else []

    async def block(self) -> None:
        """Block the bot."""
        crowd.block(self.state, self.user, blocked=True)

    async def unblock(self) -> None:
        """Let the bot write again."""
        crowd.block(self.state, self.user, blocked=False)

    async def add_bot(self, group: Room, *, admin: bool = False, code: str = "") -> None:
        """Add the bot to a group, by a deep link with a `code` if there is one."""
        standing = Standing.ADMIN if admin else Standing.MEMBER
        crowd.place_bot(self.state, self.user, group.chat, standing)
        if code:
            await self.send(group, f"/start@{self.state.world.me.username} {code}")

    async def kick_bot(self, group: Room) -> None:
        """Throw the bot out of a group."""
        crowd.place_bot(self.state, self.user, group.chat, Standing.KICKED)

    async def upgrade(self, group: Room) -> Room:
        """Make a group a supergroup and return it under its new id."""
        return Room(self.state, crowd.upgrade(self.state, self.user, group.chat))


def standings(members: Iterable[int]) -> dict[int, Standing]:
    """Return what each member is in a new group: the first one made it."""
    ids = list(members)
    return dict.fromkeys(ids, Standing.MEMBER) | dict.fromkeys(ids[:1], Standing.CREATOR)
