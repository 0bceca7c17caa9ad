"""What does HTML markup mean to Telegram? Its few tags, and its words when something is wrong."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.bot_api.errors import ApiError, bad

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_PIECE = re.compile(r"<[^>]*>?|&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_START = re.compile(r"<([^\s/>]*)([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str]


@dataclass(slots=True)
class _Reader:
    """The text so far (`length` in UTF-16 units), open tags and finished entities."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)

    def text(self, piece: str) -> None:
        self.parts.append(piece)
        self.length += len(piece.encode("utf-16-le", "surrogatepass")) // 2

    def start(self, piece: str, at: int) -> None:
        match = _START.fullmatch(piece)
        if match is None:
            raise _broken(f"Unclosed start tag at byte offset {at}")
        tag = match[1].lower()
        if tag not in _TAGS:
            raise _broken(f'Unsupported start tag "{tag}" at byte offset {at}')
        given = {
            name.lower(): html.unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(match[2])
        }
        if tag == "span" and given.get("class") != "tg-spoiler":
            raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        self.open.append(_Open(tag, self.length, given))

    def end(self, piece: str, at: int) -> None:
        tag = piece[2:-1].strip().lower()
        if not self.open:
            raise _broken(f"Unexpected end tag at byte offset {at}")
        opened = self.open.pop()
        if tag not in ("", opened.tag):
            raise _broken(
                f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", '
                f'found "</{tag}>"'
            )
        if self.length > opened.offset:
            self._entity(opened)

    def _entity(self, opened: _Open) -> None:
        entity: dict[str, Any] = {
            "type": _TAGS[opened.tag],
            "offset": opened.offset,
            "length": self.length - opened.offset,
        }
        match opened.tag:
            case "a":
                url = opened.attributes.get("href") or "".join(self.parts)
                if not url.startswith(("http://", "https://", "tg://", "mailto:", "tel:")):
                    return
                entity["url"] = url
            case "tg-emoji":
                entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
            case "blockquote" if "expandable" in opened.attributes:
                entity["type"] = "expandable_blockquote"
            case _:
                pass
        self.done.append(entity)


def parse_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text without its tags, and the entities. Raises 400 "can't parse entities"."""
    reader = _Reader()
    at = 0
    for match in _PIECE.finditer(text):
        reader.text(text[at : match.start()])
        at = match.end()
        piece = match[0]
        offset = len(text[: match.start()].encode())
        if piece.startswith("&"):
            reader.text(html.unescape(piece))
        elif piece.startswith("</"):
            reader.end(piece, offset)
        else:
            reader.start(piece, offset)
    reader.text(text[at:])
    if reader.open:
        tag = reader.open[-1].tag
        raise _broken(f'Can\'t find end tag corresponding to start tag "{tag}"')
    return "".join(reader.parts), reader.done


def _broken(what: str) -> ApiError:
    return bad(f"can't parse entities: {what}")
