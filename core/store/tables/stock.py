"""Stock levels, the ledger behind them, and who holds which piece."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text

from core.store.tables.columns import maybe_number, number, own_id, ref, table, words

stock = table(
    "stock",
    ref("sku_id", "sku", primary_key=True),
    ref("warehouse_id", "warehouse", primary_key=True),
    number("on_hand", default=0),
    number("reserved", default=0),
    number("quarantined", default=0),
    CheckConstraint(
        "reserved >= 0 AND quarantined >= 0 AND reserved + quarantined <= on_hand",
        name="never_more_than_there_is",
    ),
)

# One row per (line, component, warehouse): wanted = reserved + short + released + consumed (I6).
allocation = table(
    "allocation",
    own_id(),
    ref("order_id", "orders"),
    ref("line_id", "order_line"),
    ref("sku_id", "sku"),
    ref("warehouse_id", "warehouse"),
    number("wanted"),
    number("reserved", default=0),
    number("short", default=0),
    number("released", default=0),
    number("consumed", default=0),
    number("paid_at"),
    number("version", default=0),  # raised by every change: names the ledger row of each
    UniqueConstraint("line_id", "sku_id", "warehouse_id"),
    CheckConstraint(
        "wanted = reserved + short + released + consumed AND reserved >= 0 AND short >= 0"
        " AND released >= 0 AND consumed >= 0",
        name="adds_up",
    ),
    Index(
        "ix_allocation_queue",
        "sku_id",
        "warehouse_id",
        "paid_at",
        "id",
        sqlite_where=text("short > 0"),
        postgresql_where=text("short > 0"),
    ),
    Index(
        "ix_allocation_held",
        "sku_id",
        "warehouse_id",
        sqlite_where=text("reserved > 0"),
        postgresql_where=text("reserved > 0"),
    ),
    Index("ix_allocation_order_id", "order_id"),
)

ledger = table(
    "ledger",
    own_id(),
    words("event", unique=True),  # claim-once: the same event never counts twice
    words("kind"),
    ref("sku_id", "sku"),
    ref("warehouse_id", "warehouse"),
    number("on_hand", default=0),  # changes, signed
    number("reserved", default=0),
    number("quarantined", default=0),
    maybe_number("allocation_id"),
    words("reason", default=""),
    words("actor"),
    number("at"),
    Index("ix_ledger_sku_id_warehouse_id_at", "sku_id", "warehouse_id", "at"),
)
