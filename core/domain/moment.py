"""When was it? A local time as written, in the zone of its channel, as UTC milliseconds."""

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.convert import BadValue, Converter, identifier, whole

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MS = dt.timedelta(milliseconds=1)
_FIRST, _LAST = 631_152_000_000, 4_102_444_800_000  # 1990 and 2100
_NEVER = frozenset({"", "-", "--", "0", "0000-00-00 00:00:00", "0001-01-01 00:00:00", "null"})
_EXCEL_DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a local time: the zone comes after
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_CHINESE = re.compile(
    r"(\d{4})[年/.-](\d{1,2})[月/.-](\d{1,2})日?"
    r"(?:[ T]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?[秒分]?)?"
)


def _bad(value: object, zh: str, en: str) -> BadValue:
    return BadValue(f"{value!r} {zh}", f"{value!r} {en}")


def _checked(value: object, at: int) -> int:
    if not _FIRST <= at <= _LAST:
        raise _bad(value, "不是合理的时间", "is no time of ours")
    return at


def unix_s(value: Any) -> int | None:
    """Return seconds since 1970 as milliseconds; 0 means never."""
    found = whole(value)
    return _checked(value, found * 1000) if found else None


def unix_ms(value: Any) -> int | None:
    """Return milliseconds since 1970; 0 means never."""
    found = whole(value)
    return _checked(value, found) if found else None


def local_time(zone: str, formats: Sequence[str] = ()) -> Converter:
    """Return a converter for local times of `zone`.

    `formats` are strptime's; without any, ISO, 2026/3/2 10:00, 2026年3月2日 10时00分 and Excel's
    day numbers are understood (nothing where day and month could be mixed up). A text that
    carries its own offset keeps it. An hour that a clock change repeats is its first run; one
    that it skips is counted on from before the change.
    """
    place = ZoneInfo(zone)

    @lru_cache(8192)
    def parse(value: str) -> int | None:
        plain = value.strip()
        if plain.lower() in _NEVER:
            return None
        moment = _parsed(plain, formats)
        if moment is None:
            raise _bad(value, "不是时间", "is no time")
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=place)
        return _checked(value, (moment.astimezone(dt.UTC) - _EPOCH) // _MS)

    def convert(value: Any) -> int | None:
        if value is None:
            return None
        return parse(value if isinstance(value, str) else str(value))

    return convert


def _parsed(plain: str, formats: Sequence[str]) -> dt.datetime | None:
    for form in formats:
        try:
            return dt.datetime.strptime(plain, form)  # noqa: DTZ007 - the zone comes after
        except ValueError:
            continue
    if formats:
        return None
    try:
        if len(plain) > 9 and plain[4] == "-":  # noqa: PLR2004 - 2026-03-02
            return dt.datetime.fromisoformat(plain)
    except ValueError:
        return None
    return _loose(plain)


def _loose(plain: str) -> dt.datetime | None:
    found = _CHINESE.fullmatch(plain)
    try:
        if found:
            return dt.datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type] # six numbers # noqa: DTZ001 - the zone comes after
        if _SERIAL.fullmatch(plain):
            seconds = round(float(plain) * 86_400)
            return _EXCEL_DAY_ZERO + dt.timedelta(seconds=seconds)
    except ValueError:
        return None
    return None


def date_in_number(zone: str) -> Converter:
    """Return a converter for order numbers that begin with their day (YYMMDD): its midnight."""
    midnight = local_time(zone, ["%y%m%d"])

    def convert(value: Any) -> int | None:
        number = identifier(value)
        if number is None:
            return None
        at: int | None = midnight(number[:6])
        return at

    return convert


def written(at: int, kind: str, zone: str) -> str | int:
    """Write UTC milliseconds as a platform wants them: unix_s, unix_ms, datetime, cn_datetime."""
    if kind == "unix_ms":
        return at
    if kind == "unix_s":
        return at // 1000
    place = ZoneInfo("Asia/Shanghai" if kind == "cn_datetime" else zone)
    return (_EPOCH + at * _MS).astimezone(place).strftime("%Y-%m-%d %H:%M:%S")
