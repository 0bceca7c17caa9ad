"""Which orders belong to a fragment? Every question here is answered by an index.

A number's tail is a prefix of the number kept backwards. Whatever could match many orders is cut
at `SCAN` index entries, so that no question costs more on five million orders than on five.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from core.store.tx import Row, Tx, packed

SCAN = 500
"""Index entries looked at before the newest are chosen."""
LINES_OF_ONE = 2
"""An order may have several lines of one SKU: so many are read for each order wanted."""
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
                "SELECT l.order_id AS id FROM order_line AS l WHERE l.sku_id = :sku"
                " ORDER BY l.id DESC LIMIT :limit",
                sku=sku_id,
                limit=limit * LINES_OF_ONE,
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


# ---- SKUs ---------------------------------------------------------------------------------------


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


# ---- what was searched for ----------------------------------------------------------------------


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
