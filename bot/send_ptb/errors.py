"""What a Telegram error means for the one who wanted to say something.

A repeat after `Unknown` may double a message; so whatever may have been delivered is `Unknown`
for a new message: a broken connection, a passed deadline, and every 5xx (Telegram's front answers
502 and 504 also after the message went through). The same faults on an edit, a deletion or a
button answer are `Temporary`: doing those twice shows the same as doing them once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.send_ptb.transport import NotSent, TooMany
from core.domain.errors import (
    ChatGone,
    ChatMoved,
    DeliveryError,
    Permanent,
    Temporary,
    Unknown,
)

_GONE: Final = (
    "chat not found",
    "group chat was deactivated",
    "user is deactivated",
    "bot is not a member",
    "bot was kicked",
    "peer_id_invalid",
)
_NOT_SENT_PAUSE: Final = 5.0
_TOKEN_REFUSED_PAUSE: Final = 60.0


@contextmanager
def translated(*, repeatable: bool) -> Iterator[None]:
    """Turn python-telegram-bot's errors into ours.

    Args:
        repeatable: Doing it twice shows the same as doing it once.
    """
    try:
        yield
    except TelegramError as error:
        raise translate(error, repeatable=repeatable) from None


def translate(error: TelegramError, *, repeatable: bool) -> DeliveryError:
    """Return our error for a library error. BadRequest is also a NetworkError: it comes first."""
    if isinstance(error, ChatMigrated):
        return ChatMoved(str(error.new_chat_id))
    if isinstance(error, TooMany):
        return Temporary(error.message, error.seconds)
    if isinstance(error, BadRequest | Forbidden):
        gone = isinstance(error, Forbidden) or any(
            words in error.message.lower() for words in _GONE
        )
        return ChatGone(error.message) if gone else Permanent(error.message)
    if isinstance(error, InvalidToken):  # can be put right by the operator: nothing is lost
        words = f"the token or api_base is refused: {error.message}"
        return Temporary(words, _TOKEN_REFUSED_PAUSE)
    if isinstance(error, NotSent) or repeatable:
        return Temporary(error.message, _NOT_SENT_PAUSE)
    return Unknown(error.message)
