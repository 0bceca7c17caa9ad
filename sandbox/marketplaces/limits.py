"""What does each platform allow? Page sizes, windows, lags and rates, read from limits.toml."""

import math
import tomllib
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMITS = Path(__file__).parent.parent / "limits.toml"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` calls of `methods` ("*": all) in any `seconds`, for an app or each shop."""

    methods: frozenset[str]
    per: str
    count: int
    seconds: float
    source: str

    def counts(self, method: str) -> bool:
        """Tell whether calls of this method are counted."""
        return "*" in self.methods or method in self.methods

    @property
    def name(self) -> str:
        """What the book calls it."""
        of = ", ".join(sorted(self.methods))
        return f"{self.count} in {self.seconds:g} s per {self.per}: {of}"


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits of one platform; times in seconds."""

    rates: tuple[Rate, ...]
    page_size: int
    depth: int
    window_s: int
    created_window_s: int
    reach_s: int
    lag_s: int
    tolerance_s: int
    session_s: int
    refresh_s: int
    batch: int


def read_rules(platform: str, file: Path = LIMITS) -> Rules:
    """Read the table of one platform. Raises KeyError if something has no source."""
    table: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))[platform]
    rates = tuple(
        Rate(frozenset(r["methods"]), r["per"], r["count"], r["seconds"], r["source"])
        for r in table.pop("rates")
    )
    numbers: dict[str, int] = {}
    for name, entry in table.items():
        if not entry["source"]:
            raise KeyError(f"{platform}.{name} has no source")
        numbers[name] = entry["value"]
    return Rules(rates=rates, **numbers)


class Limiter:
    """Counts calls in sliding windows; what is refused does not count."""

    def __init__(self, rates: Sequence[Rate]) -> None:
        self.rates = tuple(rates)
        self._passed: dict[tuple[int, str], deque[list[int]]] = defaultdict(deque)
        self._sums: dict[tuple[int, str], int] = defaultdict(int)

    def pass_by(self, method: str, app: str, shop: str, now: int) -> tuple[Rate, int] | None:
        """Let one call pass at `now` (ms), or return the limit it breaks and whole seconds."""
        keys = [
            (n, app if rate.per == "app" else shop)
            for n, rate in enumerate(self.rates)
            if rate.counts(method)
        ]
        for key in keys:
            rate = self.rates[key[0]]
            self._forget(key, now - round(rate.seconds * 1000))
            if self._sums[key] >= rate.count:
                wait = self._passed[key][0][0] + rate.seconds * 1000 - now
                return rate, max(1, math.ceil(wait / 1000))
        for key in keys:
            passed = self._passed[key]
            if passed and passed[-1][0] == now:
                passed[-1][1] += 1
            else:
                passed.append([now, 1])
            self._sums[key] += 1
        return None

    def _forget(self, key: tuple[int, str], before: int) -> None:
        passed = self._passed[key]
        while passed and passed[0][0] <= before:
            self._sums[key] -= passed.popleft()[1]
