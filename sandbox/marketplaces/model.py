"""What does a marketplace know of an order and of a listing? In words that all of them share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """Where an order stands."""

    UNPAID = "unpaid"
    HELD = "held"  # paid, and under the platform's risk review
    PAID = "paid"
    PART_SHIPPED = "part shipped"
    SHIPPED = "shipped"
    DONE = "done"
    CANCELLED = "cancelled"  # never paid
    CLOSED = "closed"  # paid, and closed after a refund


class Refund(StrEnum):
    """Where the refund of a line stands."""

    NONE = "none"
    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys and where it goes; the marketplaces show it masked or encrypted."""

    nick: str = "小鹿123"
    name: str = "王芳"
    phone: str = "13800138000"
    province: str = "浙江省"
    city: str = "杭州市"
    district: str = "余杭区"
    street: str = "文一西路969号"


@dataclass(slots=True)
class Listing:
    """One SKU on sale in a shop; `stock` is what buyers see and what is sold from.

    Several listings can share an `item`: an item is paused as a whole. `locked` stands for a place
    in a promotion, where the platform refuses to lower the stock.
    """

    item: int
    sku: int
    code: str
    title: str
    price_fen: int
    stock: int | None
    on_sale: bool = True
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order; `price_fen` is for one piece."""

    item: int
    sku: int
    code: str
    title: str
    quantity: int
    price_fen: int
    refund: Refund = Refund.NONE
    refund_id: int = 0

    @property
    def amount_fen(self) -> int:
        """What the line comes to."""
        return self.quantity * self.price_fen


@dataclass(frozen=True, slots=True)
class Trade:
    """One version of an order. Times in ms since 1970 UTC, None = not yet; money in fen.

    `odd` are values that stand at the given paths of the platform's JSON in place of the right
    ones (see `json_text.Raw`).
    """

    number: str
    status: Status
    created_at: int
    modified_at: int
    buyer: Buyer
    lines: tuple[Line, ...]
    paid_at: int | None = None
    shipped_at: int | None = None
    ended_at: int | None = None
    refund_at: int | None = None
    post_fen: int = 0
    discount_fen: int = 0
    note: str = ""
    memo: str = ""
    flag: int = 0
    courier: str = ""
    waybill: str = ""
    odd: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def goods_fen(self) -> int:
        """What the goods come to before discount and postage."""
        return sum(line.amount_fen for line in self.lines)

    @property
    def payment_fen(self) -> int:
        """What the buyer pays."""
        return self.goods_fen - self.discount_fen + self.post_fen

    @property
    def refund(self) -> Refund:
        """The refund of the whole order: the first line that has one speaks for it."""
        return next((x.refund for x in self.lines if x.refund is not Refund.NONE), Refund.NONE)

    def paid_fen(self) -> list[int]:
        """What is paid for each line: the discount is shared out, to the fen, without postage."""
        left, goods, paid = self.discount_fen, self.goods_fen, []
        for at, line in enumerate(self.lines):
            last = at == len(self.lines) - 1
            share = left if last else self.discount_fen * line.amount_fen // (goods or 1)
            left -= share
            paid.append(line.amount_fen - share)
        return paid
