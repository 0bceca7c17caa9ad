"""What is to be seen of orders: one on its card, many in a list, those that wait for a label."""

from collections.abc import Sequence

from core.store.tx import Row, Tx, packed

_BLOCKED = (
    "EXISTS (SELECT 1 FROM exception AS e WHERE e.order_id = o.id AND e.open = 1"
    " AND e.block <> '') AS blocked"
)


def order(tx: Tx, order_id: int) -> Row | None:
    """Return an order with its shop's name, zone and currency."""
    return tx.one(
        "SELECT o.*, s.name AS shop, s.zone, s.currency FROM orders AS o"
        " JOIN shop AS s ON s.id = o.shop_id WHERE o.id = :id",
        id=order_id,
    )


def briefs(tx: Tx, order_ids: Sequence[int]) -> dict[int, Row]:
    """Return, by id, what a list shows of orders: number, shop, axes, amount, first goods."""
    rows = tx.all(
        "SELECT o.id, o.platform_no, o.version, o.mode, o.placed_at, o.paid_at, o.gmv_fen,"
        " o.units,"
        " o.platform_status, o.refund, o.stock, o.fulfilment, o.callback, o.lineage,"
        f" s.name AS shop, s.zone, s.currency, {_BLOCKED},"
        " (SELECT l.title FROM order_line AS l WHERE l.order_id = o.id ORDER BY l.no LIMIT 1)"
        f" AS title FROM {tx.relation('ids', id='bigint')} AS i"
        " JOIN orders AS o ON o.id = i.id JOIN shop AS s ON s.id = o.shop_id",
        ids=packed([[one] for one in order_ids]),
    )
    return {row["id"]: row for row in rows}


def card_lines(tx: Tx, order_id: int) -> list[Row]:
    """Return an order's lines with what is held, short and taken of each, in pieces."""
    return tx.all(
        "SELECT l.no, l.outer_code, l.title, l.pieces, l.amount_fen, l.closed, l.sku_id, s.code,"
        " s.name AS sku_name, s.holds_stock, COALESCE(SUM(a.reserved), 0) AS held,"
        " COALESCE(SUM(a.short), 0) AS short, COALESCE(SUM(a.consumed), 0) AS consumed"
        " FROM order_line AS l LEFT JOIN sku AS s ON s.id = l.sku_id"
        " LEFT JOIN allocation AS a ON a.line_id = l.id AND a.order_id = l.order_id"
        " WHERE l.order_id = :id"
        " GROUP BY l.id, l.no, l.outer_code, l.title, l.pieces, l.amount_fen, l.closed,"
        " l.sku_id, s.code, s.name, s.holds_stock ORDER BY l.no",
        id=order_id,
    )


def parcels(tx: Tx, order_id: int) -> list[Row]:
    """Return an order's parcels."""
    return tx.all(
        "SELECT courier, waybill FROM parcel WHERE order_id = :id ORDER BY id", id=order_id
    )


def buyer(tx: Tx, order_id: int) -> Row | None:
    """Return what is known of an order's receiver: buyer data."""
    return tx.one(
        "SELECT o.platform_no, o.buyer_nick, o.buyer_note, o.seller_note, s.name AS shop,"
        " r.name, r.phone, r.address FROM orders AS o JOIN shop AS s ON s.id = o.shop_id"
        " LEFT JOIN receiver AS r ON r.order_id = o.id WHERE o.id = :id",
        id=order_id,
    )


# ---- parcels that wait for a label --------------------------------------------------------------

_WAITING = (
    " FROM orders AS o WHERE o.mode = 'live' AND o.stock = 'HELD' AND o.fulfilment < 'P'"
    " AND o.platform_status = 'PAID' AND o.refund NOT IN ('REQUESTED', 'REFUNDED')"
    " AND EXISTS (SELECT 1 FROM order_line AS l WHERE l.order_id = o.id AND l.closed = 0)"
    " AND {negation}EXISTS (SELECT 1 FROM exception AS e WHERE e.order_id = o.id AND e.open = 1"
    " AND e.block <> '')"
)


def to_print(tx: Tx, limit: int, offset: int = 0) -> list[int]:
    """Return the orders whose parcel waits for its label, the longest paid first."""
    rows = tx.all(
        f"SELECT o.id{_WAITING.format(negation='NOT ')}"
        " ORDER BY o.paid_at, o.id LIMIT :limit OFFSET :offset",
        limit=limit,
        offset=offset,
    )
    return [row["id"] for row in rows]


def count_to_print(tx: Tx) -> tuple[int, int]:
    """Return how many parcels wait for their label, and how many more an exception stops."""
    free = tx.value(f"SELECT COUNT(*) AS n{_WAITING.format(negation='NOT ')}")
    stopped = tx.value(f"SELECT COUNT(*) AS n{_WAITING.format(negation='')}")
    return int(free), int(stopped)
