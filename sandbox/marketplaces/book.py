"""What happened on a marketplace? Append-only: the only truth that tests count."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Kind(StrEnum):
    """What an entry of the book tells."""

    SOLD = "sold"  # an order came into being
    MISSED = "missed"  # a buyer found it sold out or paused
    CHANGED = "changed"  # an order changed: `data["what"]` tells how
    STOCK = "stock"  # the seller set the displayed stock
    SHELF = "shelf"  # the seller paused or resumed an item
    CALL = "call"  # a request came; `status` is what was answered, 0 if nothing was
    VIOLATION = "violation"  # a limit was broken: `data["limit"]` names it
    PUSHED = "pushed"  # an event was pushed; `status` is what the receiver answered
    GRANT = "grant"  # a shop's token was given, refreshed or expired


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the book; `at` in ms since 1970 UTC, `order` the order number if it has one."""

    n: int
    at: int
    kind: Kind
    shop: str = ""
    order: str = ""
    method: str = ""
    status: int = 0
    refused: str = ""
    fault: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


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
        self, kind: Kind, *, shop: str = "", method: str = "", order: str = "", since: int = 0
    ) -> list[Entry]:
        """Return the entries of a kind, narrowed by what is given, from number `since` on."""
        return [
            e
            for e in self.entries[since:]
            if e.kind is kind
            and shop in ("", e.shop)
            and method in ("", e.method)
            and order in ("", e.order)
        ]

    def calls(self, method: str = "", shop: str = "") -> list[Entry]:
        """Return the requests, in the order of answers."""
        return self.find(Kind.CALL, method=method, shop=shop)

    def violations(self, shop: str = "") -> list[Entry]:
        """Return every breach of a limit."""
        return self.find(Kind.VIOLATION, shop=shop)

    def sold(self, shop: str = "") -> dict[str, Entry]:
        """Return the orders that came into being, by number: `data` has `payment_fen`, `pieces`.

        Their count and sums are what a client must arrive at.
        """
        return {entry.order: entry for entry in self.find(Kind.SOLD, shop=shop)}
