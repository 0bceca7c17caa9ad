"""Is a JSON text exactly what it says? orjson reads it; what is odd is found, never guessed.

NaN, Infinity, 1e400, a name given twice, an overlong text or deep nesting are legal for some
parsers and a lie for all of us. Such a value becomes an `Odd` in its place, so that the one order
that holds it can be put aside; text that is broken or monstrous is refused as a whole.
"""

import json
import math
from dataclasses import dataclass
from typing import Any, Final

import orjson

from core.domain.errors import BadInput

LONGEST_TEXT: Final = 1_000_000
DEEPEST: Final = 64
MOST_BYTES: Final = 64 << 20
PLAIN_BYTES: Final = 8 << 20  # above this a text may hide an overlong value


@dataclass(frozen=True, slots=True)
class Odd:
    """Stands where an odd value stood; `zh` and `en` say what was wrong with it."""

    zh: str
    en: str


def read_json(data: bytes) -> tuple[Any, bool]:
    """Return what `data` says, and whether an `Odd` may stand in it (see `odd_in`).

    Raises BadInput if it is no UTF-8, no JSON, or over 64 MB: then nothing of it is used.
    """
    return checked(data, decode(data))


def decode(data: bytes) -> Any:
    """Return what `data` says; whether a name stands twice in it is asked of `checked`."""
    if len(data) > MOST_BYTES:
        raise BadInput(
            f"回答超过 {MOST_BYTES >> 20} MB，不处理。",
            f"The answer is over {MOST_BYTES >> 20} MB and is not used.",
        )
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return _carefully(data)  # perhaps only odd


def checked(data: bytes, decoded: Any) -> tuple[Any, bool]:
    """Return `decoded` if it is all that `data` says, else what a careful look finds (True)."""
    if len(data) <= PLAIN_BYTES and _same_names(data, decoded):
        return decoded, False
    return _carefully(data), True


def _same_names(data: bytes, plain: Any) -> bool:
    """Say whether no name was given twice: written again, there are as many names as before."""
    if b"\\u00" in data:
        return False
    try:
        return data.count(b'":') == orjson.dumps(
            plain, None, orjson.OPT_PASSTHROUGH_DATACLASS
        ).count(b'":')
    except orjson.JSONEncodeError:  # nested deeper than it writes, or odd already
        return False


def _carefully(data: bytes) -> Any:
    try:
        return _shallow(
            json.loads(
                data.decode(),
                object_pairs_hook=_object,
                parse_constant=lambda name: Odd(f"{name} 不是数", f"{name} is no number"),
                parse_float=_finite,
            )
        )
    except (ValueError, RecursionError) as error:
        reason = str(error)[:200]
        raise BadInput(
            f"回答不是完整的 JSON（{reason}），不处理。",
            f"The answer is no whole JSON ({reason}) and is not used.",
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    twice = next(name for name in names if names.count(name) > 1)
    # What can still be read is kept, so that the order can be named; the oddity stands beside it.
    return {**found, twice: Odd(f"“{twice}”出现了两次", f"{twice!r} is given twice")}


def _finite(text: str) -> float | Odd:
    number = float(text)
    return number if math.isfinite(number) else Odd(f"{text} 太大", f"{text} is too large")


def _shallow(value: Any, depth: int = 0) -> Any:
    """Put an Odd in the place of what is too deep or too long."""
    if isinstance(value, str):
        too_long = len(value) > LONGEST_TEXT
        return Odd("文字太长", "a text is too long") if too_long else value
    if isinstance(value, dict | list) and depth >= DEEPEST:
        return Odd("嵌套太深", "it is nested too deep")
    if isinstance(value, dict):
        return {name: _shallow(one, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_shallow(one, depth + 1) for one in value]
    return value


def odd_in(value: Any) -> Odd | None:
    """Return the first Odd inside a value, or None."""
    if isinstance(value, Odd):
        return value
    if isinstance(value, dict):
        return next((odd for odd in map(odd_in, value.values()) if odd), None)
    if isinstance(value, list):
        return next((odd for odd in map(odd_in, value) if odd), None)
    return None


def canonical(value: Any) -> bytes:
    """Return a value as JSON bytes, the same for the same value; an Odd as its reason."""
    try:
        return orjson.dumps(value, _reason, orjson.OPT_PASSTHROUGH_DATACLASS)
    except orjson.JSONEncodeError:  # a number beyond 64 bits
        text = json.dumps(value, default=_reason, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def _reason(value: Any) -> str:
    if isinstance(value, Odd):
        return f"⚠ {value.en}"
    raise TypeError
