"""How a raw update is kept: its key, the chat whose order it belongs to, and its own words."""

import json
from typing import Any, Final

from core.messaging import Envelope

ALLOWED: Final = ("message", "callback_query", "my_chat_member")
"""The updates we ask for. An edited message carries no right, so it is not even asked for."""


def update_id(update: object) -> int | None:
    """Return the number of a raw update; None if it has none, so that it can not be kept."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def envelope(bot_id: str, update: dict[str, Any]) -> Envelope:
    """Wrap a raw update. Its text is plain ASCII JSON, which every database takes."""
    return Envelope(
        key=f"telegram:{bot_id}:{update['update_id']}",
        lane=f"telegram:{_chat_id(update)}",
        raw=json.dumps(update, separators=(",", ":")),
    )


def _chat_id(update: dict[str, Any]) -> object:
    """Return the chat that an update is about, without trusting the shape of anything."""
    for name, event in update.items():
        if name == "update_id" or not isinstance(event, dict):
            continue
        message = event.get("message")
        for holder in (event, message if isinstance(message, dict) else {}):
            chat = holder.get("chat")
            if isinstance(chat, dict):
                return chat.get("id", "")
        sender = event.get("from")
        return sender.get("id", "") if isinstance(sender, dict) else ""
    return ""
