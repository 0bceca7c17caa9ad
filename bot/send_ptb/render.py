"""How a message of ours looks to Telegram: never a parse mode, so nothing in a text can break."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from core.messaging import Button, ChatLimits, Content, fit, measure

Json = dict[str, Any]
"""Plain values as the Bot API writes them: the library's own objects cost 1 ms a message."""

WORD_JOINER: Final = "\u2060"
_DROPPED: Final = re.compile("[\r\u2028-\u202e]")  # Telegram drops these itself
_BLANKED: Final = re.compile("[\x00-\x08\x0b-\x1f]")  # and shows these as spaces
_MENTION: Final = re.compile(r"(?<!\w)@(?=\w)")
_LONGEST_TITLE: Final = 200
_SOMETHING: Final = "…"  # Telegram takes no message without a visible character
_MENU: Final = "☰"


def harmless(text: str) -> str:
    """Return `text` as Telegram shows it, unable to ping anybody or to be refused.

    Telegram turns a bare @name into a mention by itself; an invisible word joiner stops that.
    Half a surrogate pair is no character and cannot be sent. What Telegram takes out or blanks
    by itself goes before we count, so that the bold title ends where it should.
    """
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    visible = _BLANKED.sub(" ", _DROPPED.sub("", whole))
    return _MENTION.sub("@" + WORD_JOINER, visible)


def parts(content: Content, limits: ChatLimits, *, group: bool) -> list[Content]:
    """Split a content into messages that Telegram takes, each with at most one keyboard."""
    said = replace(
        content,
        title=harmless(content.title[:_LONGEST_TITLE]).strip(),
        text=harmless(content.text),
        menu=None if group else content.menu,
    )
    if said.picture and not said.picture.png:
        words = "\n".join(part for part in (said.text, harmless(said.picture.alt)) if part)
        said = replace(said, picture=None, text=words)
    fitted = fit(replace(said, file=None) if said.picture else said, limits)
    shown = [part for part in [*_apart(said), *fitted] if _worth_sending(part)] or fitted[-1:]
    last = shown[-1]
    if last.buttons and last.menu is not None:
        shown[-1:] = [Content(text=_MENU, menu=last.menu), replace(last, menu=None)]
    return shown


def _apart(content: Content) -> list[Content]:
    """Return the file that would need the place of the picture: a message carries only one."""
    return [Content(file=content.file)] if content.picture and content.file else []


def _worth_sending(part: Content) -> bool:
    return bool(
        part.words.strip() or part.picture or part.file or part.buttons or part.menu is not None
    )


def one_message(content: Content, limits: ChatLimits) -> Content:
    """Return what an edit can show in one message: what does not fit ends in an ellipsis."""
    shown = parts(replace(content, menu=None), limits, group=False)
    if len(shown) == 1:
        return shown[0]
    room = limits.caption if shown[0].picture or shown[0].file else limits.text
    text = shown[0].text
    while measure(shown[0].title + text, limits) > room - 2:
        text = text[:-1]
    return replace(shown[0], text=text + _SOMETHING, buttons=content.buttons)


def words(content: Content) -> str:
    """Return the whole text of one message, title first."""
    said = content.words
    return said if said.strip() or content.picture or content.file else _SOMETHING


def entities(content: Content, limits: ChatLimits) -> list[Json]:
    """Return the bold title as an entity; offsets and lengths count UTF-16 units."""
    if not content.title:
        return []
    return [{"type": "bold", "offset": 0, "length": measure(content.title, limits)}]


def inline_keyboard(content: Content, limits: ChatLimits) -> Json | None:
    """Return the buttons under a message, in rows no wider than Telegram takes."""
    left, rows = limits.buttons, list[list[Json]]()
    for row in content.buttons:
        for start in range(0, len(row), limits.buttons_per_row):
            piece = row[start : start + limits.buttons_per_row][:left]
            left -= len(piece)
            rows.append([_button(button) for button in piece])
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def keyboard(content: Content, limits: ChatLimits) -> Json | None:
    """Return the keyboard of a new message: its buttons, or the standing menu of the chat."""
    if content.buttons:
        return inline_keyboard(content, limits)
    if content.menu is None:
        return None
    return _menu(content.menu) if content.menu else {"remove_keyboard": True}


def _menu(rows: Iterable[Iterable[str]]) -> Json:
    keys = [[{"text": label} for label in row] for row in rows]
    return {"keyboard": keys, "resize_keyboard": True, "is_persistent": True}


def _button(button: Button) -> Json:
    label = harmless(button.label).strip() or "·"
    if button.url:
        return {"text": label, "url": button.url}
    return {"text": label, "callback_data": button.token}
