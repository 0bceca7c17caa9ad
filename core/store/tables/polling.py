"""How far each shop was asked for its orders: one cursor per lane, and the windows behind it."""

from sqlalchemy import Index

from core.store.tables.columns import maybe_number, number, own_id, ref, table, words

# A lane is "live" (what changes now) or "history" (what changed before we came).
poll_cursor = table(
    "poll_cursor",
    ref("shop_id", "shop", primary_key=True),
    words("lane", primary_key=True),
    number("since_at"),  # where the lane began
    number("until_at"),
    number("updated_at"),
)

poll_window = table(
    "poll_window",
    own_id(),
    ref("shop_id", "shop"),
    words("lane"),
    number("since_at"),
    number("until_at"),
    number("pages"),
    number("stored", default=0),  # pages that are kept; the cursor moves with the last of them
    number("seen", default=0),  # orders that the pages showed
    number("begun_at"),
    maybe_number("done_at"),
    Index("ix_poll_window_tiles", "shop_id", "lane", "until_at"),
)
