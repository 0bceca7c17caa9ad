"""Which keyboards does Telegram take?"""

from typing import Any
from urllib.parse import urlsplit

from sandbox.bot_api.errors import bad

MAX_BUTTONS = 100
MAX_ROW = 8


def inline(markup: dict[str, Any] | None, data_bytes: int) -> dict[str, Any]:
    """Return `{"reply_markup": …}` for a message, or {} if there are no inline buttons.

    Raises 400 for a button that Telegram does not take; `data_bytes` limits callback_data.
    """
    rows = [row for row in (markup or {}).get("inline_keyboard", []) if row]
    if not rows:
        return {}
    _count(rows)
    for row in rows:
        for button in row:
            _button(button, data_bytes)
    return {"reply_markup": {"inline_keyboard": rows}}


def menu(markup: dict[str, Any] | None) -> list[list[str]] | tuple[()] | None:
    """Return the labels of a reply keyboard, () if one is taken away, None if none is meant."""
    if markup and markup.get("remove_keyboard"):
        return ()
    if not markup or "keyboard" not in markup:
        return None
    rows = [
        [b if isinstance(b, str) else str(b.get("text", "")) for b in row]
        for row in markup["keyboard"]
        if row
    ]
    if not all(label for row in rows for label in row):
        raise bad("keyboard button text must be non-empty")
    _count(rows)
    return rows


def _count(rows: list[Any]) -> None:
    if sum(map(len, rows)) > MAX_BUTTONS or max(map(len, rows), default=0) > MAX_ROW:
        raise bad("REPLY_MARKUP_TOO_LONG")


def _button(button: dict[str, Any], data_bytes: int) -> None:
    if not str(button.get("text", "")).strip():
        raise bad("inline keyboard button text must be non-empty")
    actions = [key for key in button if key not in {"text", "icon_custom_emoji_id", "style"}]
    if not actions:
        raise bad("text buttons are unallowed in the inline keyboard")
    if len(button.get("callback_data", "").encode()) > data_bytes:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button and not _reachable(button["url"]):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def _reachable(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "tg":
        return True
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
