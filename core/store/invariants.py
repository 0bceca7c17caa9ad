"""The promises as code: each invariant is a query that finds what breaks it.

Ids and wording follow reliability.md §2.1. A query returns up to a few offending rows; none means
that the promise holds on this database, now.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.domain.order import MOVES, START, may_move
from core.store import polling, trail
from core.store.tables import metadata
from core.store.tx import Row, Tx

SHOWN = 5
"""At most this many offenders are named per invariant."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one invariant: `breaches` names what breaks it (empty: it holds)."""

    id: str
    promise: str
    breaches: tuple[str, ...]


Check = Callable[[Tx], list[str]]
_CHECKS: list[tuple[str, str, Check]] = []


def _invariant(id_: str, promise: str) -> Callable[[Check], Check]:
    def enter(check: Check) -> Check:
        _CHECKS.append((id_, promise, check))
        return check

    return enter


def findings(tx: Tx) -> Iterator[Finding]:
    """Check every invariant that applies, in order."""
    for id_, promise, check in _CHECKS:
        yield Finding(id_, promise, tuple(check(tx)[:SHOWN]))


def breaches(tx: Tx) -> list[str]:
    """Return one line per breach, "" if all is well."""
    return [f"{one.id} {what}" for one in findings(tx) for what in one.breaches]


def _found(tx: Tx, say: Callable[[Row], str], sql: str) -> list[str]:
    return [say(row) for row in tx.all(f"{sql} LIMIT {SHOWN}")]


@_invariant("I1", "on hand = sum of the ledger, every movement with kind and actor")
def _on_hand(tx: Tx) -> list[str]:
    levels = _found(
        tx,
        lambda r: f"sku {r['sku_id']}: on hand {r['on_hand']}, ledger says {r['moved']}",
        "SELECT s.sku_id, s.on_hand, COALESCE(l.moved, 0) AS moved FROM stock AS s LEFT JOIN"
        " (SELECT sku_id, warehouse_id, SUM(on_hand) AS moved, SUM(quarantined) AS aside"
        " FROM ledger GROUP BY sku_id, warehouse_id) AS l"
        " ON l.sku_id = s.sku_id AND l.warehouse_id = s.warehouse_id"
        " WHERE s.on_hand <> COALESCE(l.moved, 0) OR s.quarantined <> COALESCE(l.aside, 0)",
    )
    nameless = _found(
        tx,
        lambda r: f"ledger row {r['id']} has no kind or actor",
        "SELECT id FROM ledger WHERE kind = '' OR actor = ''",
    )
    return levels + nameless


@_invariant("I2", "reserved = sum of open allocations = sum of the ledger")
def _reserved(tx: Tx) -> list[str]:
    return _found(
        tx,
        lambda r: (
            f"sku {r['sku_id']}: reserved {r['reserved']}, allocations hold {r['held']},"
            f" ledger says {r['moved']}"
        ),
        "SELECT s.sku_id, s.reserved, COALESCE(a.held, 0) AS held, COALESCE(l.moved, 0) AS moved"
        " FROM stock AS s LEFT JOIN (SELECT sku_id, warehouse_id, SUM(reserved) AS held"
        " FROM allocation GROUP BY sku_id, warehouse_id) AS a"
        " ON a.sku_id = s.sku_id AND a.warehouse_id = s.warehouse_id"
        " LEFT JOIN (SELECT sku_id, warehouse_id, SUM(reserved) AS moved FROM ledger"
        " GROUP BY sku_id, warehouse_id) AS l"
        " ON l.sku_id = s.sku_id AND l.warehouse_id = s.warehouse_id"
        " WHERE s.reserved <> COALESCE(a.held, 0) OR s.reserved <> COALESCE(l.moved, 0)",
    )


@_invariant(
    "I3", "never allocated more than there is; every short order is listed and alerted once"
)
def _never_more(tx: Tx) -> list[str]:
    over = _found(
        tx,
        lambda r: f"sku {r['sku_id']}: {r['reserved']} reserved of {r['on_hand']} on hand",
        "SELECT sku_id, on_hand, reserved FROM stock WHERE reserved < 0 OR quarantined < 0"
        " OR reserved + quarantined > on_hand",
    )
    unlisted = _found(
        tx,
        lambda r: f"order {r['order_id']} is short but not listed or not alerted",
        "SELECT a.order_id FROM allocation AS a WHERE a.short > 0 AND (NOT EXISTS"
        " (SELECT 1 FROM exception AS e WHERE e.code = 'STOCK_SHORT'"
        " AND e.subject = 'order:' || a.order_id) OR NOT EXISTS"
        " (SELECT 1 FROM alert AS t WHERE t.key = 'short:' || a.order_id)) GROUP BY a.order_id",
    )
    idle = _found(
        tx,
        lambda r: f"sku {r['sku_id']}: pieces are free while orders wait",
        "SELECT s.sku_id FROM stock AS s WHERE s.on_hand - s.reserved - s.quarantined > 0"
        " AND EXISTS (SELECT 1 FROM allocation AS a WHERE a.sku_id = s.sku_id"
        " AND a.warehouse_id = s.warehouse_id AND a.short > 0)",
    )
    return over + unlisted + idle


@_invariant("I4", "one order per (shop, platform number), every one with its source kept")
def _one_order(tx: Tx) -> list[str]:
    twice = _found(
        tx,
        lambda r: f"shop {r['shop_id']} order {r['platform_no']} is there {r['n']} times",
        "SELECT shop_id, platform_no, COUNT(*) AS n FROM orders GROUP BY shop_id, platform_no"
        " HAVING COUNT(*) > 1",
    )
    rawless = _found(
        tx,
        lambda r: f"order {r['id']} has no raw text",
        "SELECT o.id FROM orders AS o LEFT JOIN order_raw AS w ON w.order_id = o.id"
        " WHERE w.order_id IS NULL",
    )
    return twice + rawless


@_invariant("I5", "history is a legal walk that ends at the present state")
def _history(tx: Tx) -> list[str]:
    moves = tx.all("SELECT DISTINCT axis, before, after FROM order_event")
    wrong = [
        f"{r['axis']} went {r['before']} → {r['after']}"
        for r in moves
        if r["before"] not in MOVES[r["axis"]] or not may_move(r["axis"], r["before"], r["after"])
    ]
    for axis, start in START.items():
        wrong += _found(
            tx,
            lambda r, axis=axis: (
                f"order {r['id']}: {axis} is {r['now']}, history says {r['said']}"
            ),  # type: ignore[misc]  # mypy cannot see a default argument
            f"SELECT o.id, o.{axis} AS now, COALESCE(e.after, '{start}') AS said FROM orders AS o"
            f" LEFT JOIN (SELECT order_id, MAX(id) AS last FROM order_event WHERE axis = '{axis}'"
            " GROUP BY order_id) AS m ON m.order_id = o.id"
            " LEFT JOIN order_event AS e ON e.id = m.last"
            f" WHERE o.{axis} <> COALESCE(e.after, '{start}')",
        )
    broken = _found(
        tx,
        lambda r: f"order {r['order_id']}: {r['axis']} starts from {r['before']}, not {r['was']}",
        "SELECT * FROM (SELECT order_id, axis, before, LAG(after) OVER"
        " (PARTITION BY order_id, axis ORDER BY id) AS was FROM order_event) AS walk"
        " WHERE was IS NOT NULL AND was <> before",
    )
    return wrong + broken


@_invariant("I6", "reserved + short + released + consumed = quantity of each paid line, component")
def _adds_up(tx: Tx) -> list[str]:
    sums = _found(
        tx,
        lambda r: f"allocation {r['id']} does not add up",
        "SELECT id FROM allocation WHERE wanted <> reserved + short + released + consumed",
    )
    lines = _found(
        tx,
        lambda r: (
            f"line {r['id']}: {r['wanted']} wanted of sku {r['part']}, the line has {r['n']}"
        ),
        "SELECT l.id, p.part, l.pieces * p.pieces AS n, COALESCE(a.wanted, 0) AS wanted FROM"
        " order_line AS l JOIN orders AS o ON o.id = l.order_id JOIN sku AS s ON s.id = l.sku_id"
        " JOIN (SELECT bundle_id AS sku, part_id AS part, pieces FROM bundle_part UNION ALL"
        " SELECT id, id, 1 FROM sku WHERE id NOT IN (SELECT bundle_id FROM bundle_part)) AS p"
        " ON p.sku = l.sku_id LEFT JOIN (SELECT line_id, sku_id, SUM(wanted) AS wanted"
        " FROM allocation GROUP BY line_id, sku_id) AS a"
        " ON a.line_id = l.id AND a.sku_id = p.part"
        " WHERE o.stock IN ('HELD', 'SHORT') AND l.closed = 0 AND s.holds_stock = 1"
        " AND l.pieces * p.pieces <> COALESCE(a.wanted, 0)",
    )
    axis = _found(
        tx,
        lambda r: f"order {r['id']} says {r['stock']} but lacks {r['short']}",
        "SELECT o.id, o.stock, SUM(a.short) AS short FROM orders AS o JOIN allocation AS a"
        " ON a.order_id = o.id WHERE o.stock <> 'SHORT' GROUP BY o.id, o.stock"
        " HAVING SUM(a.short) > 0",
    )
    return sums + lines + axis


@_invariant("I8", "effect keys are unique, none is stuck in sending")
def _outbox(tx: Tx) -> list[str]:
    return _found(
        tx,
        lambda r: f"effect {r['key']} is sending with no lease",
        "SELECT key FROM outbox WHERE state = 'SENDING' AND lease_until IS NULL",
    )


@_invariant("I9", "each command has one answer")
def _commands(tx: Tx) -> list[str]:
    return _found(
        tx,
        lambda r: f"command {r['key']} has no answer",
        "SELECT key FROM command WHERE answer IS NULL",
    )


@_invariant("I10", "the trail is only added to, and its seals fit")
def _trail(tx: Tx) -> list[str]:
    digest, upto, wrong = "", 0, []
    for seal in tx.all("SELECT * FROM seal ORDER BY id"):
        rows = tx.all(
            "SELECT * FROM audit WHERE id > :low AND id <= :high ORDER BY id",
            low=upto,
            high=seal["upto_id"],
        )
        digest = trail.chain(digest, rows)
        if digest != seal["digest"] or len(rows) != seal["row_count"]:
            wrong.append(f"seal {seal['id']} does not fit the audit rows up to {seal['upto_id']}")
            digest = seal["digest"]
        upto = seal["upto_id"]
    unsealed = tx.value(
        "SELECT COUNT(*) AS n FROM audit WHERE id > :upto AND at < :old",
        upto=upto,
        old=tx.now - UNSEALED_MS,
    )
    if upto and unsealed:
        wrong.append(f"{unsealed} audit rows are older than two minutes and not sealed")
    return wrong


_invariant("I17", "poll windows tile time with overlap; no cursor passes a page not stored")(
    polling.faults
)


UNSEALED_MS = 24 * 3600 * 1000
"""A trail that was sealed once must not lie open longer than this (the service may be down)."""


@_invariant("I12", "money and pieces are whole numbers: no column holds a fraction")
def _whole(tx: Tx) -> list[str]:
    del tx  # a property of the schema
    return [
        f"{table.name}.{column.name} is {column.type}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.type.__visit_name__ in {"float", "numeric", "double", "real"}
    ]


@_invariant("I13", "stored times are UTC milliseconds between 2000 and 2100")
def _times(tx: Tx) -> list[str]:
    wrong = []
    for table in metadata.sorted_tables:
        columns = [
            c.name
            for c in table.columns
            if (c.name == "at" or c.name.endswith("_at")) and c.name != "low_at"  # pieces
        ]
        for column in columns:
            count = tx.value(
                f"SELECT COUNT(*) AS n FROM {table.name}"
                f" WHERE {column} NOT BETWEEN {_YEAR_2000} AND {_YEAR_2100}"
            )
            if count:
                wrong.append(f"{table.name}.{column}: {count} times are out of range")
    return wrong


_YEAR_2000 = 946_684_800_000
_YEAR_2100 = 4_102_444_800_000
