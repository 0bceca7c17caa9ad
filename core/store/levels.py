"""How much is there of a SKU, and which SKUs run low?

Bundles have no shelf of their own and are left out.
"""

from collections.abc import Sequence

from core.store.tx import Row, Tx, packed

_LEVEL = (
    "SELECT s.id, s.code, s.name, s.holds_stock, COALESCE(s.low_at, :low) AS low_at,"
    " COALESCE(SUM(t.on_hand), 0) AS on_hand, COALESCE(SUM(t.reserved), 0) AS reserved,"
    " COALESCE(SUM(t.quarantined), 0) AS quarantined,"
    " (SELECT COALESCE(SUM(a.short), 0) FROM allocation AS a WHERE a.sku_id = s.id"
    " AND a.short > 0) AS short"
)
_GROUP = " GROUP BY s.id, s.code, s.name, s.holds_stock, s.low_at"


def of_skus(tx: Tx, sku_ids: Sequence[int], low: int) -> dict[int, Row]:
    """Return, by SKU, its pieces in all warehouses, its threshold, and what orders lack of it."""
    rows = tx.all(
        f"{_LEVEL} FROM {tx.relation('ids', id='bigint')} AS i JOIN sku AS s ON s.id = i.id"
        f" LEFT JOIN stock AS t ON t.sku_id = s.id{_GROUP}",
        ids=packed([[one] for one in sku_ids]),
        low=low,
    )
    return {row["id"]: row for row in rows}


def running_low(tx: Tx, low: int, limit: int, offset: int) -> list[Row]:
    """Return stocked SKUs with fewer free pieces than their threshold, the worst first."""
    return tx.all(
        f"{_LEVEL} FROM stock AS t JOIN sku AS s ON s.id = t.sku_id WHERE s.holds_stock = 1"
        f"{_GROUP} HAVING {_FREE} < COALESCE(s.low_at, :low)"
        f" ORDER BY {_FREE}, s.code LIMIT :limit OFFSET :offset",
        low=low,
        limit=limit,
        offset=offset,
    )


def count_low(tx: Tx, low: int) -> int:
    """Return how many stocked SKUs have fewer free pieces than their threshold."""
    found: int = tx.value(
        "SELECT COUNT(*) AS n FROM (SELECT s.id FROM stock AS t JOIN sku AS s ON s.id = t.sku_id"
        f" WHERE s.holds_stock = 1{_GROUP} HAVING {_FREE} < COALESCE(s.low_at, :low)) AS few",
        low=low,
    )
    return found


def places(tx: Tx, sku_id: int) -> list[Row]:
    """Return a SKU's pieces by warehouse."""
    return tx.all(
        "SELECT w.name, t.on_hand, t.reserved, t.quarantined FROM stock AS t"
        " JOIN warehouse AS w ON w.id = t.warehouse_id WHERE t.sku_id = :sku ORDER BY w.id",
        sku=sku_id,
    )


_FREE = "SUM(t.on_hand - t.reserved - t.quarantined)"
