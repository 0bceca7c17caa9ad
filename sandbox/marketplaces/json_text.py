"""How is an answer written as JSON, including what JSON does not allow?"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Raw:
    """Text that stands in the answer just as it is.

    `Raw("NaN")`, `Raw("1e400")`, `Raw("6900000000000000112")` (a number where a text belongs),
    `Raw('"9.90","payment":"0.01"')` (a key twice), `Raw("[" * 500 + "]" * 500)`.
    """

    text: str


NAN, INFINITY, TOO_LARGE = Raw("NaN"), Raw("Infinity"), Raw("1e400")
DEEP = Raw("[" * 500 + "]" * 500)

MARK = re.compile(r'"\\u0000(\d+)\\u0000"')


def write(value: object) -> str:
    """Return compact JSON with the raw texts in their places."""
    raws: list[str] = []

    def hold_place(raw: object) -> str:
        if not isinstance(raw, Raw):
            raise TypeError(raw)
        raws.append(raw.text)
        return f"\0{len(raws) - 1}\0"

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=hold_place)
    return MARK.sub(lambda found: raws[int(found[1])], text) if raws else text


def put(value: Any, path: str, new: object) -> None:
    """Set what stands at a path like "orders.order.0.num"; None as `new` takes the key away.

    Raises KeyError or IndexError if there is no such place.
    """
    *way, last = path.split(".")
    for step in way:
        value = value[int(step)] if isinstance(value, list) else value[step]
    if isinstance(value, list):
        value[int(last)] = new
    elif new is None:
        value.pop(last, None)
    else:
        value[last] = new


def with_odd(order: Json, odd: Mapping[str, object]) -> Json:
    """Return the order with its odd values put in; a path that is not in this shape is passed."""
    for path, new in odd.items():
        try:
            put(order, path, new)
        except (KeyError, IndexError):
            continue
    return order
