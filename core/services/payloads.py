"""How does a message to a chat stand in the outbox, as JSON?"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.messaging import Attachment, Button, Content, Picture, Target


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way: where to, what it says, and the name it is remembered by."""

    target: Target
    content: Content
    remember: str = ""


def pack(letter: Letter) -> dict[str, Any]:
    """Turn a letter into JSON. A picture's `chart` must be JSON-able itself."""
    target, content = letter.target, letter.content
    said: dict[str, Any] = {"text": content.text, "title": content.title}
    if content.picture:
        picture = content.picture
        said["picture"] = {"alt": picture.alt, "png": _text(picture.png), "chart": picture.chart}
    if content.file:
        file = content.file
        said["file"] = {"name": file.name, "data": _text(file.data), "mime": file.mime}
    if content.buttons:
        said["buttons"] = [
            [{"label": one.label, "token": one.token, "url": one.url} for one in row]
            for row in content.buttons
        ]
    if content.menu is not None:
        said["menu"] = content.menu
    to = {"platform": target.platform, "chat": target.chat, "thread": target.thread}
    return {"target": to, "content": said, "remember": letter.remember}


def unpack(payload: Mapping[str, Any]) -> Letter:
    """Turn the JSON of `pack` back into a letter."""
    said = payload["content"]
    picture, file, menu = said.get("picture"), said.get("file"), said.get("menu")
    content = Content(
        text=said["text"],
        title=said["title"],
        picture=Picture(picture["alt"], _bytes(picture["png"]), picture["chart"])
        if picture
        else None,
        file=Attachment(file["name"], _bytes(file["data"]), file["mime"]) if file else None,
        buttons=tuple(tuple(Button(**one) for one in row) for row in said.get("buttons", ())),
        menu=None if menu is None else tuple(tuple(row) for row in menu),
    )
    return Letter(Target(**payload["target"]), content, payload["remember"])


def lane(target: Target) -> str:
    """Return the lane of a chat: its messages go out one after the other."""
    return f"{target.platform}:{target.chat}"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
