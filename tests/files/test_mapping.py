"""A mapping is data: what it may say, what is wrong with it, and what it compiles to."""

from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import moment
from core.domain.convert import BadValue
from core.domain.errors import BadInput
from core.domain.mapping_table import parse
from core.domain.setting import BadSettings
from core.tools.compile_mapping import Problem, Reader

TABLE: dict[str, Any] = {
    "kind": "http_json",
    "order": {
        "platform_no": "trade.tid",
        "placed_at": {"path": "trade.created", "as": "unix_s"},
        "paid_at": [{"path": "trade.pay", "as": "unix_ms"}, {"path": "log[0].at", "as": "unix_s"}],
        "status": "trade.status",
        "gmv_fen": {"path": "trade.payment", "as": "fen"},
        "receiver_address": {"join": ["to.province", "to.city"], "with": " "},
        "postage_fen": {"path": "fees[*].yuan", "sum": True},
        "buyer_note": "notes[?kind=='buyer'] | [0].text",
    },
    "line": {
        "outer_code": ["trade.orders[*].outer_sku_id", "trade.orders[*].outer_iid"],
        "pieces": "trade.orders[*].num",
        "price": "trade.orders[*].price",
        "title": "trade.orders[*].more.title",
    },
    "status": {"PAID": "PAID"},
}
ORDER: dict[str, Any] = {
    "trade": {
        "tid": 1234567890123456789,
        "created": 1_772_416_800,
        "status": "PAID",
        "payment": 1990,
        "orders": [
            {"outer_sku_id": "A", "num": 2, "price": "9.95", "more": {"title": "茶"}},
            {"outer_iid": "B", "num": 1, "price": 0},
        ],
    },
    "to": {"province": "浙江", "city": "杭州"},
    "log": [{"at": 1_772_416_900}],
    "fees": [{"yuan": "5"}, {"yuan": 1.5}, {}],
    "notes": [{"kind": "seller", "text": "x"}, {"kind": "buyer", "text": "快"}],
}


def test_every_way_to_name_a_value() -> None:
    """Paths, indexes, alternatives, joins, sums, JMESPath and lists in one function."""
    values, lines = Reader(parse("shop", TABLE))(ORDER)
    assert values[0] == "1234567890123456789"
    assert values[1:3] == (1_772_416_800_000, 1_772_416_900_000)
    assert (values[10], values[11]) == (1990, 650)
    assert values[15:17] == ("浙江 杭州", "快")
    assert lines == [("A", "茶", 2, None, 9_950_000, False), ("B", None, 1, None, 0, False)]


@pytest.mark.parametrize(
    ("change", "path", "line"),
    [
        (("trade", "tid"), "trade.tid", None),
        (("trade", "status"), "trade.status", None),
        (("trade",), "trade.tid", None),
    ],
)
def test_a_missing_value_is_named(change: tuple[str, ...], path: str, line: int | None) -> None:
    """The problem says which path has nothing."""
    order: dict[str, Any] = {**ORDER, "trade": {**ORDER["trade"]}}
    inside = order
    for step in change[:-1]:
        inside = inside[step]
    del inside[change[-1]]
    with pytest.raises(Problem) as caught:
        Reader(parse("shop", TABLE))(order)
    assert (caught.value.path, caught.value.line) == (path, line)


@pytest.mark.parametrize("wrong", [[], "text", 5, {"orders": [5]}, {"orders": {"a": 1}}])
def test_another_shape_is_a_problem_not_a_crash(wrong: object) -> None:
    """Whatever JSON comes, the answer is a Problem."""
    with pytest.raises(Problem):
        Reader(parse("shop", TABLE))({**ORDER, "trade": wrong})
    bad_line = {**ORDER["trade"], "orders": [{"outer_iid": "A", "num": 0}]}
    with pytest.raises(Problem) as caught:
        Reader(parse("shop", TABLE))({**ORDER, "trade": bad_line})
    assert caught.value.line == 0


KEY = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)


@given(st.lists(KEY, min_size=1, max_size=4), st.text(max_size=20))
def test_simple_paths_mean_what_jmespath_says(keys: list[str], value: str) -> None:
    """Property: the compiled path and JMESPath find the same value."""
    path = ".".join(keys)
    nested: Any = value
    for key in reversed(keys):
        nested = {key: nested}
    order = {
        "platform_no": {"always": "1"},
        "placed_at": {"always": 1_772_416_800, "as": "unix_s"},
    }
    table = {
        **TABLE,
        "order": {**order, "status": {"always": "PAID"}, "buyer_note": path},
        "line": {"outer_code": "x[*].y", "pieces": "x[*].z"},
    }
    values, _ = Reader(parse("shop", table))(nested)
    expected = jmespath.search(path, nested)
    assert values[16] == (expected.strip() or None if isinstance(expected, str) else None)


@pytest.mark.parametrize("path", ["x'] or __import__('os').system('true') or p['", "a\nb", "a;b"])
def test_no_path_becomes_code(path: str) -> None:
    """What is more than names and numbers is never written into the function."""
    with pytest.raises(BadInput, match="makes no sense"):
        Reader(parse("shop", {**TABLE, "order": {**TABLE["order"], "buyer_note": path}}))


def test_every_mistake_is_told_at_once() -> None:
    """Unknown settings, fields, converters, statuses and a missing field, each with its key."""
    table = {
        "zone": "Asia/Nowhere",
        "colour": 1,
        "order": {"platform_no": "a", "placed_at": {"path": "b", "as": "date"}, "nick": "c"},
        "line": {"pieces": {}},
        "status": {"x": "DONE"},
    }
    with pytest.raises(BadSettings) as caught:
        parse("shop", table)
    keys = {problem.key for problem in caught.value.problems}
    assert keys >= {
        "zone", "colour", "order.placed_at", "order.nick", "line.pieces", "status.x",
        "order.status", "line.outer_code",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "text", "utc"),
    [
        ("Asia/Shanghai", "2026-03-02 10:00:00", 1_772_416_800_000),
        ("Asia/Shanghai", "2026/3/2 10:00", 1_772_416_800_000),
        ("Asia/Shanghai", "2026年3月2日 10时00分", 1_772_416_800_000),
        ("Asia/Shanghai", "2026-03-02T02:00:00Z", 1_772_416_800_000),
        ("Asia/Shanghai", "46083.4166666667", 1_772_416_800_000),
        ("Europe/London", "2011-03-27 01:30:00", 1_301_189_400_000),  # skipped by the clocks
        ("Europe/London", "2011-10-30 01:30:00", 1_319_934_600_000),  # twice: the first
        ("America/Sao_Paulo", "2017-10-15 00:30:00", 1_508_038_200_000),  # midnight is skipped
        ("Asia/Shanghai", "0000-00-00 00:00:00", None),
        ("Asia/Shanghai", "", None),
    ],
)
def test_local_times(zone: str, text: str, utc: int | None) -> None:
    """Local times in the channel's zone, the hours of a clock change included."""
    assert moment.local_time(zone)(text) == utc


@pytest.mark.parametrize("text", ["3/2/2026", "2026-02-30", "yesterday", "1026-01-01", "12"])
def test_a_time_in_doubt_is_refused(text: str) -> None:
    """Day and month are never mixed up by guessing."""
    with pytest.raises(BadValue):
        moment.local_time("Asia/Shanghai")(text)
