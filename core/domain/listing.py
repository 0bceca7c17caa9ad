"""What does a shop offer, and what shall buyers see of it?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """One SKU as a shop offers it; `quantity` is what buyers see (None: the shop tells none)."""

    item: str
    sku: str
    code: str
    title: str
    on_sale: bool
    quantity: int | None


@dataclass(frozen=True, slots=True)
class StockWrite:
    """What a SKU shall display: an absolute number of pieces."""

    item: str
    sku: str
    code: str
    quantity: int
