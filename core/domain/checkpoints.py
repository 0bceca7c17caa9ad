"""Named points at which a fault test may kill the process, and protections it may switch off.

In production both are inert: `checkpoint` returns at once and everything is protected.
"""

import os
import signal

_crash_at = 0
_passed: list[str] = []
_counting = False
_off: set[str] = set()


def checkpoint(name: str) -> None:
    """Mark a point between two steps; the armed one kills the process here, as kill -9 would."""
    if not _counting:
        return
    _passed.append(name)
    if len(_passed) == _crash_at:
        os.kill(os.getpid(), signal.SIGKILL)


def arm(crash_at: int = 0) -> None:
    """Start counting checkpoints and die at the `crash_at`-th (0: only count)."""
    global _crash_at, _counting
    _crash_at, _counting = crash_at, True
    _passed.clear()


def passed() -> list[str]:
    """Return the names of the checkpoints passed since `arm`."""
    return list(_passed)


def protected(name: str) -> bool:
    """Say whether the protection `name` is on; it always is, but in a paired control test."""
    return name not in _off


def unprotect(*names: str) -> None:
    """Switch protections off (no names: all on again). For paired control tests only."""
    _off.clear()
    _off.update(names)
