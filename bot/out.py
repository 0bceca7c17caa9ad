"""Where a command says what it found: the terminal, or (through the service) another process."""

import json
import sys
from collections.abc import Mapping
from typing import Any, Protocol

BAR = 24


class Out(Protocol):
    """What a command may say."""

    def line(self, text: str) -> None:
        """Say one line."""

    def result(self, value: object) -> None:
        """Give the answer as JSON."""

    def progress(self, done: int, total: int) -> None:
        """Show how far a long work is; `total` 0 = unknown."""


class Terminal:
    """Standard output for answers, standard error for progress (only where a person looks)."""

    def __init__(self) -> None:
        self._bar = False

    def line(self, text: str) -> None:
        """Print one line."""
        self._end_bar()
        sys.stdout.write(text + "\n")

    def result(self, value: object) -> None:
        """Print JSON on one line."""
        self.line(json.dumps(value, ensure_ascii=False))

    def progress(self, done: int, total: int) -> None:
        """Draw a bar that moves in place."""
        if not sys.stderr.isatty():
            return
        share = done / total if total else 0.0
        filled = "█" * round(BAR * share)
        sys.stderr.write(f"\r{filled:░<{BAR}} {share:4.0%} {done:,}")
        sys.stderr.flush()
        self._bar = True

    def _end_bar(self) -> None:
        if self._bar:
            sys.stderr.write("\n")
            self._bar = False


def replay(message: Mapping[str, Any], out: Out) -> None:
    """Say what another process said (see `bot.control`)."""
    if "line" in message:
        out.line(message["line"])
    elif "result" in message:
        out.result(message["result"])
    else:
        done, total = message["progress"]
        out.progress(done, total)
