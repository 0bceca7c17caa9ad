"""A whole list of SKUs as a few statements: written, bundled, and compared with the shelves."""

from collections.abc import Iterable, Sequence

from core.store.tx import Row, Tx, packed


def by_key(tx: Tx, keys: Iterable[str]) -> dict[str, Row]:
    """Return what is known of SKUs by their code's key, and whether each is a bundle."""
    rows = tx.all(
        "SELECT s.id, s.code, s.code_key, s.name, s.image, s.low_at, s.holds_stock,"
        " EXISTS (SELECT 1 FROM bundle_part AS b WHERE b.bundle_id = s.id) AS bundled"
        f" FROM {tx.relation('keys', code='text')} AS k JOIN sku AS s ON s.code_key = k.code",
        keys=packed([[key] for key in keys]),
    )
    return {row["code_key"]: row for row in rows}


def bundles(tx: Tx, ids: Iterable[int]) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return the parts (component, pieces) of those of `ids` that are bundles."""
    rows = tx.all(
        "SELECT b.bundle_id, b.part_id, b.pieces"
        f" FROM {tx.relation('ids', id='bigint')} AS i JOIN bundle_part AS b"
        " ON b.bundle_id = i.id ORDER BY b.bundle_id, b.part_id",
        ids=packed([[one] for one in ids]),
    )
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for row in rows:
        found[row["bundle_id"]] = (
            *found.get(row["bundle_id"], ()),
            (row["part_id"], row["pieces"]),
        )
    return found


def levels(tx: Tx, warehouse_id: int, ids: Iterable[int]) -> dict[int, Row]:
    """Return the levels of SKUs in a warehouse (none for what was never stocked)."""
    rows = tx.all(
        "SELECT t.sku_id, t.on_hand, t.reserved, t.quarantined"
        f" FROM {tx.relation('ids', id='bigint')} AS i JOIN stock AS t ON t.sku_id = i.id"
        " WHERE t.warehouse_id = :warehouse",
        ids=packed([[one] for one in ids]),
        warehouse=warehouse_id,
    )
    return {row["sku_id"]: row for row in rows}


def counted_before(tx: Tx, events: Sequence[str]) -> set[str]:
    """Return those of `events` that the ledger knows."""
    rows = tx.all(
        f"SELECT l.event FROM {tx.relation('events', event='text')} AS e JOIN ledger AS l"
        " ON l.event = e.event",
        events=packed([[event] for event in events]),
    )
    return {row["event"] for row in rows}
