"""What a channel hands over: orders, refund documents, write-offs and rows that make no sense."""

from dataclasses import dataclass, field
from enum import StrEnum

from core.domain.order import PlatformStatus, Refund


class Mode(StrEnum):
    """How an order is taken in."""

    HISTORY = "history"  # kept and counted; locks nothing, tells nobody
    LIVE = "live"  # paid orders lock stock and raise alerts


@dataclass(frozen=True, slots=True)
class LineIn:
    """One line of an order. `no` is its place (from 1); `amount_fen` is the whole line."""

    no: int
    outer_code: str
    title: str
    pieces: int
    amount_fen: int
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom the parcel goes to, as the platform tells it: masked or in cipher. Buyer data.

    `oaid` is what the platform takes instead of an address when a waybill is asked for.
    """

    name: str = ""
    phone: str = ""
    address: str = ""
    oaid: str = ""


@dataclass(frozen=True, slots=True)
class OrderIn:
    """One whole order as its channel shows it now; times are UTC milliseconds, money is fen.

    `gmv_fen` is what the buyer pays (lines and postage); `digest` changes when anything in the
    source or in its mapping changes; `modified_at` is None where the channel tells no version.
    `counted` is False for orders that statistics leave out; `held` is True while the platform
    forbids shipping (risk review): such an order locks stock and goes no further.
    """

    platform_no: str
    digest: bytes
    raw: str
    placed_at: int
    status: PlatformStatus
    lines: tuple[LineIn, ...]
    gmv_fen: int
    paid_at: int | None = None
    modified_at: int | None = None
    refund: Refund = Refund.NONE
    refund_fen: int = 0
    postage_fen: int = 0
    buyer_nick: str = ""
    receiver: Receiver = Receiver()
    buyer_note: str = ""
    seller_note: str = ""
    courier: str = ""
    waybill: str = ""
    shipped_at: int | None = None
    picked_up_at: int | None = None
    delivered_at: int | None = None
    counted: bool = True
    held: bool = False


@dataclass(frozen=True, slots=True)
class RefundIn:
    """A refund document of its own day (a `C` invoice): `amount_fen` and `pieces` are positive."""

    doc_no: str
    digest: bytes
    raw: str
    at: int
    amount_fen: int
    pieces: int
    buyer_nick: str = ""


@dataclass(frozen=True, slots=True)
class WriteOffIn:
    """Pieces that left the shelf without a sale, with the clerk's note."""

    doc_no: str
    line_no: int
    at: int
    outer_code: str
    pieces: int
    note: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used: kept whole, with what is wrong and where."""

    source: str  # file name or shop
    row: int  # line in the file, from 1 with the heading; 0 = none
    column: str
    reason_zh: str
    reason_en: str
    raw: str
    platform_no: str = ""


@dataclass(slots=True)
class Page:
    """What one read of a channel brought, in source order."""

    orders: list[OrderIn] = field(default_factory=list)
    refunds: list[RefundIn] = field(default_factory=list)
    write_offs: list[WriteOffIn] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """What an intake did, in orders (refund documents and write-offs apart)."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    quarantined: int = 0
    refunds: int = 0
    write_offs: int = 0
    short: int = 0
    lines: int = 0

    def add(self, other: "Tally") -> None:
        """Add the counts of `other` to these."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
