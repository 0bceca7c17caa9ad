"""When is a job due? Moments are UTC milliseconds; a day is a day of the shop's zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MS = 86_400_000


def local_date(moment: int, zone: str) -> date:
    """Return the date on the wall of `zone` at `moment`."""
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(zone)).date()


@dataclass(frozen=True, slots=True)
class Daily:
    """Once per local date, at a time on the wall of `zone`.

    On the day when the clock is put forward over that time the job is due as much later; on the
    day when the time comes twice it is due the first time.
    """

    at: time
    zone: str

    def slot(self, day: date) -> int:
        """Return the moment at which the job is due on `day`."""
        wall = datetime.combine(day, self.at, ZoneInfo(self.zone))
        return round(wall.astimezone(UTC).timestamp() * 1000)

    def due(self, after: int, until: int) -> list[int]:
        """Return the slots with after < slot <= until, oldest first."""
        day = local_date(after, self.zone) - timedelta(days=1)
        last = local_date(until, self.zone)
        slots = [self.slot(day + timedelta(days=n)) for n in range((last - day).days + 1)]
        return [slot for slot in slots if after < slot <= until]


@dataclass(frozen=True, slots=True)
class Every:
    """At every full multiple of `ms` since 1970; what was missed is not made up."""

    ms: int

    def due(self, after: int, until: int) -> list[int]:
        """Return the newest slot <= until, if it is later than `after`."""
        newest = until - until % self.ms
        return [newest] if newest > after else []


Schedule = Daily | Every


@dataclass(frozen=True, slots=True)
class Slot:
    """One moment at which a job is due; `late` says that it runs well after it."""

    job: str
    at: int
    late: bool = False
