"""What is a day of a shop, and what are the figures of one? Money is fen, durations whole ms.

A day begins at midnight on the wall of the shop's zone. The next day begins where it ends, so
days of 23 and of 25 hours tile the year and no order falls between two of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

HOUR_MS = 3_600_000
DEFAULT_ZONE = "Asia/Shanghai"
"""Cuts the days while there is no shop yet."""


def day_start(day: date, zone: str) -> int:
    """Return the first moment of `day` in `zone` (UTC ms).

    Where the clock is put forward over midnight the day begins at the jump; where midnight comes
    twice it begins with the first.
    """
    wall = datetime.combine(day, time(), ZoneInfo(zone))
    return round(wall.astimezone(UTC).timestamp()) * 1000


def days_window(first: date, last: date, zone: str) -> tuple[int, int]:
    """Return (start, end) of the days `first` to `last`, both included; `end` is not."""
    return day_start(first, zone), day_start(last + timedelta(days=1), zone)


def share(part: int, whole: int) -> float | None:
    """Return part / whole, or None where there is no whole."""
    return part / whole if whole else None


def ranks(n: int) -> dict[str, tuple[int, int, int]]:
    """Say between which ranks (from 0) of `n` sorted values median and p90 lie.

    Each is (lower rank, upper rank, tenths from lower to upper): linear interpolation at
    (n - 1) · q, as numpy and pandas do by default.
    """
    found = {}
    for name, tenths in (("median", 5), ("p90", 9)):
        low, rest = divmod((n - 1) * tenths, 10)
        found[name] = (low, min(low + 1, n - 1), rest)
    return found


@dataclass(frozen=True, slots=True)
class PickupTime:
    """Hours from payment to the courier's first scan, over the orders paid in a period.

    `n` orders have a time of 0 or more; `negative` (scanned before paid) and `missing` (not
    scanned) are counted apart and are in no average.
    """

    n: int = 0
    median: float | None = None
    mean: float | None = None
    p90: float | None = None
    negative: int = 0
    missing: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the figures by name."""
        return {
            "n": self.n,
            "median": self.median,
            "mean": self.mean,
            "p90": self.p90,
            "negative": self.negative,
            "missing": self.missing,
        }


def pickup_time(
    n: int, sum_ms: int, at_rank: Mapping[int, int], negative: int, missing: int
) -> PickupTime:
    """Work the averages out of exact sums; `at_rank` holds the ms at the ranks of `ranks(n)`."""
    if n == 0:
        return PickupTime(negative=negative, missing=missing)
    hours = {}
    for name, (low, high, tenths) in ranks(n).items():
        ms_times_ten = at_rank[low] * (10 - tenths) + at_rank[high] * tenths
        hours[name] = ms_times_ten / (10 * HOUR_MS)
    return PickupTime(n, hours["median"], sum_ms / (n * HOUR_MS), hours["p90"], negative, missing)


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts and sums of a period; those of several periods or shops add up."""

    orders: int = 0
    units: int = 0
    gmv_fen: int = 0
    refund_orders: int = 0
    refund_fen: int = 0
    pickup: PickupTime = PickupTime()

    @property
    def refund_rate_count(self) -> float | None:
        """Refunds / orders of the period; None where nothing was sold."""
        return share(self.refund_orders, self.orders)

    @property
    def refund_rate_value(self) -> float | None:
        """Refunded fen / GMV of the period; None where nothing was sold."""
        return share(self.refund_fen, self.gmv_fen)

    def to_json(self) -> dict[str, Any]:
        """Return the figures by name, as docs/kpi.md defines them."""
        return {
            "orders": self.orders,
            "units": self.units,
            "gmv_fen": self.gmv_fen,
            "refund_orders": self.refund_orders,
            "refund_fen": self.refund_fen,
            "refund_rate_count": self.refund_rate_count,
            "refund_rate_value": self.refund_rate_value,
            "pay_to_pickup_h": self.pickup.to_json(),
        }


@dataclass(frozen=True, slots=True)
class DayReport:
    """The figures of one business day; `zone` names the zones that cut it."""

    day: date
    zone: str
    figures: Figures

    def to_json(self) -> dict[str, Any]:
        """Return what `zhanggui report day --json` prints."""
        return {"date": self.day.isoformat(), "zone": self.zone, **self.figures.to_json()}


@dataclass(frozen=True, slots=True)
class RangeReport:
    """The figures of the days `first` to `last`, both included."""

    first: date
    last: date
    zone: str
    figures: Figures

    def to_json(self) -> dict[str, Any]:
        """Return what `zhanggui report range --json` prints."""
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "zone": self.zone,
            **self.figures.to_json(),
        }
