"""Shops, warehouses, and what is sold: SKUs, their aliases at the shops, and bundles."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from core.store.tables.columns import maybe_number, number, own_id, ref, table, words

shop = table(
    "shop",
    own_id(),
    words("name", unique=True),
    words("channel"),
    words("zone"),
    words("currency"),
    number("created_at"),
)

warehouse = table(
    "warehouse",
    own_id(),
    words("code", unique=True),
    words("name"),
    number("created_at"),
)

sku = table(
    "sku",
    own_id(),
    words("code"),  # as written
    words("code_key", unique=True),  # casefolded, spaces trimmed: codes compare without case
    words("name", default=""),
    words("pinyin", default=""),
    words("initials", default=""),
    words("image", default=""),
    number("holds_stock", default=1),  # 0: postage, fees: sold but never on a shelf
    maybe_number("low_at"),  # low-stock threshold in pieces; NULL = the shop's
    number("created_at"),
    number("updated_at"),
    Index("ix_sku_initials", "initials"),
)

bundle_part = table(
    "bundle_part",
    ref("bundle_id", "sku", primary_key=True),
    ref("part_id", "sku", primary_key=True),
    number("pieces"),
    CheckConstraint("pieces > 0", name="pieces"),
)

sku_alias = table(
    "sku_alias",
    own_id(),
    ref("shop_id", "shop"),
    words("outer_key"),  # the shop's own code, casefolded
    ref("sku_id", "sku"),
    number("created_at"),
    UniqueConstraint("shop_id", "outer_key"),
)
