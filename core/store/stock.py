"""Stock by the piece: who gets which, in payment order, and never more than there is.

For the given (SKU, warehouse) pairs `fill` hands the free pieces to the waiting allocations in
payment order: after a receipt, a release, a count. (`reserve` enters new ones.) With pieces as the
unit the running sum is exact: an allocation gets min(free, sum up to it) - min(free, sum before
it). After it no pair has both free pieces and somebody who waits.
"""

from collections.abc import Iterable, Sequence

from core.domain.checkpoints import checkpoint, protected
from core.store.tx import Row, Tx, packed

MOVED = "stock-moved"
"""The signal of a commit that changed how many pieces are free."""

Pair = tuple[int, int]
"""(sku id, warehouse id)"""


class GuardTrippedError(RuntimeError):
    """A guarded statement found less stock than planned: the transaction must not commit."""


def pair_of(row: Row) -> Pair:
    """Return the shelf of an allocation."""
    return (row["sku_id"], row["warehouse_id"])


def fill(tx: Tx, pairs: Iterable[Pair], actor: str) -> set[int]:
    """Hand free pieces of `pairs` to waiting allocations; return the orders that got some."""
    keys = packed(sorted(set(pairs)))
    if keys == "[]":
        return set()
    lock(tx, keys)
    grants = plan(tx, keys)
    if grants:
        grant(tx, grants, actor)
    return {grant["order_id"] for grant in grants}


def lock(tx: Tx, keys: str) -> None:
    """Hold the stock rows of `keys` until the commit (SQLite has one writer: nothing to do)."""
    if tx.dialect == "postgresql" and protected("stock-lock"):
        tx.all(
            "SELECT 1 FROM stock AS s"
            f" JOIN {tx.relation('keys', sku_id='bigint', warehouse_id='bigint')} AS k"
            " ON k.sku_id = s.sku_id AND k.warehouse_id = s.warehouse_id"
            " ORDER BY s.sku_id, s.warehouse_id FOR UPDATE OF s",
            keys=keys,
        )


def plan(tx: Tx, keys: str) -> list[Row]:
    """Say which waiting allocation gets how many pieces (`take`), in payment order."""
    return tx.all(
        "WITH free AS ("
        " SELECT s.sku_id, s.warehouse_id, s.on_hand - s.reserved - s.quarantined AS n"
        f" FROM {tx.relation('keys', sku_id='bigint', warehouse_id='bigint')} AS k"
        " JOIN stock AS s ON s.sku_id = k.sku_id AND s.warehouse_id = k.warehouse_id"
        " WHERE s.on_hand - s.reserved - s.quarantined > 0"
        "), waiting AS ("
        " SELECT a.id, a.order_id, a.sku_id, a.warehouse_id, a.short, a.version, free.n,"
        " SUM(a.short) OVER (PARTITION BY a.sku_id, a.warehouse_id"
        " ORDER BY a.paid_at, a.id) - a.short AS ahead"
        " FROM free JOIN allocation AS a"
        " ON a.sku_id = free.sku_id AND a.warehouse_id = free.warehouse_id AND a.short > 0"
        ") SELECT id, order_id, sku_id, warehouse_id, version,"
        " CAST(CASE WHEN short < n - ahead THEN short ELSE n - ahead END AS bigint) AS take"
        " FROM waiting WHERE ahead < n",
        keys=keys,
    )


def grant(tx: Tx, grants: Sequence[Row], actor: str) -> None:
    """Carry out a plan: guarded stock rows, allocations, ledger."""
    raise_reserved(tx, [(row, row["take"]) for row in grants])
    _shift(tx, [(row, row["take"]) for row in grants], "short", "reserved")
    write_ledger(tx, "RESERVE", [(row, 0, row["take"]) for row in grants], "", actor)


def raise_reserved(tx: Tx, moves: Sequence[tuple[Row, int]]) -> None:
    """Raise `reserved` of the stock rows, guarded: no row may promise more than it holds."""
    totals = _by_pair(moves)
    if not totals:
        return
    guard = " AND on_hand - reserved - quarantined >= g.n" if protected("stock-guard") else ""
    touched = tx.run(
        "UPDATE stock SET reserved = reserved + g.n"
        f" FROM {tx.relation('rows', sku_id='bigint', warehouse_id='bigint', n='bigint')} AS g"
        f" WHERE stock.sku_id = g.sku_id AND stock.warehouse_id = g.warehouse_id{guard}",
        rows=packed(totals),
    )
    if touched != len(totals):
        raise GuardTrippedError(f"{len(totals) - touched} stock rows hold less than planned")
    checkpoint("stock:rows-raised")


def _by_pair(moves: Sequence[tuple[Row, int]]) -> list[tuple[int, int, int]]:
    """Sum pieces by (SKU, warehouse), in that order."""
    totals: dict[Pair, int] = {}
    for row, n in moves:
        pair = pair_of(row)
        totals[pair] = totals.get(pair, 0) + n
    return [(*pair, n) for pair, n in sorted(totals.items())]


def release(tx: Tx, order_ids: Iterable[int], reason: str, actor: str) -> set[Pair]:
    """Give up all that orders hold or wait for, once; return the pairs that have pieces free."""
    held = _open_allocations(tx, order_ids)
    _lower(tx, held, on_hand=False)
    _shift(tx, [(row, row["reserved"]) for row in held], "reserved", "released", bump=False)
    _shift(tx, [(row, row["short"]) for row in held], "short", "released")
    returned = [row for row in held if row["reserved"]]
    write_ledger(tx, "RELEASE", [(row, 0, -row["reserved"]) for row in returned], reason, actor)
    return {(row["sku_id"], row["warehouse_id"]) for row in returned}


def consume(tx: Tx, order_ids: Iterable[int], reason: str, actor: str) -> None:
    """Take what orders hold off the shelves, once; what they still waited for is given up."""
    held = _open_allocations(tx, order_ids)
    _lower(tx, held, on_hand=True)
    _shift(tx, [(row, row["reserved"]) for row in held], "reserved", "consumed", bump=False)
    _shift(tx, [(row, row["short"]) for row in held], "short", "released")
    gone = [row for row in held if row["reserved"]]
    entries = [(row, -row["reserved"], -row["reserved"]) for row in gone]
    write_ledger(tx, "SHIP", entries, reason, actor)


def shrink(tx: Tx, allocation: Row, pieces: int, actor: str) -> Pair:
    """Make an allocation want `pieces` fewer: first those it lacks, then those it holds."""
    from_short = min(pieces, allocation["short"])
    from_held = min(pieces - from_short, allocation["reserved"])
    part = {**dict(allocation), "reserved": from_held}
    _lower(tx, [part], on_hand=False)
    tx.run(
        "UPDATE allocation SET wanted = wanted - :all, short = short - :lacking,"
        " reserved = reserved - :held, version = version + 1 WHERE id = :id",
        all=from_short + from_held,
        lacking=from_short,
        held=from_held,
        id=allocation["id"],
    )
    if from_held:
        write_ledger(tx, "RELEASE", [(part, 0, -from_held)], "line changed", actor)
    return (allocation["sku_id"], allocation["warehouse_id"])


def grow(tx: Tx, allocation: Row, pieces: int) -> Pair:
    """Make an allocation want `pieces` more; they wait for `fill`."""
    tx.run(
        "UPDATE allocation SET wanted = wanted + :n, short = short + :n, version = version + 1"
        " WHERE id = :id",
        n=pieces,
        id=allocation["id"],
    )
    return (allocation["sku_id"], allocation["warehouse_id"])


def take_back(tx: Tx, pair: Pair, pieces: int, reason: str, actor: str) -> list[Row]:
    """Put `pieces` of the latest reservations of a pair back into waiting; return what was taken.

    Each row is the allocation with `take`, the pieces it lost.
    """
    rows = tx.all(
        "WITH held AS ("
        " SELECT id, order_id, sku_id, warehouse_id, reserved, short, version,"
        " SUM(reserved) OVER (ORDER BY paid_at DESC, id DESC) - reserved AS ahead"
        " FROM allocation WHERE sku_id = :sku AND warehouse_id = :warehouse AND reserved > 0"
        ") SELECT id, order_id, sku_id, warehouse_id, version,"
        " CAST(CASE WHEN reserved < :n - ahead THEN reserved ELSE :n - ahead END AS bigint)"
        " AS take FROM held WHERE ahead < :n",
        sku=pair[0],
        warehouse=pair[1],
        n=pieces,
    )
    _lower(tx, [{**dict(row), "reserved": row["take"]} for row in rows], on_hand=False)
    _shift(tx, [(row, row["take"]) for row in rows], "reserved", "short")
    write_ledger(tx, "RELEASE", [(row, 0, -row["take"]) for row in rows], reason, actor)
    return rows


def of_orders(tx: Tx, order_ids: Iterable[int]) -> list[Row]:
    """Return the allocations of orders that still hold or wait for pieces."""
    return tx.all(
        f"SELECT a.* FROM {tx.relation('ids', id='bigint')} AS o"
        " JOIN allocation AS a ON a.order_id = o.id"
        " WHERE a.reserved > 0 OR a.short > 0 ORDER BY a.id",
        ids=packed([[one] for one in sorted(set(order_ids))]),
    )


# ---- the parts that all of these are made of -------------------------------------------------


def _open_allocations(tx: Tx, order_ids: Iterable[int]) -> list[Row]:
    wanted = sorted(set(order_ids))
    if not wanted:
        return []
    rows = tx.all(
        "SELECT a.id, a.order_id, a.sku_id, a.warehouse_id, a.reserved, a.short, a.version"
        f" FROM {tx.relation('ids', id='bigint')} AS o JOIN allocation AS a ON a.order_id = o.id"
        " WHERE a.reserved > 0 OR a.short > 0 ORDER BY a.id",
        ids=packed([[order_id] for order_id in wanted]),
    )
    lock(tx, packed(sorted({(row["sku_id"], row["warehouse_id"]) for row in rows})))
    return rows


def _lower(tx: Tx, rows: Sequence[Row], *, on_hand: bool) -> None:
    """Lower `reserved` (and `on_hand`) of the stock rows by what the allocations hold."""
    totals = _by_pair([(row, row["reserved"]) for row in rows if row["reserved"]])
    if not totals:
        return
    also = ", on_hand = on_hand - g.n" if on_hand else ""
    tx.run(
        f"UPDATE stock SET reserved = reserved - g.n{also}"
        f" FROM {tx.relation('rows', sku_id='bigint', warehouse_id='bigint', n='bigint')} AS g"
        " WHERE stock.sku_id = g.sku_id AND stock.warehouse_id = g.warehouse_id",
        rows=packed(totals),
    )


def _shift(
    tx: Tx, moves: Sequence[tuple[Row, int]], source: str, to: str, *, bump: bool = True
) -> None:
    """Move pieces of allocations from one of their four columns to another."""
    version = ", version = version + 1" if bump else ""
    tx.run(
        f"UPDATE allocation SET {source} = {source} - g.n, {to} = {to} + g.n{version}"
        f" FROM {tx.relation('rows', id='bigint', n='bigint')} AS g WHERE allocation.id = g.id",
        rows=packed([(row["id"], n) for row, n in moves]),
    )


def write_ledger(
    tx: Tx, kind: str, entries: Sequence[tuple[Row, int, int]], reason: str, actor: str
) -> None:
    """Write one ledger row per (allocation, change of on_hand, change of reserved)."""
    if entries:
        tx.signals.add(MOVED)
    source = tx.relation(
        "rows",
        event="text",
        sku_id="bigint",
        warehouse_id="bigint",
        on_hand="bigint",
        reserved="bigint",
        allocation_id="bigint",
    )
    tx.run(
        "INSERT INTO ledger (event, kind, sku_id, warehouse_id, on_hand, reserved,"
        " allocation_id, reason, actor, at) SELECT event, CAST(:kind AS text), sku_id,"
        " warehouse_id, on_hand, reserved, allocation_id, CAST(:reason AS text),"
        f" CAST(:actor AS text), CAST(:now AS bigint) FROM {source} AS entries",
        rows=packed(
            [
                (
                    f"{kind}:{row['id']}:{row['version'] + 1}",
                    row["sku_id"],
                    row["warehouse_id"],
                    on_hand,
                    reserved,
                    row["id"],
                )
                for row, on_hand, reserved in entries
            ]
        ),
        kind=kind,
        reason=reason,
        actor=actor,
        now=tx.now,
    )
    checkpoint(f"stock:ledger-{kind.lower()}")
