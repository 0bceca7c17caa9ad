"""What was asked, and what did people get to see? Append-only: the only truth that tests count."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Kind(StrEnum):
    """What an entry of the book tells."""

    CALL = "call"  # a request came; `status` is what was answered, 0 if nothing was
    SHOWN = "shown"  # people see a new message
    EDITED = "edited"  # people see a message changed
    DELETED = "deleted"  # people no longer see a message
    TOAST = "toast"  # the person who pressed sees a short line
    ACTION = "action"  # people see "typing..."
    UPDATE = "update"  # the bot was told something
    SAID = "said"  # a person said or pressed something


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the book; `at` in ms since 1970 UTC, `data` as in the Bot API."""

    n: int
    at: int
    kind: Kind
    method: str = ""
    chat: int | None = None
    status: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    breaches: tuple[str, ...] = ()
    fault: str = ""


@dataclass(slots=True)
class Book:
    """All entries in order; with `path` each is also appended to that file as a JSON line."""

    path: Path | None = None
    entries: list[Entry] = field(default_factory=list)

    def write(self, at: int, kind: Kind, **more: Any) -> Entry:
        """Append one entry; the keyword arguments are the fields of `Entry`."""
        entry = Entry(len(self.entries), at, kind, **more)
        self.entries.append(entry)
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(entry), ensure_ascii=False, default=str) + "\n")
        return entry

    def find(
        self, kind: Kind, *, method: str = "", chat: int | None = None, since: int = 0
    ) -> list[Entry]:
        """Return the entries of a kind, of a method and chat if given, from number `since` on."""
        return [
            e
            for e in self.entries[since:]
            if e.kind is kind and method in ("", e.method) and chat in (None, e.chat)
        ]

    def calls(self, method: str = "", chat: int | None = None) -> list[Entry]:
        """Return the requests of `method` (all without it) to `chat`, in the order of answers."""
        return self.find(Kind.CALL, method=method, chat=chat)

    def shown(self, chat: int | None = None) -> list[Entry]:
        """Return the messages of the bot that people saw appear (in `chat`)."""
        return self.find(Kind.SHOWN, chat=chat)

    def breaches(self) -> list[str]:
        """Return every breach of the specification so far."""
        return [breach for entry in self.entries for breach in entry.breaches]
