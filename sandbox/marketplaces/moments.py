"""How do the platforms write a moment? Beijing texts and seconds, for ms since 1970 UTC."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

Clock = Callable[[], int]
"""Gives ms since 1970 UTC."""

ZONE = timezone(timedelta(hours=8))
FORMAT = "%Y-%m-%d %H:%M:%S"
SECOND = 1000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE


def wall_clock() -> int:
    """Return the real time."""
    return time.time_ns() // 1_000_000


def beijing(at: int | None) -> str:
    """Return "2026-11-24 23:59:59"; an empty text if it has not happened."""
    return "" if at is None else datetime.fromtimestamp(at // SECOND, ZONE).strftime(FORMAT)


def from_beijing(text: str) -> int:
    """Read such a text. Raises ValueError."""
    return int(datetime.strptime(text, FORMAT).replace(tzinfo=ZONE).timestamp()) * SECOND


def seconds(at: int | None) -> int:
    """Return UNIX seconds; 0 if it has not happened."""
    return 0 if at is None else at // SECOND
