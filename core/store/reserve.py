"""How do new wants enter the queue for pieces: all at once, each with what it gets?

With PostgreSQL one statement locks the stock rows, enters the wants, raises the stock and writes
the ledger; SQLite, which has one writer and no such statements, does the last two apart. That
statement may have looked before it waited for the locks, so it gives a newcomer nothing wherever
it is in doubt (somebody waits, a replay is counted in); the rows that are short afterwards go
through `stock.fill`, which looks again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.domain.checkpoints import checkpoint, protected
from core.store.stock import (
    MOVED,
    GuardTrippedError,
    Pair,
    fill,
    pair_of,
    raise_reserved,
    write_ledger,
)
from core.store.tx import Row, Tx, packed

Place = tuple[int, int, int]
"""(line id, sku id, warehouse id): where a want has its one allocation."""


@dataclass(frozen=True, slots=True)
class Want:
    """One (line, component, warehouse) that asks for pieces."""

    order_id: int
    line_id: int
    sku_id: int
    warehouse_id: int
    pieces: int
    paid_at: int

    @property
    def place(self) -> Place:
        """Return the key of its allocation."""
        return (self.line_id, self.sku_id, self.warehouse_id)


def reserve_many(tx: Tx, wants: Sequence[Want], actor: str) -> set[int]:
    """Enter `wants` and serve them; return the ids of the orders whose allocation changed.

    A want that is entered already (a replay) is not entered again and changes nothing.
    """
    entered = _enter(tx, wants, actor)
    served = fill(tx, _short_pairs(entered), actor)
    return served | {row["order_id"] for row in entered if row["reserved"]}


def reserve_each(tx: Tx, wants: list[Want]) -> list[int]:
    """Serve single reservations that wait together (`Store.write_each`): pieces got by each."""
    entered = _enter(tx, wants, "reserve")
    got = {_place(row): row["reserved"] for row in entered if not row["short"]}
    if len(got) < len(wants):  # some are short, or replays
        fill(tx, _short_pairs(entered), "reserve")
        got |= _held(tx, wants)
    return [got[want.place] for want in wants]


def _short_pairs(rows: Iterable[Row]) -> set[Pair]:
    return {pair_of(row) for row in rows if row["short"]}


def _place(row: Row) -> Place:
    return (row["line_id"], row["sku_id"], row["warehouse_id"])


def _held(tx: Tx, wants: Sequence[Want]) -> dict[Place, int]:
    source = tx.relation("rows", line_id="bigint", sku_id="bigint", warehouse_id="bigint")
    rows = tx.all(
        f"SELECT a.line_id, a.sku_id, a.warehouse_id, a.reserved FROM {source} AS w"
        " JOIN allocation AS a ON a.line_id = w.line_id AND a.sku_id = w.sku_id"
        " AND a.warehouse_id = w.warehouse_id",
        rows=packed([want.place for want in wants]),
    )
    return {_place(row): row["reserved"] for row in rows}


def _enter(tx: Tx, wants: Sequence[Want], actor: str) -> list[Row]:
    """Enter the wants that are new; return what was entered, with `reserved` and `short`."""
    asked: dict[Place, Want] = {}
    for want in wants:
        if want.pieces > 0:
            asked.setdefault(want.place, want)
    if not asked:
        return []
    rows = packed(
        [
            (at, w.order_id, w.line_id, w.sku_id, w.warehouse_id, w.pieces, w.paid_at)
            for at, w in enumerate(asked.values())
        ]
    )
    enter = _at_once if tx.dialect == "postgresql" else _in_turn
    entered = enter(tx, rows, actor)
    checkpoint("stock:wants-entered")
    return entered


def _entering(tx: Tx) -> str:
    """Return SQL: the new ones of the wants in `:rows`, what each gets (`served`), their entry."""
    source = tx.relation(
        "rows",
        at="bigint",
        order_id="bigint",
        line_id="bigint",
        sku_id="bigint",
        warehouse_id="bigint",
        pieces="bigint",
        paid_at="bigint",
    )
    lock = " FOR UPDATE" if tx.dialect == "postgresql" and protected("stock-lock") else ""
    return (
        # OFFSET: PostgreSQL then asks the index for each want and does not read the whole table
        f"WITH want AS (SELECT * FROM {source} AS w WHERE NOT EXISTS"
        " (SELECT 1 FROM allocation AS a WHERE a.line_id = w.line_id"
        " AND a.sku_id = w.sku_id AND a.warehouse_id = w.warehouse_id LIMIT 1 OFFSET 0)"
        "), shelf AS (SELECT sku_id, warehouse_id, on_hand - reserved - quarantined AS free"
        " FROM stock WHERE (sku_id, warehouse_id) IN (SELECT sku_id, warehouse_id FROM want)"
        f" ORDER BY sku_id, warehouse_id{lock}"
        "), queued AS (SELECT want.*, SUM(pieces) OVER"
        " (PARTITION BY want.sku_id, want.warehouse_id ORDER BY paid_at, at) - pieces AS ahead,"
        " CASE WHEN EXISTS (SELECT 1 FROM allocation AS a WHERE a.sku_id = want.sku_id"
        " AND a.warehouse_id = want.warehouse_id AND a.short > 0) THEN 0"
        " ELSE COALESCE(shelf.free, 0) END AS n FROM want LEFT JOIN shelf"
        " ON shelf.sku_id = want.sku_id AND shelf.warehouse_id = want.warehouse_id"
        "), served AS (SELECT queued.*, CAST(CASE WHEN ahead + pieces <= n THEN pieces"
        " WHEN ahead < n THEN n - ahead ELSE 0 END AS bigint) AS take FROM queued)"
    )


_ENTER = (
    "INSERT INTO allocation (order_id, line_id, sku_id, warehouse_id, wanted, reserved, short,"
    " paid_at, version) SELECT order_id, line_id, sku_id, warehouse_id, pieces, take,"
    " pieces - take, paid_at, CASE WHEN take > 0 THEN 1 ELSE 0 END"
    " FROM served WHERE true ORDER BY at"
    " ON CONFLICT (line_id, sku_id, warehouse_id) DO NOTHING"
    " RETURNING id, order_id, line_id, sku_id, warehouse_id, reserved, short"
)


def _in_turn(tx: Tx, rows: str, actor: str) -> list[Row]:
    entered = tx.all(f"{_entering(tx)} {_ENTER}", rows=rows)
    got = [row for row in entered if row["reserved"]]
    raise_reserved(tx, [(row, row["reserved"]) for row in got])
    entries = [({**dict(row), "version": 0}, 0, row["reserved"]) for row in got]
    write_ledger(tx, "RESERVE", entries, "", actor)
    return entered


def _at_once(tx: Tx, rows: str, actor: str) -> list[Row]:
    guard = " AND on_hand - stock.reserved - quarantined >= g.n"
    entered = tx.all(
        f"{_entering(tx)}, entered AS ({_ENTER}), got AS ("
        "SELECT * FROM entered WHERE reserved > 0"
        "), raised AS (UPDATE stock SET reserved = stock.reserved + g.n FROM"
        " (SELECT sku_id, warehouse_id, CAST(SUM(reserved) AS bigint) AS n FROM got"
        " GROUP BY sku_id, warehouse_id) AS g"
        " WHERE stock.sku_id = g.sku_id AND stock.warehouse_id = g.warehouse_id"
        f"{guard if protected('stock-guard') else ''} RETURNING 1"
        "), written AS (INSERT INTO ledger (event, kind, sku_id, warehouse_id, reserved,"
        " allocation_id, actor, at) SELECT 'RESERVE:' || id || ':1', 'RESERVE', sku_id,"
        " warehouse_id, reserved, id, CAST(:actor AS text), CAST(:now AS bigint) FROM got"
        ") SELECT entered.*, (SELECT COUNT(*) FROM raised) AS raised FROM entered",
        rows=rows,
        actor=actor,
        now=tx.now,
    )
    planned = len({pair_of(row) for row in entered if row["reserved"]})
    if planned:
        tx.signals.add(MOVED)
    if entered and entered[0]["raised"] != planned:
        raise GuardTrippedError("a stock row holds less than planned")
    return entered
