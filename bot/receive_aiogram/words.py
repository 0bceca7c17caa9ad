"""Which words are for us: commands, mentions and replies in a group, cleaned of what breaks."""

import re
from dataclasses import dataclass
from typing import Final

from aiogram.types import Message

_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{1,64}))?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is on Telegram; `username` is empty until Telegram has told us."""

    id: str
    username: str = ""


def clean(text: str) -> str:
    """Return `text` without NUL (PostgreSQL takes none) and without halves of surrogate pairs."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "")


def addressed(message: Message, text: str, me: Me) -> tuple[bool, str]:
    """Return whether a text is for us, and the text without our name.

    `/cmd@us x` becomes `/cmd x`, `@us 查订单` becomes `查订单`. A command for another bot is left
    as it is. Before Telegram has told us our name, every command counts as ours.
    """
    command = _COMMAND.match(text)
    if command:
        name = command.group(2)
        if name and me.username and name.lower() != me.username.lower():
            return False, text
        return True, f"/{command.group(1)}{text[command.end() :]}"
    replied = message.reply_to_message
    answers_us = bool(replied and replied.from_user and str(replied.from_user.id) == me.id)
    if me.username:
        own_name = re.compile(rf"(?<!\w)@{re.escape(me.username)}(?!\w)\s*", re.IGNORECASE)
        rest, count = own_name.subn("", text)
        if count:
            return True, rest.strip()
    return answers_us, text
