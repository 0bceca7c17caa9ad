"""Every table, by area. Importing this package fills `metadata` with all of them."""

from core.store.tables import catalogue, listings, orders, people, polling, stock, trail, work
from core.store.tables.columns import metadata

__all__ = [
    "catalogue",
    "listings",
    "metadata",
    "orders",
    "people",
    "polling",
    "stock",
    "trail",
    "work",
]
