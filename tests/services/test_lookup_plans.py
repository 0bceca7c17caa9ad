"""Is every common way to find an order answered by an index, on both databases?"""

import re
from typing import Any

from core.domain.staff import Role
from core.services import Tx, lookup
from core.store import kpi
from core.store.door import Store
from core.store.tx import Row

WAYS = {
    "a whole number": "TB2026030200017788",
    "four digits": "7788",
    "a longer end": "00017788",
    "a beginning": "TB2026",
    "an amount": "￥99.90",
    "a phone": "13800134567",
    "a buyer": "小明爱吃鱼",
}
WALKS = re.compile(
    r"SCAN (orders|parcel|receiver|order_line|order_event|refund_doc|[orvl])\b"
    r"|.*Seq Scan on (orders|parcel|receiver|order_line|order_event|refund_doc)\b"
)
"""A step through a whole large table, as SQLite and as PostgreSQL write it."""


class Spy:
    """Is a `Tx` that remembers what it was asked."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.dialect = tx.dialect
        self.now = tx.now
        self.relation = tx.relation
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def all(self, sql: str, **params: Any) -> list[Row]:
        self.asked.append((sql, params))
        return self._tx.all(sql, **params)


def plan_of(tx: Tx, sql: str, params: dict[str, Any]) -> list[str]:
    """Return the steps of a statement, as the database would take them on a large table."""
    if tx.dialect == "sqlite":
        return [row["detail"] for row in tx.all(f"EXPLAIN QUERY PLAN {sql}", **params)]
    tx.run("SET LOCAL enable_seqscan = off")  # a small table is scanned whatever its indexes
    return [row["QUERY PLAN"] for row in tx.all(f"EXPLAIN {sql}", **params)]


def scans(tx: Tx, sql: str, params: dict[str, Any]) -> list[str]:
    """Return the steps that walk through one of the large tables from end to end."""
    return [step for step in plan_of(tx, sql, params) if WALKS.match(step)]


async def test_no_common_search_walks_through_a_table(store: Store) -> None:
    """Each statement of each kind of fragment starts from an index."""

    def look(tx: Tx) -> None:
        for name, words in WAYS.items():
            spy = Spy(tx)
            lookup.find(spy, words, Role.CLERK)  # type: ignore[arg-type]
            assert spy.asked, name
            for sql, params in spy.asked:
                assert not scans(tx, sql, params), (name, sql)

    await store.read(look)


async def test_the_figures_of_a_day_read_a_range_of_an_index(store: Store) -> None:
    """A report begins at the first order of the day, not at the first order of the shop."""

    def look(tx: Tx) -> None:
        spy = Spy(tx)
        kpi.figures(spy, [(0, 1, 0, 1), (1, 2, 5, 9)])  # type: ignore[arg-type]
        assert len(spy.asked) == 4
        for sql, params in spy.asked:
            assert not scans(tx, sql, params), sql
            if tx.dialect == "sqlite":
                steps = " ".join(plan_of(tx, sql, params))
                assert "(shop_id=? AND paid_at>?" in steps or "at>? AND at<?" in steps, steps

    await store.read(look)


async def test_control_a_search_without_an_index_is_noticed(store: Store) -> None:
    """The same check finds a statement that no index serves."""

    def look(tx: Tx) -> None:
        assert scans(tx, "SELECT id FROM orders WHERE buyer_note = :x", {"x": "y"})

    await store.read(look)
