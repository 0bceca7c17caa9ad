"""How is a mapping written? As one table of `[channels.NAME]`.

`parse` turns the table into a `ChannelMap` and finds every mistake in it at once. A field is

    "COLUMN OR PATH"                                the usual converter of the field
    { path = "a.b[0].c", as = "fen" }               another converter
    { always = "PAID" }                             a constant
    { join = ["province", "city"], with = " " }     several texts in one
    { path = "payments[*].value", sum = true }      the total of a list
    [ first, second, … ]                            the first that holds something

A spreadsheet's fields name columns; a JSON order's fields are paths, and those of a line begin
with its list: `items[*].sku`. A path that is more than names and numbers is JMESPath.
"""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

from core.domain.mapping import CONVERTERS, LINE, ORDER, ChannelMap, Fields, Part, Source
from core.domain.order import PlatformStatus, Refund
from core.domain.setting import Problem, one_of, refuse, time_zone

VERSION: Final = "1"
"""Part of every mapping's digest: raised when the code maps the same data differently."""

_SIMPLE: Final[Mapping[str, type]] = {
    "kind": str,
    "zone": str,
    "currency": str,
    "rows": str,
    "charset": str,
    "create_skus": bool,
    "paid_when_placed": bool,
    "negative": str,
}
_LISTS: Final = ("services", "refund_prefixes", "quarantine_prefixes")
_TABLES: Final = ("order", "line", "status", "refund", "parts")


def parse(name: str, table: Mapping[str, Any]) -> ChannelMap:
    """Return the mapping that `table` describes. Raises BadSettings with every mistake."""
    problems: list[Problem] = []
    simple = _simple(table, problems)
    each = table.get("line", {}).get("each", "") if isinstance(table.get("line"), dict) else ""
    order = _fields(table, "order", ORDER, problems)
    line = _fields(table, "line", LINE, problems)
    problems += _missing(order, line)
    status = _words(table, "status", tuple(PlatformStatus), problems)
    refund = _words(table, "refund", tuple(Refund), problems)
    parts = _parts(table.get("parts", {}), problems)
    refuse(*problems)
    written = json.dumps(table, sort_keys=True, ensure_ascii=False, default=str)
    return ChannelMap(
        name=name,
        order=order,
        line=line,
        each=each,
        status=status,
        refund={"": "NONE", **refund},
        parts=parts,
        digest=blake2b(f"{VERSION}\0{written}".encode(), digest_size=16).digest(),
        **simple,
    )


def _simple(table: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    found: dict[str, Any] = {"zone": "Asia/Shanghai", "currency": "CNY"}
    known = (*_SIMPLE, *_LISTS, *_TABLES)
    for key, value in table.items():
        if key in _SIMPLE:
            if isinstance(value, _SIMPLE[key]):
                found[key] = value
            else:
                kind = "true/false" if _SIMPLE[key] is bool else "text"
                problems.append(Problem(key, f"应为 {kind}", f"{kind} is expected"))
        elif key in _LISTS:
            found[key] = _listed(key, value, problems)
        elif key not in _TABLES:
            listed = ", ".join(known)
            problems.append(Problem(key, f"没有这个设置，可用的有 {listed}", f"unknown; {listed}"))
    checks = (
        one_of("rows", found.get("rows", "line"), ("line", "order")),
        one_of("negative", found.get("negative", "bad"), ("bad", "write_off")),
        one_of("kind", found.get("kind", "file"), ("file", "http_json")),
        time_zone("zone", found["zone"]),
    )
    problems += [problem for problem in checks if problem]
    return found


def _listed(key: str, value: object, problems: list[Problem]) -> frozenset[str] | tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        problems.append(Problem(key, "应为文字的列表", "a list of texts is expected"))
        return ()
    if key == "services":
        return frozenset(one.strip().casefold() for one in value)
    return tuple(one.upper() for one in value)


def _fields(
    table: Mapping[str, Any], section: str, known: Mapping[str, str], problems: list[Problem]
) -> dict[str, tuple[Source, ...]]:
    given = table.get(section, {})
    if not isinstance(given, Mapping):
        problems.append(Problem(section, "应为一个小节（表）", "a section is expected"))
        return {}
    found: dict[str, tuple[Source, ...]] = {}
    for key, value in given.items():
        place = f"{section}.{key}"
        if key == "each" and section == "line":
            continue
        if key not in known:
            listed = ", ".join(known)
            problems.append(
                Problem(place, f"没有这个字段，可用的有 {listed}", f"unknown; {listed}")
            )
            continue
        written = value if isinstance(value, list) else [value]
        sources = [_source(place, one, known[key], problems) for one in written]
        found[key] = tuple(source for source in sources if source)
    return found


_KEYS: Final = frozenset(
    {"path", "column", "as", "always", "join", "with", "sum", "formats", "is"}
)


def _source(place: str, value: Any, usual: str, problems: list[Problem]) -> Source | None:
    if isinstance(value, str):
        return Source((value,), usual)
    if not isinstance(value, Mapping) or set(value) - _KEYS:
        listed = ", ".join(sorted(_KEYS))
        zh = f"应为文字，或含 {listed} 的表"
        problems.append(Problem(place, zh, f"a text is expected, or a table of {listed}"))
        return None
    convert = value.get("as", usual)
    if convert not in CONVERTERS:
        listed = ", ".join(CONVERTERS)
        zh = f"没有转换“{convert}”，可用的有 {listed}"
        problems.append(Problem(place, zh, f"unknown converter {convert!r}; there are {listed}"))
        return None
    if "always" in value:
        return Source((), convert, "always", value["always"])
    paths = value.get("join") or [value.get("path", value.get("column"))]
    if not all(isinstance(path, str) and path for path in paths):
        problems.append(Problem(place, "缺少 path 或 column", "path or column is missing"))
        return None
    gather = "join" if "join" in value else "sum" if value.get("sum") else "one"
    return Source(
        tuple(paths),
        convert,
        gather,
        joint=value.get("with", ""),
        formats=tuple(value.get("formats", ())),
        true=frozenset(map(str, value.get("is", ("1", "true", "是")))),
    )


def _missing(order: Fields, line: Fields) -> list[Problem]:
    wanted = [("order", name) for name in ("platform_no", "placed_at", "status")]
    wanted += [("line", name) for name in ("outer_code", "pieces")]
    return [
        Problem(f"{section}.{name}", "必须给出", "it has to be given")
        for section, name in wanted
        if name not in (order if section == "order" else line)
    ]


def _words(
    table: Mapping[str, Any], section: str, values: tuple[str, ...], problems: list[Problem]
) -> dict[str, str]:
    given = table.get(section, {})
    found = dict(given) if isinstance(given, Mapping) else {}
    for word, value in found.items():
        if value not in values:
            listed = ", ".join(values)
            zh = f"“{value}”不可用，应为 {listed} 之一"
            problems.append(Problem(f"{section}.{word}", zh, f"{value!r} is none of {listed}"))
    return found


def _parts(given: Any, problems: list[Problem]) -> tuple[Part, ...]:
    found = []
    for name, part in given.items() if isinstance(given, Mapping) else ():
        if not isinstance(part, Mapping) or not {"has", "key"} <= set(part):
            problems.append(Problem(f"parts.{name}", "要有 has 和 key", "has and key are needed"))
            continue
        to = part.get("to", part["key"])
        found.append(Part(name, part["has"], part["key"], to, bool(part.get("many", False))))
    return tuple(found)
