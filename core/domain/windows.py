"""Which window of time is asked next? Each begins inside the one before and ends behind now."""

from collections.abc import Iterator

from core.domain.channel import Windows

SECOND_MS = 1000


def upto(now: int, windows: Windows) -> int:
    """Return the moment up to which everything is surely visible, in whole seconds."""
    end = now - windows.lag_s * SECOND_MS
    return end - end % SECOND_MS


def following(cursor: int, end: int, windows: Windows) -> tuple[int, int] | None:
    """Return (since, until) of the window after `cursor`; None once `end` is reached.

    All in UTC milliseconds. A window is never longer than the platform takes, overlap included.
    """
    if end <= cursor:
        return None
    since = cursor - windows.overlap_s * SECOND_MS
    return since, min(end, since + windows.longest_s * SECOND_MS)


def tiles(cursor: int, end: int, windows: Windows) -> Iterator[tuple[int, int]]:
    """Yield every window from `cursor` to `end`."""
    while (span := following(cursor, end, windows)) is not None:
        yield span
        cursor = span[1]


def halved(since: int, until: int, cursor: int) -> int | None:
    """Return an earlier end for a window that holds too much; None if it cannot be shorter."""
    middle = since + (until - since) // 2
    middle -= middle % SECOND_MS
    return middle if middle > max(since, cursor) else None
