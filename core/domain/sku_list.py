"""What is one row of a list of SKUs?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SkuRow:
    """One SKU of a list; None where the list has no such column or an empty cell."""

    row: int
    code: str
    name: str | None
    quantity: int | None
    low_at: int | None
    image: str | None
    parts: tuple[tuple[str, int], ...]
