"""What does a text look like once Telegram has read it? Cleaning, markup, links and commands.

Offsets and lengths count UTF-16 units, as everywhere in the Bot API.
"""

import re
from collections.abc import Iterable
from typing import Any

from sandbox.bot_api.errors import bad
from sandbox.bot_api.html_markup import parse_html
from sandbox.bot_api.markdown_markup import parse_markdown

Entity = dict[str, Any]

# Telegram takes these away without a word: control characters and the marks that turn a line round
_GONE = re.compile("[\u2028-\u202e\r]")
_BLANK = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_FOUND = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?\b")),
    ("url", re.compile(r"\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.]+\b")),
    ("mention", re.compile(r"(?<![\w/])@[A-Za-z0-9_]{3,32}\b")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
)


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 units: an emoji counts as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read(
    text: str, mode: str = "", entities: Iterable[Entity] = (), *, find: bool = True
) -> tuple[str, list[Entity]]:
    """Return the text as people see it and its entities, sorted as Telegram sorts them.

    Raises 400 "can't parse entities" where the markup of `mode` is broken.
    """
    text = _BLANK.sub(" ", _GONE.sub("", text))
    match mode.lower():
        case "":
            found = [dict(e) for e in entities]
        case "html":
            text, found = parse_html(text)
        case "markdown" | "markdownv2":
            text, found = parse_markdown(text, strict=mode.lower() == "markdownv2")
        case _:
            raise bad("unsupported parse_mode")
    text, found = _trim(text, found)
    if find:
        found += _find(text, found)
    return text, sorted(found, key=lambda e: (e["offset"], -e["length"]))


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Take blanks at both ends away and cut the entities to what is left."""
    cut = units(text) - units(text.lstrip())
    text = text.strip()
    end = units(text)
    kept = []
    for entity in entities:
        start = min(max(entity["offset"] - cut, 0), end)
        stop = min(max(entity["offset"] + entity["length"] - cut, 0), end)
        if stop > start:
            kept.append(entity | {"offset": start, "length": stop - start})
    return text, kept


def _find(text: str, taken: list[Entity]) -> list[Entity]:
    """Return the commands, links and names that Telegram finds by itself."""
    spans = [(e["offset"], e["offset"] + e["length"]) for e in taken if e["type"] in _CLOSED]
    found = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            start, length = units(text[: match.start()]), units(match[0])
            if all(start >= b or start + length <= a for a, b in spans):
                spans.append((start, start + length))
                found.append({"type": kind, "offset": start, "length": length})
    return found


_CLOSED = frozenset({"code", "pre", "text_link", "url", "mention", "bot_command", "text_mention"})
