"""What each shop offers, what of it buyers see, and what they shall see."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text

from core.store.tables.columns import maybe_number, number, own_id, ref, table, words

# A stock push is no row of its own: the row holds the newest wish, so that wishes coalesce.
# `desired_version` grows with each wish, `sent_version` is that of the push under way,
# `acked_version` the newest that the platform took.
listing = table(
    "listing",
    own_id(),
    ref("shop_id", "shop"),
    words("item"),
    words("sku"),
    words("outer_code", default=""),
    words("title", default=""),
    ref("sku_id", "sku", optional=True),  # NULL: nobody knows yet what the code stands for
    number("on_sale", default=1),
    maybe_number("displayed_qty"),
    maybe_number("displayed_at"),
    number("seen_at"),
    maybe_number("desired_qty"),
    number("desired_version", default=0),
    maybe_number("sent_qty"),
    number("sent_version", default=0),
    number("acked_version", default=0),
    number("lease_until", default=0),  # one push at a time: nobody else sends before that moment
    number("next_at"),
    number("faults", default=0),
    maybe_number("check_at"),  # a push without an answer may land late: look again then
    maybe_number("paused_at"),  # since when it shall be paused; NULL: it shall be on sale
    number("pause_acked", default=0),
    UniqueConstraint("shop_id", "item", "sku"),
    CheckConstraint("acked_version <= desired_version", name="acked"),
    Index("ix_listing_sku_id", "sku_id"),
    Index(
        "ix_listing_waiting", "shop_id",
        sqlite_where=text("acked_version < desired_version"),
        postgresql_where=text("acked_version < desired_version"),
    ),
)  # fmt: skip
