"""When does Telegram say 429? Sliding windows per chat, per group and for the whole bot."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that a server keeps. Times in seconds, sizes in bytes.

    The documented flood limits are 1 message a second in a chat (a short burst is allowed: three
    in three seconds), 20 a minute in a group and 30 a second overall. `None` switches one off.
    Edits count only if `count_edits` is set.
    """

    chat: Window | None = Window(3, 3.0)
    group: Window | None = Window(20, 60.0)
    overall: Window | None = Window(30, 1.0)
    count_edits: bool = False
    text: int = 4096
    caption: int = 1024
    callback_data: int = 64
    callback_answer: int = 200
    callback_seconds: float = 60.0
    photo_bytes: int = 10 * 1024 * 1024
    upload_bytes: int = 50 * 1024 * 1024
    download_bytes: int = 20 * 1024 * 1024


NO_FLOOD = Limits(chat=None, group=None, overall=None)
"""Everything but the flood limits: for tests that are about something else."""


class Flood:
    """Counts what was let through and says how long to wait."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._passed: dict[tuple[str, int], deque[int]] = defaultdict(deque)

    def wait(self, chat: int, *, group: bool, now: int, count: int = 1) -> int:
        """Let `count` messages to `chat` pass at `now` (ms): 0, or whole seconds to wait.

        What is refused does not count, and nothing is counted unless all windows have room.
        """
        windows: list[tuple[tuple[str, int], Window | None]] = [
            (("chat", chat), self._limits.chat),
            (("group", chat), self._limits.group if group else None),
            (("overall", 0), self._limits.overall),
        ]
        kept = [(self._passed[key], window) for key, window in windows if window is not None]
        waits = [_wait(passed, window, now, count) for passed, window in kept]
        if any(waits):
            return math.ceil(max(waits) / 1000)
        for passed, _ in kept:
            passed.extend([now] * count)
        return 0


def _wait(passed: deque[int], window: Window, now: int, count: int) -> float:
    """Return the milliseconds until `count` more fit in; an album may overfill an empty window."""
    width = window.seconds * 1000
    while passed and passed[0] + width <= now:
        passed.popleft()
    over = min(len(passed) + count - window.count, len(passed))
    return passed[over - 1] + width - now if over > 0 else 0
