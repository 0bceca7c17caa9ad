"""Which shipments must a platform still be told of?"""

from core.store.tx import Row, Tx


def waiting(tx: Tx, shop_id: int, limit: int) -> list[Row]:
    """Return live orders whose shipment waits to be told or is in doubt, with their parcel."""
    return tx.all(
        "SELECT o.id, o.platform_no, o.callback, p.courier, p.waybill FROM orders AS o"
        " JOIN parcel AS p ON p.id = (SELECT MIN(f.id) FROM parcel AS f WHERE f.order_id = o.id)"
        " WHERE o.shop_id = :shop AND o.callback IN ('QUEUED', 'IN_DOUBT') AND o.mode = 'live'"
        " ORDER BY o.id LIMIT :limit",
        shop=shop_id,
        limit=limit,
    )


def standing(tx: Tx, order_id: int) -> str:
    """Return where an order stands on the axis of its confirmation."""
    found: str = tx.value("SELECT callback FROM orders WHERE id = :id", id=order_id)
    return found
