"""Orders with their lines, their history, their refunds, and what could not be taken in."""

from sqlalchemy import Index, UniqueConstraint, text

from core.store.tables.columns import (
    by_prefix,
    maybe_number,
    maybe_words,
    number,
    octets,
    own_id,
    ref,
    table,
    words,
)

orders = table(
    "orders",
    own_id(),
    ref("shop_id", "shop"),
    words("platform_no"),
    octets("digest"),
    words("mode"),
    words("platform_status"),
    words("refund"),
    words("stock"),
    words("fulfilment"),
    words("callback"),
    words("lineage"),
    number("placed_at"),
    maybe_number("paid_at"),
    maybe_number("modified_at"),
    maybe_number("shipped_at"),
    maybe_number("picked_up_at"),
    maybe_number("delivered_at"),
    number("gmv_fen"),
    number("refund_fen", default=0),
    number("postage_fen", default=0),
    number("units"),
    number("counted"),
    words("buyer_nick"),
    words("tail"),  # the order number backwards: any tail of it is a prefix of this
    words("buyer_note", default=""),
    words("seller_note", default=""),
    number("version", default=1),  # raised by every change; buttons are bound to it
    number("seen_at"),
    number("updated_at"),
    UniqueConstraint("shop_id", "platform_no"),
    Index("ix_orders_shop_id_paid_at", "shop_id", "paid_at"),
    Index("ix_orders_platform_no", "platform_no", postgresql_ops=by_prefix("platform_no")),
    Index("ix_orders_tail", "tail", postgresql_ops=by_prefix("tail")),
    Index("ix_orders_buyer_nick", "buyer_nick", "id", postgresql_ops=by_prefix("buyer_nick")),
    Index("ix_orders_gmv_fen", "gmv_fen", "id"),
    Index(
        "ix_orders_to_tell",
        "shop_id",
        "id",
        sqlite_where=text("callback IN ('QUEUED', 'IN_DOUBT')"),
        postgresql_where=text("callback IN ('QUEUED', 'IN_DOUBT')"),
    ),
    Index(
        "ix_orders_to_print",
        "paid_at",
        sqlite_where=text("mode = 'live' AND stock = 'HELD' AND fulfilment < 'P'"),
        postgresql_where=text("mode = 'live' AND stock = 'HELD' AND fulfilment < 'P'"),
    ),
)

# Buyer data has its own table: one statement forgets a person, and no list reads it by chance.
receiver = table(
    "receiver",
    ref("order_id", "orders", primary_key=True),
    words("name"),
    words("phone"),
    words("phone_tail"),
    words("address"),
    words("oaid", default=""),  # what the platform gives instead of the address
    Index("ix_receiver_phone_tail", "phone_tail", "order_id"),
)

order_raw = table(
    "order_raw",
    ref("order_id", "orders", primary_key=True),
    words("raw"),
)

order_line = table(
    "order_line",
    own_id(),
    ref("order_id", "orders"),
    number("no"),
    words("outer_code"),
    maybe_number("sku_id"),
    words("title"),
    number("pieces"),
    number("amount_fen"),
    number("closed", default=0),
    UniqueConstraint("order_id", "no"),
    Index("ix_order_line_sku_id", "sku_id", "id"),
    Index(
        "ix_order_line_unmapped",
        "outer_code",
        sqlite_where=text("sku_id IS NULL"),
        postgresql_where=text("sku_id IS NULL"),
    ),
)

order_event = table(
    "order_event",
    own_id(),
    ref("order_id", "orders"),
    words("axis"),
    words("before"),
    words("after"),
    number("at"),  # when it happened
    number("seen_at"),  # when we learned of it
    words("actor"),
    Index("ix_order_event_order_id", "order_id"),
    Index(
        "ix_order_event_refunds",
        "at",
        sqlite_where=text("axis = 'refund' AND after IN ('PARTIAL', 'REFUNDED')"),
        postgresql_where=text("axis = 'refund' AND after IN ('PARTIAL', 'REFUNDED')"),
    ),
)

parcel = table(
    "parcel",
    own_id(),
    ref("order_id", "orders"),
    words("courier"),
    words("waybill"),
    words("tail"),  # the waybill number backwards
    number("created_at"),
    UniqueConstraint("order_id", "courier", "waybill"),
    Index("ix_parcel_waybill", "waybill"),
    Index("ix_parcel_tail", "tail", postgresql_ops=by_prefix("tail")),
)

refund_doc = table(
    "refund_doc",
    own_id(),
    ref("shop_id", "shop"),
    words("doc_no"),
    octets("digest"),
    number("at"),
    number("amount_fen"),
    number("pieces"),
    words("buyer_nick"),
    words("raw"),
    UniqueConstraint("shop_id", "doc_no"),
    Index("ix_refund_doc_shop_id_at", "shop_id", "at"),
)

write_off = table(
    "write_off",
    own_id(),
    ref("shop_id", "shop"),
    words("doc_no"),
    number("line_no"),
    number("at"),
    words("outer_code"),
    number("pieces"),
    words("note"),
    UniqueConstraint("shop_id", "doc_no", "line_no"),
)

quarantine = table(
    "quarantine",
    own_id(),
    ref("shop_id", "shop"),
    octets("digest"),  # the same bad row again is no second entry
    words("source"),
    number("row_no"),
    words("field"),
    words("reason_zh"),
    words("reason_en"),
    words("raw"),
    words("platform_no"),
    number("at"),
    maybe_words("resolved"),
    UniqueConstraint("shop_id", "digest"),
)
