"""What is said between a chat platform and the shop: values without any platform in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

# ---- where and who ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """A place that messages go to: a private chat or a group, with a forum topic if it has one."""

    platform: str
    chat: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Who:
    """The sender as the platform names them; whether they are staff is looked up by us."""

    platform: str
    user: str
    name: str = ""
    lang: str = ""


class ChatKind(StrEnum):
    """Where words were said: it decides which fields may be shown."""

    PRIVATE = "private"
    GROUP = "group"


class Happening(StrEnum):
    """What an incoming update is about."""

    MESSAGE = "message"
    PRESS = "press"
    ADDED = "added"  # the bot was added to the chat
    REMOVED = "removed"  # the bot was kicked or blocked
    MOVED = "moved"  # the chat continues under another id (`text` holds it)


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that a person sent; its bytes are fetched later through `Receiver.fetch`."""

    platform: str
    file: str
    name: str
    size: int
    mime: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of ours that the platform took: enough to edit or delete it."""

    target: Target
    message: str


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: `token` is ours, `callback` is what the platform wants answered."""

    token: str
    callback: str
    message: Sent | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """An update as it came: raw text first, so that nothing a parser refuses is ever lost.

    `key` names the update for ever ("telegram:<bot id>:<update id>"), `lane` is the chat whose
    updates must stay in order.
    """

    key: str
    lane: str
    raw: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update, understood."""

    key: str
    target: Target
    kind: ChatKind
    who: Who | None
    happening: Happening = Happening.MESSAGE
    text: str = ""
    files: tuple[FileRef, ...] = ()
    press: Press | None = None
    reply_to: Sent | None = None
    chat_title: str = ""
    mentioned: bool = False  # in a group: the text names the bot, is a command or a reply to it


# ---- what we say -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message. Exactly one of `token` (ours, at most 64 bytes) and `url`."""

    label: str
    token: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: finished `png`, or a `chart` (a dataclass of `charts`) drawn after commit."""

    alt: str
    png: bytes = b""
    chart: object | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that we send."""

    name: str
    data: bytes
    mime: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Content:
    """One message. `text` is plain: no markup is ever read from it, so nothing in it can break.

    `title` is a first line set in bold where the platform can. `buttons` are rows under the
    message; `menu` is the standing keyboard of a private chat (rows of labels), None = leave as
    it is, () = take it away.
    """

    text: str = ""
    title: str = ""
    picture: Picture | None = None
    file: Attachment | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    menu: tuple[tuple[str, ...], ...] | None = None

    @property
    def words(self) -> str:
        """Title and text as one plain string."""
        return "\n".join(part for part in (self.title, self.text) if part)


@dataclass(frozen=True, slots=True)
class ChatLimits:
    """What a platform takes; lengths in UTF-16 units unless `bytes_` says bytes of UTF-8."""

    text: int = 4096
    caption: int = 1024
    in_bytes: bool = False
    buttons_per_row: int = 8
    buttons: int = 100
    pictures: bool = True
    files: bool = True
    edits: bool = True
    buyer_data: bool = False
    per_chat_per_minute: int = 20
    per_second: float = 30.0


def measure(text: str, limits: ChatLimits) -> int:
    """Return the length of `text` in the unit in which `limits` counts."""
    return len(text.encode("utf-8")) if limits.in_bytes else len(text.encode("utf-16-le")) // 2


def _cut(text: str, room: int, limits: ChatLimits) -> tuple[str, str]:
    """Split `text` where it fits into `room`, at a line end if one is near."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle], limits) <= room:
            low = middle
        else:
            high = middle - 1
    line_end = text.rfind("\n", 0, low)
    at = line_end if line_end > low // 2 else max(low, 1)
    return text[:at], text[at:].lstrip("\n")


def pieces(text: str, limits: ChatLimits, first: int | None = None) -> Iterator[str]:
    """Yield `text` in pieces that the platform takes; the first may be shorter (a caption)."""
    room = limits.text if first is None else first
    while text and measure(text, limits) > room:
        head, text = _cut(text, room, limits)
        yield head
        room = limits.text
    yield text


def fit(content: Content, limits: ChatLimits) -> list[Content]:
    """Split one content into messages that the platform takes; buttons go under the last.

    A picture whose words are too long for a caption is followed by its words. Where the platform
    takes no pictures, the picture's `alt` text is said instead.
    """
    if content.picture and not limits.pictures:
        words = "\n".join(part for part in (content.text, content.picture.alt) if part)
        content = replace(content, picture=None, text=words)
    carrier = content.picture or content.file
    room = (limits.caption if carrier else limits.text) - measure(content.title, limits) - 1
    room = max(room, 64)
    if measure(content.text, limits) <= room:
        return [content]
    parts = list(pieces(content.text, limits, first=room))
    head = replace(content, text=parts[0], buttons=(), menu=None)
    middle = [Content(text=part) for part in parts[1:-1]]
    tail = Content(text=parts[-1], buttons=content.buttons, menu=content.menu)
    return [head, *middle, tail]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers.

    `edit` replaces the message whose button was pressed instead of sending a new one; `toast` is
    the short line shown over the pressed button; `also` are messages to other places; `remember`
    names the message so that a later event can edit it in place (a card). `expects` is a button
    token: the next message of this person here counts as that button pressed, with the words and
    files of the message.
    """

    content: Content | None = None
    edit: bool = False
    toast: str = ""
    also: tuple[tuple[Target, Content], ...] = field(default=())
    remember: str = ""
    expects: str = ""
