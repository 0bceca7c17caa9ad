"""How are times, names, picks and pages shown, the same in every command?"""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from charts import say
from charts.words import Lang
from core.domain.errors import BadInput
from core.messaging import Button, FileRef
from core.texts import EN, Text
from handlers.registry import Action, Ask, Desk

__all__ = ["PAGE", "moment", "money", "page_of", "pager", "photo_id", "picks", "plain", "tail"]

PAGE: Final = 8
"""Entries on one page: as many numbered buttons fit into two rows on a phone."""
PICKS_IN_ROW: Final = 4
TITLE_LIMIT: Final = 60
NUMBER_SHOWN: Final = 8

PREVIOUS: Final = Text("‹ 上一页", "‹ Back")
NEXT: Final = Text("下一页 ›", "More ›")
TAP: Final = Text("点数字查看", "Tap a number")
TAP_PAGE: Final = Text(
    "点数字查看（第 {page}/{pages} 页）", "Tap a number (page {page} of {pages})"
)

_DROPPED: Final = {"Cc", "Cf", "Co", "Cs", "Cn"}
"""Control signs, direction marks and the like: they could turn a line around."""


def plain(text: str, limit: int = TITLE_LIMIT) -> str:
    """Return words of others on one line, cut to `limit`, such that they ring nobody's bell."""
    kept = text if text.isprintable() else _without_control(text)
    line = " ".join(kept.split()).replace("@", "＠")
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _without_control(text: str) -> str:
    return "".join(
        " " if sign in "\t\r\n" else sign
        for sign in text
        if sign in "\t\r\n" or unicodedata.category(sign) not in _DROPPED
    )


def tail(number: str) -> str:
    """Return an order number short enough for a list: its end."""
    return number if len(number) <= NUMBER_SHOWN + 2 else f"…{number[-NUMBER_SHOWN:]}"


def chart_lang(lang: str) -> Lang:
    """Return the language as the pictures name it."""
    return "en" if lang == EN else "zh"


def money(fen: int, currency: str, lang: str) -> str:
    """Return an amount with its sign: ¥1,234.50."""
    return say.money(fen, currency, chart_lang(lang))


def moment(at: int | None, zone: str) -> str:
    """Return a time (UTC ms) on the wall of `zone`: 03-02 10:00."""
    if at is None:
        return "-"
    return (
        datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M")
    )


def picks(ask: Ask, desk: Desk, actions: Sequence[Action]) -> tuple[tuple[Button, ...], ...]:
    """Return numbered buttons, one for each action, in rows."""
    buttons = [Button(str(at), desk.token(ask, one)) for at, one in enumerate(actions, start=1)]
    return tuple(
        tuple(buttons[at : at + PICKS_IN_ROW]) for at in range(0, len(buttons), PICKS_IN_ROW)
    )


def page_of(ask: Ask) -> int:
    """Return the page that a pressed button asks for, 0 first."""
    return max(ask.action.argument, 0) if ask.action else 0


def hint(ask: Ask, total: int) -> str:
    """Return the line under a numbered list of `total` entries."""
    if total <= PAGE:
        return TAP.say(ask.lang)
    return TAP_PAGE.say(ask.lang, page=page_of(ask) + 1, pages=-(-total // PAGE))


def pager(
    ask: Ask, desk: Desk, verb: str, total: int, object_id: int = 0
) -> tuple[tuple[Button, ...], ...]:
    """Return the row that turns pages, if there is more than one."""
    page = page_of(ask)
    row = []
    if page:
        row.append(_turn(ask, desk, PREVIOUS, Action(verb, object_id, argument=page - 1)))
    if (page + 1) * PAGE < total:
        row.append(_turn(ask, desk, NEXT, Action(verb, object_id, argument=page + 1)))
    return (tuple(row),) if row else ()


def _turn(ask: Ask, desk: Desk, label: Text, action: Action) -> Button:
    return Button(label.say(ask.lang), desk.token(ask, action))


def photo_id(files: Sequence[FileRef]) -> str:
    """Return the stored name of a sent photo (platform:file), "" if there is none.

    Raises:
        BadInput: A file came that is no picture.
    """
    if not files:
        return ""
    photo = files[0]
    if photo.mime and not photo.mime.startswith("image/"):
        raise BadInput("请发照片，不要发文件。", "Please send a photo, not a file.")
    return f"{photo.platform}:{photo.file}"
