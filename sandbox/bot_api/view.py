"""How does the make-believe Telegram look to someone who sees all of it? As JSON."""

import json
from typing import Any

from sandbox.bot_api.book import Entry
from sandbox.bot_api.state import State
from sandbox.bot_api.world import IN, Chat, Json, Message, User

NEWEST = 300
"""How many messages of a chat are shown; the rest is for the book."""


def person(user: User) -> Json:
    """Return a person."""
    return {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "role": user.role,
        "lang": user.lang,
        "started": user.started,
        "blocked": user.blocked,
    }


def chat(state: State, room: Chat) -> Json:
    """Return a chat with the newest messages that stand in it."""
    return {
        "id": room.id,
        "kind": room.kind,
        "title": room.title,
        "members": [id_ for id_, standing in room.members.items() if standing in IN],
        "bot": room.bot in IN or (room.private and not state.world.users[room.id].blocked),
        "moved": room.migrated_to,
        "menu": room.menu,
        "messages": [message.raw for message in room.visible[-NEWEST:]],
    }


def world(state: State) -> Json:
    """Return everything; `last` is the number of the book's newest entry, -1 if it is empty."""
    me = state.world.me
    words = {key: state.profile.get(f"{key}/", "") for key in ("name", "description")}
    return {
        "bot": {"id": me.id, "name": words["name"] or me.name, "username": me.username}
        | {"description": words["description"], "commands": commands(state)},
        "people": [person(user) for user in state.world.users.values()],
        "chats": [chat(state, room) for room in state.world.chats.values()],
        "last": len(state.book.entries) - 1,
    }


def commands(state: State) -> dict[str, Any]:
    """Return the command lists for everyone, by language ("" is the default)."""
    prefix = "commands/default///"
    return {
        key.removeprefix(prefix): kept
        for key, kept in state.profile.items()
        if key.startswith(prefix)
    }


def event(entry: Entry) -> bytes:
    """Return an entry of the book as one server-sent event."""
    body = {"kind": entry.kind.value, "chat": entry.chat, "data": entry.data}
    return f"id: {entry.n}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


def data_of(message: Message, label: str) -> str:
    """Return the callback data of the button with this label. Raises ValueError."""
    for row in message.raw.get("reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            if button["text"] == label and "callback_data" in button:
                return str(button["callback_data"])
    raise ValueError(f"there is no button {label}")
