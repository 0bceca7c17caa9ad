"""Which orders belong to a fragment? Every question here is answered by an index.

A number's tail is a prefix of the number kept backwards. Whatever could match many orders is cut
at `SCAN` index entries, so that no question costs more on five million orders than on five.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from core.store.tx import Row, Tx, packed

SCAN = 500
"""Index entries looked at before the newest are chosen."""
LAST_CHAR = "\U0010ffff"


def exact(tx: Tx, numbers: Iterable[str], limit: int) -> list[int]:
    """Return orders whose number is one of `numbers`."""
    return _ids(
        tx,
        f"SELECT o.id FROM {tx.relation('rows', no='text')} AS n"
        " JOIN orders AS o ON o.platform_no = n.no ORDER BY o.id DESC LIMIT :limit",
        rows=packed([[one] for one in numbers]),
        limit=limit,
    )


def by_start(tx: Tx, start: str, limit: int) -> list[int]:
    """Return the newest orders whose number begins with `start`."""
    return _by_prefix(tx, "orders", "id", "platform_no", start, limit)


def by_tail(tx: Tx, tail: str, limit: int) -> list[int]:
    """Return the newest orders whose number ends with `tail`."""
    return _by_prefix(tx, "orders", "id", "tail", tail[::-1], limit)


def by_waybill(tx: Tx, waybill: str, limit: int) -> list[int]:
    """Return the orders of a whole waybill number."""
    return _ids(
        tx,
        "SELECT order_id AS id FROM parcel WHERE waybill = :waybill"
        " ORDER BY order_id DESC LIMIT :limit",
        waybill=waybill,
        limit=limit,
    )


def by_waybill_tail(tx: Tx, tail: str, limit: int) -> list[int]:
    """Return the newest orders one of whose waybill numbers ends with `tail`."""
    return _by_prefix(tx, "parcel", "order_id", "tail", tail[::-1], limit)


def by_nick(tx: Tx, nick: str, limit: int) -> list[int]:
    """Return the newest orders of a buyer's whole nick."""
    return _ids(
        tx,
        "SELECT id FROM orders WHERE buyer_nick = :nick ORDER BY id DESC LIMIT :limit",
        nick=nick,
        limit=limit,
    )


def by_nick_start(tx: Tx, start: str, limit: int) -> list[int]:
    """Return the newest orders of buyers whose nick begins with `start`."""
    return _by_prefix(tx, "orders", "id", "buyer_nick", start, limit)


def by_phone(tx: Tx, digits: str, limit: int) -> list[int]:
    """Return the newest orders to a phone: its last 4 digits, or all of them."""
    return _ids(
        tx,
        "SELECT order_id AS id FROM receiver WHERE phone_tail = :tail"
        " AND (:whole = '' OR phone = :whole) ORDER BY order_id DESC LIMIT :limit",
        tail=digits[-4:],
        whole=digits if len(digits) > len(digits[-4:]) else "",
        limit=limit,
    )


def by_amount(tx: Tx, fen: int, limit: int) -> list[int]:
    """Return the newest orders of exactly this amount."""
    return _ids(
        tx,
        "SELECT id FROM orders WHERE gmv_fen = :fen ORDER BY id DESC LIMIT :limit",
        fen=fen,
        limit=limit,
    )


def by_skus(tx: Tx, sku_ids: Sequence[int], limit: int) -> list[int]:
    """Return the newest orders with a line of one of the SKUs."""
    found: set[int] = set()
    for sku_id in sku_ids:
        found.update(
            _ids(
                tx,
                "SELECT order_id AS id FROM order_line WHERE sku_id = :sku"
                " ORDER BY id DESC LIMIT :limit",
                sku=sku_id,
                limit=limit,
            )
        )
    return sorted(found, reverse=True)[:limit]


def _ids(tx: Tx, sql: str, **params: Any) -> list[int]:
    return list(dict.fromkeys(row["id"] for row in tx.all(sql, **params)))


def _by_prefix(tx: Tx, table: str, key: str, column: str, start: str, limit: int) -> list[int]:
    return _ids(
        tx,
        f"SELECT DISTINCT id FROM (SELECT {key} AS id FROM {table}"
        f" WHERE {_begins(tx, column)} LIMIT {SCAN}) AS near ORDER BY id DESC LIMIT :limit",
        low=start,
        high=start + LAST_CHAR,
        limit=limit,
    )


def _begins(tx: Tx, column: str) -> str:
    """Say `column` begins with :low in the way the dialect's index understands."""
    if tx.dialect == "postgresql":
        return f"{column} ~>=~ :low AND {column} ~<~ :high"
    return f"{column} >= :low AND {column} < :high"


# ---- SKUs ------------------------------------------------------------------------------------


def skus(tx: Tx, words: str, limit: int) -> list[Row]:
    """Return SKUs that `words` may mean, the nearest first.

    A whole code stands alone; else the beginning of a code, a part of a name, and the beginning
    of its pinyin or of its initials. Each row has `how`: code, start, name or pinyin.
    """
    key = words.strip().casefold()
    whole = tx.all("SELECT *, 'code' AS how FROM sku WHERE code_key = :key", key=key)
    if whole or not key:
        return whole
    typed = key.replace(" ", "").replace("'", "")
    return tx.all(
        "SELECT *, CASE WHEN code_key LIKE :start ESCAPE '\\' THEN 'start'"
        " WHEN LOWER(name) LIKE :part ESCAPE '\\' THEN 'name' ELSE 'pinyin' END AS how"
        " FROM sku WHERE code_key LIKE :start ESCAPE '\\' OR LOWER(name) LIKE :part ESCAPE '\\'"
        " OR (:latin = 1 AND (initials LIKE :typed ESCAPE '\\'"
        " OR REPLACE(pinyin, ' ', '') LIKE :typed ESCAPE '\\'))"
        " ORDER BY CASE WHEN code_key LIKE :start ESCAPE '\\' THEN 0"
        " WHEN LOWER(name) LIKE :part ESCAPE '\\' THEN 1 ELSE 2 END,"
        " LENGTH(name), code_key LIMIT :limit",
        start=f"{_escaped(key)}%",
        part=f"%{_escaped(key)}%",
        typed=f"{_escaped(typed)}%",
        latin=int(typed.isascii() and typed.isalpha()),
        limit=limit,
    )


def sku_code(tx: Tx, sku_id: int) -> str:
    """Return a SKU's code as written."""
    return str(tx.value("SELECT code FROM sku WHERE id = :id", id=sku_id) or "")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# ---- what is shown of an order ---------------------------------------------------------------

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
        "SELECT o.id, o.platform_no, o.version, o.placed_at, o.paid_at, o.gmv_fen, o.units,"
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


# ---- what was searched for -------------------------------------------------------------------


def keep_search(tx: Tx, words: str, person_id: int) -> int:
    """Remember what a person searched for, so that buttons can turn the pages; return its id."""
    found: int = tx.value(
        "INSERT INTO search (words, person_id, at) VALUES (:words, :person, :now) RETURNING id",
        words=words,
        person=person_id,
        now=tx.now,
    )
    return found


def search_words(tx: Tx, search_id: int, person_id: int) -> str | None:
    """Return what that person searched for, or None if it is forgotten or another's."""
    found: str | None = tx.value(
        "SELECT words FROM search WHERE id = :id AND person_id = :person",
        id=search_id,
        person=person_id,
    )
    return found


def prune_searches(tx: Tx, before: int) -> int:
    """Forget searches made before `before`."""
    return tx.run("DELETE FROM search WHERE at < :before", before=before)


# ---- parcels that wait for a label -----------------------------------------------------------

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
