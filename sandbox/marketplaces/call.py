"""What is one call, and how do methods read it? Parameters, orders and pages, checked."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.faults import Shown
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.limits import Rules
from sandbox.marketplaces.model import Trade
from sandbox.marketplaces.moments import DAY, SECOND, from_beijing
from sandbox.marketplaces.shop import Shop

WINDOWS = 16  # as many are kept for each shop


class Page(NamedTuple):
    """One page of something; `total` counts all pages."""

    rows: list[Trade]
    total: int
    has_next: bool


@dataclass(slots=True)
class Call:
    """One call that passed the gate. `window` becomes the order numbers of all pages, in order."""

    method: str
    params: Mapping[str, Any]
    shop: Shop
    now: int
    rules: Rules
    shown: Shown = Shown.RIGHT
    window: list[str] = field(default_factory=list)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a parameter as text. Raises Refused if it is missing and has no default."""
        value = self.params.get(name)
        if value is None or value == "":
            if default is None:
                raise Refused(Why.MISSING, name)
            return default
        return str(value)

    def number(
        self, name: str, default: int | None = None, *, low: int = 0, high: int | None = None
    ) -> int:
        """Return a whole number within its range. Raises Refused."""
        text = self.text(name, None if default is None else str(default))
        try:
            value = int(text)
        except ValueError:
            raise Refused(Why.PARAMETER, name) from None
        if value < low or (high is not None and value > high):
            raise Refused(Why.PARAMETER, name)
        return value

    def flag(self, name: str) -> bool:
        """Tell whether a parameter says true."""
        return self.text(name, "false").lower() in ("true", "1")

    def moment(self, name: str) -> int:
        """Return a Beijing text as ms since 1970 UTC. Raises Refused."""
        try:
            return from_beijing(self.text(name))
        except ValueError:
            raise Refused(Why.PARAMETER, name) from None

    def span(self, start: int, end: int, longest_s: int, name: str) -> tuple[int, int]:
        """Check a window of time (ms) and return it. Raises Refused."""
        if not 0 < end - start <= longest_s * SECOND:
            raise Refused(Why.PARAMETER, name)
        if start < self.now - self.rules.reach_s * SECOND:
            raise Refused(Why.PARAMETER, name)
        return start, end

    def trade(self, number: str) -> Trade:
        """Return an order as details show it: newest version. Raises Refused."""
        versions = self.shop.versions.get(number)
        if versions is None:
            raise Refused(Why.BUSINESS, "order-not-found")
        stale = self.shown is Shown.STALE and len(versions) > 1
        return versions[-2 if stale else -1]

    def trades(self, start: int, end: int, by: str, *, newest_first: bool) -> list[Trade]:
        """Return the orders whose moment `by` lies in the window (both ends included), in order.

        `by` is a field of `Trade`. What was found stays until the shop changes: who pages through
        a long window asks for the same again and again.
        """
        lag = self.rules.lag_s
        seen_until = (self.now // SECOND - lag) * SECOND if lag else self.now + DAY
        stale = self.shown is Shown.STALE
        key = (by, start, end, newest_first, stale, seen_until if lag else 0)
        found = self.shop.windows.get(key)
        if found is None:
            if len(self.shop.windows) >= WINDOWS:
                self.shop.windows.clear()
            found = self._search(start, end, by, seen_until)
            if newest_first:
                found.reverse()
            self.shop.windows[key] = found
        self.window = [trade.number for trade in found]
        return found

    def _search(self, start: int, end: int, by: str, seen_until: int) -> list[Trade]:
        moments: list[tuple[int, str, Trade]] = []
        for versions in self.shop.versions.values():
            trade = self._listed(versions, seen_until)
            at = None if trade is None else getattr(trade, by)
            if trade is not None and at is not None and start <= at // SECOND * SECOND <= end:
                moments.append((at, trade.number, trade))
        moments.sort(key=lambda one: one[:2])
        return [trade for _, _, trade in moments]

    def page(self, rows: Sequence[Trade], page: int, size: int) -> Page:
        """Return page number `page` (from 0) of the rows. Raises Refused beyond the depth."""
        if page * size >= self.rules.depth:
            raise Refused(Why.PARAMETER, "page")
        if self.shown is Shown.EMPTY:
            return Page([], 0, has_next=False)
        first = max(0, page - 1) if self.shown is Shown.PAGE_AGAIN else page
        part = list(rows[first * size : (first + 1) * size])
        if self.shown is Shown.ORDER_TWICE:
            part += part[:1]
        if self.shown is Shown.SHUFFLED:
            random.Random(len(part)).shuffle(part)  # noqa: S311 - any other order will do
        return Page(part, len(rows), has_next=(page + 1) * size < len(rows))

    def _listed(self, versions: list[Trade], seen_until: int) -> Trade | None:
        if self.shown is Shown.STALE and len(versions) > 1:
            versions = versions[:-1]
        for trade in reversed(versions):
            if trade.modified_at <= seen_until:
                return trade
        return None


Method = Callable[[Call], Json]
