"""What comes in beside orders: refund documents, write-offs, and rows kept in quarantine."""

import hashlib
from collections.abc import Iterable, Sequence

from core.domain.intake import BadRow, RefundIn, WriteOffIn
from core.store.tx import Tx, packed


def known_refunds(tx: Tx, shop_id: int, numbers: Iterable[str]) -> set[str]:
    """Return which of these refund documents are there."""
    rows = tx.all(
        f"SELECT r.doc_no FROM {tx.relation('numbers', no='text')} AS n"
        " CROSS JOIN refund_doc AS r WHERE r.shop_id = :shop AND r.doc_no = n.no",
        numbers=packed([[number] for number in numbers]),
        shop=shop_id,
    )
    return {row["doc_no"] for row in rows}


def known_write_offs(
    tx: Tx, shop_id: int, lines: Iterable[tuple[str, int]]
) -> set[tuple[str, int]]:
    """Return which of these write-offs (document, line) are there."""
    rows = tx.all(
        f"SELECT w.doc_no, w.line_no FROM {tx.relation('rows', no='text', line='bigint')} AS n"
        " CROSS JOIN write_off AS w WHERE w.shop_id = :shop AND w.doc_no = n.no"
        " AND w.line_no = n.line",
        rows=packed(list(lines)),
        shop=shop_id,
    )
    return {(row["doc_no"], row["line_no"]) for row in rows}


def write_refunds(tx: Tx, shop_id: int, refunds: Sequence[RefundIn]) -> int:
    """Write refund documents (a known one is replaced if it changed); return how many were new."""
    before = known_refunds(tx, shop_id, [refund.doc_no for refund in refunds])
    tx.many(
        "INSERT INTO refund_doc (shop_id, doc_no, digest, at, amount_fen, pieces, buyer_nick, raw)"
        " VALUES (:shop, :doc_no, :digest, :at, :amount, :pieces, :buyer, :raw)"
        " ON CONFLICT (shop_id, doc_no) DO UPDATE SET digest = excluded.digest,"
        " at = excluded.at, amount_fen = excluded.amount_fen, pieces = excluded.pieces,"
        " buyer_nick = excluded.buyer_nick, raw = excluded.raw"
        " WHERE refund_doc.digest <> excluded.digest",
        [
            {
                "shop": shop_id,
                "doc_no": refund.doc_no,
                "digest": refund.digest,
                "at": refund.at,
                "amount": refund.amount_fen,
                "pieces": refund.pieces,
                "buyer": refund.buyer_nick,
                "raw": refund.raw,
            }
            for refund in refunds
        ],
    )
    return len({refund.doc_no for refund in refunds} - before)


def write_write_offs(tx: Tx, shop_id: int, write_offs: Sequence[WriteOffIn]) -> list[WriteOffIn]:
    """Write write-offs that are new and return them."""
    source = tx.relation(
        "rows", doc_no="text", line_no="bigint", at="bigint", code="text", n="bigint", note="text"
    )
    rows = tx.all(
        "INSERT INTO write_off (shop_id, doc_no, line_no, at, outer_code, pieces, note)"
        " SELECT CAST(:shop AS bigint), doc_no, line_no, at, code, n, note"
        f" FROM {source} AS rows WHERE true ON CONFLICT (shop_id, doc_no, line_no) DO NOTHING"
        " RETURNING doc_no, line_no",
        rows=packed(
            [(w.doc_no, w.line_no, w.at, w.outer_code, w.pieces, w.note) for w in write_offs]
        ),
        shop=shop_id,
    )
    fresh = {(row["doc_no"], row["line_no"]) for row in rows}
    return [one for one in write_offs if (one.doc_no, one.line_no) in fresh]


def quarantine(tx: Tx, shop_id: int, bad: Sequence[BadRow]) -> int:
    """Keep rows that cannot be used, whole; return how many are new."""
    before = tx.value("SELECT COUNT(*) AS n FROM quarantine WHERE shop_id = :shop", shop=shop_id)
    tx.many(
        "INSERT INTO quarantine (shop_id, digest, source, row_no, field, reason_zh, reason_en,"
        " raw, platform_no, at) VALUES (:shop, :digest, :source, :row, :field, :zh, :en, :raw,"
        " :platform_no, :now) ON CONFLICT (shop_id, digest) DO NOTHING",
        [
            {
                "shop": shop_id,
                "digest": hashlib.blake2b(
                    f"{one.column}\0{one.reason_en}\0{one.raw}".encode(), digest_size=16
                ).digest(),
                "source": one.source,
                "row": one.row,
                "field": one.column,
                "zh": one.reason_zh,
                "en": one.reason_en,
                "raw": one.raw,
                "platform_no": one.platform_no,
                "now": tx.now,
            }
            for one in bad
        ],
    )
    after = tx.value("SELECT COUNT(*) AS n FROM quarantine WHERE shop_id = :shop", shop=shop_id)
    return int(after - before)
