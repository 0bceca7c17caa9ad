"""How the log is written so that no secret gets into it and nobody can forge a line of it.

Every line is made in one place, the formatter of the root handler: there the words of a message,
its arguments, an exception's text and its traceback are all one string, and nothing slips by.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, TextIO

from typing_extensions import override

MASK: Final = "***"
_BOT_TOKEN: Final = re.compile(
    r"\b(bot\d+(:|%3A)[A-Za-z0-9_-]{5,}|\d{5,20}(:|%3A)[A-Za-z0-9_-]{20,})"
)
_URL_PASSWORD: Final = re.compile(r"(?<=://)([^\s/:@]*):[^\s/@]+(?=@)")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SHORTEST_SECRET: Final = 6

_TALKATIVE: Final = (
    "httpx",
    "httpcore",
    "aiohttp.access",
    "telegram",
    "aiogram",
    "apscheduler",
    "alembic",
)
"""Loggers that tell addresses (with tokens in them), or too much, below WARNING."""


class Redactor:
    """Takes secrets out of a text: those that it knows, and whatever looks like a bot's token.

    Args:
        secrets: Secrets of any kind; very short ones are left alone, or no log would be readable.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        longest_first = sorted(known, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if known else None

    def __call__(self, text: str) -> str:
        """Return `text` with every secret replaced by `***`."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        text = _BOT_TOKEN.sub(MASK, text)
        return _URL_PASSWORD.sub(rf"\1:{MASK}", text)


def escaped(text: str) -> str:
    """Return `text` on one line, unable to move the cursor, colour or reverse a terminal."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text.replace("\n", "\\n"))


class LineFormatter(logging.Formatter):
    """Writes a record as one line of text or JSON, in UTC; a traceback follows, marked by `|`.

    Args:
        redactor: Takes the secrets out.
        as_json: One JSON object a line, for machines.
    """

    def __init__(self, redactor: Redactor, *, as_json: bool = False) -> None:
        super().__init__()
        self._redactor = redactor
        self._as_json = as_json

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the line(s) of a record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        words = escaped(self._redactor(_words(record)))
        trace = [escaped(part) for part in self._redactor(self._trace(record)).splitlines()]
        if self._as_json:
            line: dict[str, object] = {
                "at": at,
                "level": record.levelname,
                "logger": record.name,
                "message": words,
            }
            return json.dumps(line | ({"trace": trace} if trace else {}), ensure_ascii=False)
        marked = "".join(f"\n    | {part}" for part in trace)
        return f"{at} {record.levelname} {record.name}: {words}{marked}"

    def _trace(self, record: logging.LogRecord) -> str:
        parts = [self.formatException(record.exc_info)] if record.exc_info else []
        if record.stack_info:
            parts.append(self.formatStack(record.stack_info))
        return "\n".join(parts)


def _words(record: logging.LogRecord) -> str:
    """Return a record's message; one whose arguments do not fit is told as it stands."""
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return f"{record.msg} {record.args!r}"


def set_up(
    secrets: Iterable[str] = (),
    *,
    level: int = logging.INFO,
    as_json: bool = False,
    stream: TextIO | None = None,
) -> logging.Handler:
    """Send everything that is logged, warned about or left uncaught to one redacted handler.

    Args:
        secrets: What must never be shown.
        level: The lowest level of our own messages.
        as_json: JSON lines in place of text.
        stream: Where to; standard error by default.

    Returns:
        The handler, so that a test can take it away again.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(LineFormatter(Redactor(secrets), as_json=as_json))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    return handler


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("zhanggui").critical("stopped by an error", exc_info=(kind, error, trace))
