"""Orders as rows: found by their shop's number, written in batches, moved along their axes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.intake import OrderIn
from core.domain.order import START
from core.store import beside
from core.store.catalogue import key
from core.store.tx import Row, Tx, packed

AXES = tuple(START)


@dataclass(frozen=True, slots=True)
class Step:
    """One move of one axis of an order, and when it happened."""

    order_id: int
    axis: str
    before: str
    after: str
    at: int


def known(tx: Tx, shop_id: int, numbers: Iterable[str]) -> dict[str, Row]:
    """Return what is stored of those orders of a shop that are known, by their number.

    CROSS JOIN keeps SQLite from reading every order of the shop once per number.
    """
    rows = tx.all(
        "SELECT o.id, o.platform_no, o.digest, o.modified_at, o.mode, o.version,"
        " o.platform_status, o.refund, o.stock, o.fulfilment, o.callback, o.lineage"
        f" FROM {tx.relation('numbers', no='text')} AS n"
        " CROSS JOIN orders AS o WHERE o.shop_id = :shop AND o.platform_no = n.no",
        numbers=packed([[number] for number in numbers]),
        shop=shop_id,
    )
    return {row["platform_no"]: row for row in rows}


def digests(tx: Tx, shop_id: int, numbers: Iterable[str]) -> dict[str, bytes]:
    """Return the digest of those orders of a shop that are known, by their number."""
    rows = tx.all(
        f"SELECT o.platform_no, o.digest FROM {tx.relation('numbers', no='text')} AS n"
        " CROSS JOIN orders AS o WHERE o.shop_id = :shop AND o.platform_no = n.no",
        numbers=packed([[number] for number in numbers]),
        shop=shop_id,
    )
    return {row["platform_no"]: bytes(row["digest"]) for row in rows}


def versions(tx: Tx, shop_id: int, numbers: Iterable[str]) -> dict[str, Row]:
    """Return digest, version and the time of writing of those orders that are known."""
    rows = tx.all(
        "SELECT o.platform_no, o.digest, o.modified_at, o.updated_at"
        f" FROM {tx.relation('numbers', no='text')} AS n"
        " CROSS JOIN orders AS o WHERE o.shop_id = :shop AND o.platform_no = n.no",
        numbers=packed([[number] for number in numbers]),
        shop=shop_id,
    )
    return {row["platform_no"]: row for row in rows}


def unread(tx: Tx, shop_id: int) -> int:
    """Let paid orders that are only kept as history count as changed when they are seen again."""
    return tx.run(
        "UPDATE orders SET digest = :nothing, modified_at = NULL WHERE shop_id = :shop"
        " AND mode = 'history' AND platform_status = 'PAID' AND stock = 'NONE'",
        nothing=b"",
        shop=shop_id,
    )


def enliven(tx: Tx, order_ids: Sequence[int]) -> None:
    """Make orders live that were only kept as history."""
    tx.run(
        "UPDATE orders SET mode = 'live' WHERE mode <> 'live' AND id IN"
        f" (SELECT id FROM {tx.relation('ids', id='bigint')} AS i)",
        ids=packed([[one] for one in order_ids]),
    )


_FACTS = (
    "digest", "placed_at", "paid_at", "modified_at", "shipped_at", "picked_up_at",
    "delivered_at", "gmv_fen", "refund_fen", "postage_fen", "units", "counted", "buyer_nick",
    "buyer_note", "seller_note",
)  # fmt: skip

_WRITTEN = ("shop_id", "platform_no", "tail", "mode", *AXES, *_FACTS, "seen_at", "updated_at")
_INSERT = f"INSERT INTO orders ({', '.join(_WRITTEN)}) VALUES ({', '.join('?' for _ in _WRITTEN)})"
_UPDATE = (
    f"UPDATE orders SET {', '.join(f'{fact} = ?' for fact in _FACTS)},"
    " version = version + 1, updated_at = ? WHERE id = ?"
)
_START = tuple(START.values())


def _facts(order: OrderIn) -> tuple[Any, ...]:
    """Return the values of `_FACTS`."""
    return (
        order.digest,
        order.placed_at,
        order.paid_at,
        order.modified_at,
        order.shipped_at,
        order.picked_up_at,
        order.delivered_at,
        order.gmv_fen,
        order.refund_fen,
        order.postage_fen,
        sum(line.pieces for line in order.lines),
        int(order.counted),
        order.buyer_nick,
        order.buyer_note,
        order.seller_note,
    )


def insert(tx: Tx, shop_id: int, mode: str, orders: Sequence[OrderIn]) -> dict[str, int]:
    """Write new orders at the start of every axis; return number → id."""
    now = tx.now
    tx.many(
        _INSERT,
        [
            (
                shop_id,
                order.platform_no,
                order.platform_no[::-1],
                mode,
                *_START,
                *_facts(order),
                now,
                now,
            )
            for order in orders
        ],
    )
    rows = known(tx, shop_id, [order.platform_no for order in orders])
    ids = {number: row["id"] for number, row in rows.items()}
    beside.write(tx, [(ids[order.platform_no], order) for order in orders])
    return ids


def update(tx: Tx, orders: Sequence[tuple[int, OrderIn]]) -> None:
    """Replace the platform's facts of known orders; our own axes are not touched."""
    tx.many(_UPDATE, [(*_facts(order), tx.now, id_) for id_, order in orders])
    beside.write(tx, orders)


def write_lines(tx: Tx, orders: Sequence[tuple[int, OrderIn]], skus: dict[str, int]) -> None:
    """Write the lines of orders; `skus` maps a code's key to its SKU, unknown codes stay open."""
    tx.many(
        "INSERT INTO order_line (order_id, no, outer_code, sku_id, title, pieces, amount_fen,"
        " closed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (order_id, no) DO UPDATE SET outer_code = excluded.outer_code,"
        " sku_id = excluded.sku_id, title = excluded.title, pieces = excluded.pieces,"
        " amount_fen = excluded.amount_fen, closed = excluded.closed",
        [
            (
                order_id,
                line.no,
                line.outer_code,
                skus.get(key(line.outer_code)),
                line.title,
                line.pieces,
                line.amount_fen,
                int(line.closed),
            )
            for order_id, order in orders
            for line in order.lines
        ],
    )


def drop_lines(tx: Tx, orders: Sequence[tuple[int, OrderIn]]) -> None:
    """Take away lines that the newer version no longer has (closed instead, if stock was held)."""
    last = packed(
        [(id_, max((line.no for line in order.lines), default=0)) for id_, order in orders]
    )
    source = tx.relation("rows", id="bigint", n="bigint")
    gone = (
        f"SELECT l.id FROM {source} AS g JOIN order_line AS l ON l.order_id = g.id AND l.no > g.n"
    )
    tx.run(f"UPDATE order_line SET closed = 1, pieces = 0 WHERE id IN ({gone})", rows=last)
    tx.run(
        f"DELETE FROM order_line WHERE id IN ({gone}) AND NOT EXISTS"
        " (SELECT 1 FROM allocation AS a WHERE a.line_id = order_line.id)",
        rows=last,
    )


def lines(tx: Tx, order_ids: Iterable[int]) -> list[Row]:
    """Return the lines of orders, in order, with the SKU's code and whether it holds stock."""
    return tx.all(
        "SELECT l.*, s.code, s.name AS sku_name, s.holds_stock, o.paid_at, o.placed_at"
        f" FROM {tx.relation('ids', id='bigint')} AS i"
        " JOIN orders AS o ON o.id = i.id JOIN order_line AS l ON l.order_id = o.id"
        " LEFT JOIN sku AS s ON s.id = l.sku_id ORDER BY l.order_id, l.no",
        ids=packed([[one] for one in sorted(set(order_ids))]),
    )


def map_lines(tx: Tx, shop_id: int, outer_key: str, sku_id: int) -> tuple[list[int], int]:
    """Give the SKU to lines of a shop whose code was unknown; return (their orders, how many)."""
    waiting = [
        row
        for row in tx.all(
            "SELECT l.id, l.order_id, l.outer_code FROM order_line AS l"
            " JOIN orders AS o ON o.id = l.order_id"
            " WHERE l.sku_id IS NULL AND o.shop_id = :shop",
            shop=shop_id,
        )
        if key(row["outer_code"]) == outer_key
    ]
    tx.many(
        "UPDATE order_line SET sku_id = :sku WHERE id = :id",
        [{"sku": sku_id, "id": row["id"]} for row in waiting],
    )
    return sorted({row["order_id"] for row in waiting}), len(waiting)


def states(tx: Tx, order_ids: Iterable[int]) -> list[Row]:
    """Return where orders stand: mode, platform status and refund."""
    return tx.all(
        "SELECT o.id, o.mode, o.platform_status, o.refund"
        f" FROM {tx.relation('ids', id='bigint')} AS i JOIN orders AS o ON o.id = i.id",
        ids=packed([[one] for one in sorted(set(order_ids))]),
    )


def move(tx: Tx, steps: Sequence[Step], actor: str) -> None:
    """Move orders along their axes and write the history of it."""
    for axis in AXES:
        of_axis = [step for step in steps if step.axis == axis and step.before != step.after]
        if of_axis:
            tx.run(
                f"UPDATE orders SET {axis} = s.after, version = version + 1, updated_at = :now"
                f" FROM {tx.relation('rows', id='bigint', after='text')} AS s"
                " WHERE orders.id = s.id",
                rows=packed([(step.order_id, step.after) for step in of_axis]),
                now=tx.now,
            )
    now = tx.now
    tx.many(
        "INSERT INTO order_event (order_id, axis, before, after, at, seen_at, actor)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (step.order_id, step.axis, step.before, step.after, step.at, now, actor)
            for step in steps
            if step.before != step.after
        ],
    )


def holdings(tx: Tx, order_ids: Iterable[int]) -> list[Row]:
    """Return, per order, its stock axis and what its open lines hold, lack and leave unmapped."""
    return tx.all(
        "SELECT o.id, o.platform_no, o.stock,"
        " (SELECT COALESCE(SUM(a.short), 0) FROM allocation AS a WHERE a.order_id = o.id)"
        " AS short,"
        " (SELECT COUNT(*) FROM order_line AS l WHERE l.order_id = o.id AND l.closed = 0"
        " AND l.sku_id IS NULL) AS unmapped"
        f" FROM {tx.relation('ids', id='bigint')} AS i JOIN orders AS o ON o.id = i.id"
        " ORDER BY o.id",
        ids=packed([[one] for one in sorted(set(order_ids))]),
    )


def history(tx: Tx, order_id: int) -> list[Row]:
    """Return an order's events, oldest first."""
    return tx.all(
        "SELECT axis, before, after, at, seen_at, actor FROM order_event"
        " WHERE order_id = :id ORDER BY id",
        id=order_id,
    )
