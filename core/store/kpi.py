"""What was sold, refunded and picked up in some stretches of time? Each question is one scan.

A window is (key, shop, start, end): figures come back summed by key, so one statement answers a
day, a trend of days, or the days of several shops with zones of their own. CROSS JOIN keeps
SQLite from walking the orders first.
"""

from collections.abc import Sequence

from core.domain.kpi import Figures, pickup_time
from core.store.tx import Row, Tx, packed

Window = tuple[int, int, int, int]
"""(key, shop id, start, end): UTC ms, `end` is outside."""

_SOLD = (
    "SELECT w.key, COUNT(*) AS orders, SUM(o.units) AS units, SUM(o.gmv_fen) AS gmv_fen,"
    " SUM(CASE WHEN o.picked_up_at >= o.paid_at THEN 1 ELSE 0 END) AS n,"
    " SUM(CASE WHEN o.picked_up_at >= o.paid_at THEN o.picked_up_at - o.paid_at ELSE 0 END)"
    " AS sum_ms,"
    " SUM(CASE WHEN o.picked_up_at < o.paid_at THEN 1 ELSE 0 END) AS negative,"
    " SUM(CASE WHEN o.picked_up_at IS NULL THEN 1 ELSE 0 END) AS missing"
    " FROM {windows} AS w CROSS JOIN orders AS o WHERE o.shop_id = w.shop AND o.paid_at >= w.start"
    " AND o.paid_at < w.stop AND o.counted = 1 GROUP BY w.key"
)
# Between which ranks median and p90 lie: see core.domain.kpi.ranks.
_RANKS = (
    "WITH taken AS (SELECT w.key, o.picked_up_at - o.paid_at AS ms"
    " FROM {windows} AS w CROSS JOIN orders AS o WHERE o.shop_id = w.shop AND o.paid_at >= w.start"
    " AND o.paid_at < w.stop AND o.counted = 1 AND o.picked_up_at >= o.paid_at"
    "), ranked AS (SELECT key, ms,"
    " ROW_NUMBER() OVER (PARTITION BY key ORDER BY ms) - 1 AS place,"
    " COUNT(*) OVER (PARTITION BY key) - 1 AS top FROM taken)"
    " SELECT key, place, ms FROM ranked"
    " WHERE place IN (top / 2, top / 2 + 1, top * 9 / 10, top * 9 / 10 + 1)"
)
_DOCUMENTS = (
    "SELECT w.key, COUNT(*) AS n, SUM(r.amount_fen) AS fen"
    " FROM {windows} AS w CROSS JOIN refund_doc AS r WHERE r.shop_id = w.shop AND r.at >= w.start"
    " AND r.at < w.stop GROUP BY w.key"
)
# An order refunded step by step counts once, with all of its refund, on the day of the last step.
# Some shops say "refunded" without saying how much: then it was all of it.
_PLATFORM_REFUNDS = (
    "SELECT w.key, COUNT(*) AS n, SUM(CASE WHEN v.after = 'REFUNDED' AND o.refund_fen = 0"
    " THEN o.gmv_fen ELSE o.refund_fen END) AS fen"
    " FROM {windows} AS w CROSS JOIN order_event AS v CROSS JOIN orders AS o"
    " WHERE o.id = v.order_id AND v.at >= w.start AND v.at < w.stop"
    " AND v.axis = 'refund' AND v.after IN ('PARTIAL', 'REFUNDED')"
    " AND o.shop_id = w.shop AND o.counted = 1"
    " AND NOT EXISTS (SELECT 1 FROM order_event AS later WHERE later.order_id = v.order_id"
    " AND later.axis = 'refund' AND later.after IN ('PARTIAL', 'REFUNDED') AND later.id > v.id)"
    " GROUP BY w.key"
)


def figures(tx: Tx, windows: Sequence[Window]) -> dict[int, Figures]:
    """Return key → figures; a key with nothing in it has zeros."""
    at_rank: dict[int, dict[int, int]] = {}
    for row in _ask(tx, _RANKS, windows):
        at_rank.setdefault(row["key"], {})[row["place"]] = row["ms"]
    refunds: dict[int, tuple[int, int]] = {}
    for row in (*_ask(tx, _DOCUMENTS, windows), *_ask(tx, _PLATFORM_REFUNDS, windows)):
        n, fen = refunds.get(row["key"], (0, 0))
        refunds[row["key"]] = (n + row["n"], fen + row["fen"])
    sold = {row["key"]: row for row in _ask(tx, _SOLD, windows)}
    return {
        key: _put_together(sold.get(key), refunds.get(key, (0, 0)), at_rank.get(key, {}))
        for key, *_ in windows
    }


def _put_together(sold: Row | None, refunds: tuple[int, int], at_rank: dict[int, int]) -> Figures:
    if sold is None:
        return Figures(refund_orders=refunds[0], refund_fen=refunds[1])
    return Figures(
        sold["orders"],
        sold["units"],
        sold["gmv_fen"],
        *refunds,
        pickup_time(sold["n"], sold["sum_ms"], at_rank, sold["negative"], sold["missing"]),
    )


def quarters(tx: Tx, windows: Sequence[Window]) -> list[tuple[int, int]]:
    """Return (quarter of an hour since 1970 UTC, orders): no zone is finer than that."""
    rows = _ask(
        tx,
        "SELECT o.paid_at / 900000 AS quarter, COUNT(*) AS n"
        " FROM {windows} AS w CROSS JOIN orders AS o WHERE o.shop_id = w.shop"
        " AND o.paid_at >= w.start AND o.paid_at < w.stop AND o.counted = 1"
        " GROUP BY o.paid_at / 900000",
        windows,
    )
    return [(row["quarter"], row["n"]) for row in rows]


def newest_paid(tx: Tx, shop_id: int) -> int | None:
    """Return when the newest counted order of a shop was paid."""
    found: int | None = tx.value(
        "SELECT paid_at FROM orders WHERE shop_id = :shop AND paid_at IS NOT NULL AND counted = 1"
        " ORDER BY paid_at DESC LIMIT 1",
        shop=shop_id,
    )
    return found


def _ask(tx: Tx, sql: str, windows: Sequence[Window]) -> list[Row]:
    source = tx.relation("rows", key="bigint", shop="bigint", start="bigint", stop="bigint")
    return tx.all(sql.format(windows=source), rows=packed(windows))
