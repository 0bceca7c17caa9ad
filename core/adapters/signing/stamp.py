"""When was a request signed? The time as each platform writes it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.adapters.signing.profile import Timestamp

_MS = {"s": 1000, "ms": 1}
_LONGEST = 32


def write(when: Timestamp, now_ms: int) -> str:
    """Return `now_ms` (UTC milliseconds) as the profile writes it."""
    if when.kind == "text":
        moment = datetime.fromtimestamp(now_ms // 1000, UTC).astimezone(ZoneInfo(when.zone))
        return moment.strftime(when.format)
    return str(now_ms // _MS[when.kind])


def read(when: Timestamp, text: str) -> int | None:
    """Return the UTC milliseconds that a received time means; None if it means none."""
    if len(text) > _LONGEST:
        return None
    try:
        if when.kind == "text":
            local = datetime.strptime(text, when.format).replace(tzinfo=ZoneInfo(when.zone))
            return round(local.timestamp()) * 1000
        return int(text) * _MS[when.kind]
    except (ValueError, OverflowError):
        return None


def fresh(when: Timestamp, params: Mapping[str, str], now_ms: int) -> bool:
    """Tell whether the time among `params` is near enough to now, either way."""
    if not when.name or not when.tolerance_s:
        return True
    at = read(when, params.get(when.name, ""))
    return at is not None and abs(now_ms - at) <= when.tolerance_s * 1000
