"""Small spreadsheets for tests, and what an import of them left in the store."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from core.adapters.files.presets import preset
from core.domain.mapping import ChannelMap
from core.domain.mapping_table import parse
from core.services import Tx
from core.store.door import Store
from jobs.import_files import Options, Report, import_orders

RETAIL = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
          "CustomerID", "Country")  # fmt: skip

Line = tuple[Any, ...]


def retail(
    number: str, code: str, quantity: object, price: str = "2.50", at: str = "2011-08-30 10:00:00"
) -> Line:
    """Return a row of the Online Retail file."""
    return (number, code, f"THING {code}", quantity, at, price, "17850.0", "United Kingdom")


def csv_text(rows: Iterable[Sequence[Any]], heading: Sequence[str] = RETAIL) -> str:
    """Return rows as the text of a .csv."""
    text = io.StringIO()
    csv.writer(text).writerows([heading, *rows])
    return text.getvalue()


def csv_file(path: Path, rows: Iterable[Sequence[Any]], heading: Sequence[str] = RETAIL) -> Path:
    """Write rows to a .csv."""
    path.write_text(csv_text(rows, heading), "utf-8")
    return path


def simple(**more: Any) -> ChannelMap:
    """Return a Chinese one-row-per-line channel; `more` goes over its table."""
    table: dict[str, Any] = {
        "rows": "line",
        "order": {
            "platform_no": "订单号",
            "placed_at": "下单时间",
            "status": "状态",
            "gmv_fen": "金额",
            "buyer_note": "备注",
        },
        "line": {"outer_code": "货号", "title": "品名", "pieces": "数量"},
        "status": {"已付款": "PAID", "待付款": "WAIT_PAY"},
    }
    return parse("simple", {**table, **more})


SIMPLE = ("订单号", "下单时间", "状态", "金额", "备注", "货号", "品名", "数量")


def line(number: str, code: str = "A", pieces: object = 1, **more: object) -> Line:
    """Return a row of the `simple` channel."""
    return (
        number,
        more.get("at", "2026-03-02 09:00:00"),
        more.get("status", "已付款"),
        more.get("amount", "10.00"),
        more.get("note", ""),
        code,
        f"商品{code}",
        pieces,
    )


async def take(
    store: Store, paths: Sequence[Path], channel: str | ChannelMap, **options: Any
) -> Report:
    """Import files."""
    mapping = preset(channel) if isinstance(channel, str) else channel
    return await import_orders(store, paths, mapping, Options(**options))


TABLES = (
    """SELECT platform_no, platform_status, refund, placed_at, paid_at, gmv_fen, units, digest,
    counted, buyer_nick FROM orders ORDER BY platform_no""",
    """SELECT o.platform_no, l.no, l.outer_code, l.title, l.pieces, l.amount_fen, s.code_key,
    s.holds_stock FROM order_line AS l JOIN orders AS o ON o.id = l.order_id
    LEFT JOIN sku AS s ON s.id = l.sku_id ORDER BY o.platform_no, l.no""",
    "SELECT doc_no, at, amount_fen, pieces FROM refund_doc ORDER BY doc_no",
    """SELECT doc_no, line_no, at, outer_code, pieces, note FROM write_off
    ORDER BY doc_no, line_no""",
    "SELECT platform_no, field, reason_en, raw FROM quarantine ORDER BY platform_no, raw",
    "SELECT code_key FROM sku ORDER BY code_key",
    """SELECT o.platform_no, r.raw FROM order_raw AS r JOIN orders AS o ON o.id = r.order_id
    ORDER BY o.platform_no""",
)


async def everything(store: Store) -> list[list[tuple[Any, ...]]]:
    """Return what an import wrote, without the numbers that the database gave."""

    def look(tx: Tx) -> list[list[tuple[Any, ...]]]:
        return [[tuple(dict(row).values()) for row in tx.all(sql)] for sql in TABLES]

    return await store.read(look)


async def rows(store: Store, sql: str) -> list[dict[str, Any]]:
    """Return the rows of a query as dicts."""
    return await store.read(lambda tx: [dict(row) for row in tx.all(sql)])
