"""Who and what exists in the make-believe Telegram: people, chats and messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.bot_api import errors

Json = dict[str, Any]


@dataclass(slots=True)
class User:
    """A person or the bot. `started` is set once they wrote to the bot in private.

    `role` is only a label for those who look on: Telegram knows nothing of it.
    """

    id: int
    name: str
    username: str = ""
    lang: str = "zh"
    role: str = ""
    is_bot: bool = False
    started: bool = False
    seen: bool = False
    blocked: bool = False

    def json(self) -> Json:
        """Return the `User` object of the Bot API."""
        raw: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            raw["username"] = self.username
        if not self.is_bot:
            raw["language_code"] = self.lang
        return raw


class Standing(StrEnum):
    """What someone is in a group."""

    CREATOR = "creator"
    ADMIN = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"


IN = frozenset({Standing.CREATOR, Standing.ADMIN, Standing.MEMBER})


@dataclass(slots=True)
class Message:
    """One message as people see it now; `raw` is the `Message` object of the Bot API."""

    raw: Json
    edits: int = 0
    deleted: bool = False

    @property
    def id(self) -> int:
        """Its number within the chat."""
        return int(self.raw["message_id"])


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's) or a group, with everything said in it.

    `menu` is the standing keyboard: rows of labels; None if there is none.
    """

    id: int
    kind: str
    title: str
    members: dict[int, Standing] = field(default_factory=dict)
    bot: Standing = Standing.LEFT
    known: bool = False
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    menu: list[list[str]] | None = None
    last: int = 0

    @property
    def private(self) -> bool:
        """Whether only one person and the bot are here."""
        return self.kind == "private"

    @property
    def visible(self) -> list[Message]:
        """The messages that were not deleted, oldest first."""
        return [m for m in self.messages.values() if not m.deleted]


@dataclass(slots=True)
class World:
    """All users and chats. Ids are given out in order, so that tests can be repeated."""

    me: User
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)

    def add_user(self, name: str, *, username: str = "", lang: str = "zh", role: str = "") -> User:
        """Add a person, with a private chat that they have not opened yet."""
        user = User(700_000_001 + len(self.users), name, username, lang, role)
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "private", name)
        return user

    def add_group(
        self, title: str, members: Mapping[int, Standing], *, upgraded: bool, bot: bool = False
    ) -> Chat:
        """Add a group; `upgraded` makes it a supergroup, `bot` lets the bot be in it already."""
        number = sum(not chat.private for chat in self.chats.values()) + 1
        id_ = -1_002_000_000_000 - number if upgraded else -4_000_000_000 - number
        kind = "supergroup" if upgraded else "group"
        chat = self.chats[id_] = Chat(id_, kind, title, dict(members))
        if bot:
            self.acquaint(chat)
            chat.bot = Standing.MEMBER
        return chat

    def acquaint(self, chat: Chat) -> None:
        """Let the bot know a group and those who are in it."""
        chat.known = True
        for id_ in chat.members:
            self.users[id_].seen = True

    def chat(self, id_: object) -> Chat:
        """Return a chat that the bot knows of. Raises 400 chat not found."""
        chat = self.chats.get(id_) if isinstance(id_, int) else None
        if chat is None or not (self.users[chat.id].seen if chat.private else chat.known):
            raise errors.CHAT_NOT_FOUND
        return chat

    def open_chat(self, id_: object) -> Chat:
        """Return a chat that the bot may write to. Raises what Telegram says if it may not."""
        chat = self.chat(id_)
        if chat.migrated_to is not None:
            raise errors.migrated(chat.migrated_to)
        if chat.private:
            user = self.users[chat.id]
            if user.blocked:
                raise errors.BLOCKED
            if not user.started:
                raise errors.NO_START
        elif chat.bot is Standing.KICKED:
            raise errors.kicked(chat.kind)
        elif chat.bot not in IN:
            raise errors.not_member(chat.kind)
        return chat

    def chat_json(self, chat: Chat) -> Json:
        """Return the `Chat` object of the Bot API."""
        if not chat.private:
            return {"id": chat.id, "type": chat.kind, "title": chat.title}
        user = self.users[chat.id].json()
        names = {key: user[key] for key in ("first_name", "username") if key in user}
        return {"id": chat.id, "type": "private"} | names

    def post(self, chat: Chat, sender: User, at: int, content: Json) -> Message:
        """Put a new message into a chat; `at` in ms, `content` is the rest of the object."""
        chat.last += 1
        head: Json = {
            "message_id": chat.last,
            "from": sender.json(),
            "chat": self.chat_json(chat),
            "date": at // 1000,
        }
        message = chat.messages[chat.last] = Message(head | content)
        return message
