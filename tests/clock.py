"""A clock that stands still until a test moves it."""

from datetime import datetime

MONDAY_TEN = 1_772_416_800_000
"""Monday 2 March 2026, 10:00 in Shanghai, in milliseconds since 1970 UTC."""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class SettableClock:
    """Is a `core.ports.Clock`; tells the same time until it is moved."""

    def __init__(self, now: int = MONDAY_TEN) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def forward(self, milliseconds: int) -> int:
        """Move on by so much and return the new time."""
        self.now += milliseconds
        return self.now

    def set(self, moment: int | str) -> int:
        """Move to a time: milliseconds, or ISO with its offset ("2026-03-02T10:00+08:00")."""
        if isinstance(moment, str):
            when = datetime.fromisoformat(moment)
            if when.tzinfo is None:
                raise ValueError(f"{moment} names no offset")
            moment = round(when.timestamp() * 1000)
        self.now = moment
        return self.now
