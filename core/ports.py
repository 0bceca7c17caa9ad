"""The parties outside the process, each as the few methods we need of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.domain.errors import Refused
from core.domain.intake import BadRow, Page
from core.domain.listing import Offer, StockWrite
from core.messaging import ChatLimits, Content, Envelope, FileRef, Incoming, Press, Sent, Target

Accept = Callable[[Sequence[Envelope]], Awaitable[None]]
"""Takes updates in; when it returns they are stored and may be confirmed to the platform."""


class Receiver(Protocol):
    """Brings updates of one chat platform in."""

    platform: str

    async def run(self, accept: Accept) -> None:
        """Hand every update to `accept` until cancelled; confirm it once `accept` returned."""

    def parse(self, raw: str) -> Incoming | None:
        """Understand one raw update; None if it carries nothing for us (or no right, see S12)."""

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """Return a file's bytes. Raises BadInput over `limit` bytes, Temporary if unreachable."""

    def invite_link(self, code: str) -> str:
        """Return a link that brings a person to us with an invite's code; "" if there is none."""


class Messenger(Protocol):
    """Says things on one chat platform. All methods raise only the DeliveryError family."""

    platform: str
    limits: ChatLimits

    async def send(self, target: Target, content: Content, *, priority: int = 5) -> Sent:
        """Send one content (already fitted); lower `priority` goes first near the limit."""

    async def edit(self, sent: Sent, content: Content) -> None:
        """Replace a message; the same content again is no error."""

    async def answer(self, press: Press, text: str) -> None:
        """Answer a button press with a short line (empty: just stop the spinner)."""

    async def delete(self, sent: Sent) -> None:
        """Take a message away; one that is gone already is no error."""

    async def leave(self, target: Target) -> None:
        """Leave a group that is not ours."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One order as a list of changes shows it: enough to know whether it has to be read.

    `digest` changes with anything in the order; None where only a call of its own brings it.
    `payload` is for the marketplace that made it.
    """

    number: str
    modified_at: int | None
    digest: bytes | None
    payload: Any


@dataclass(frozen=True, slots=True)
class ChangeList:
    """One page of what changed: the orders, what is none, how many there are in the window."""

    seen: tuple[Glimpse, ...]
    bad: tuple[BadRow, ...]
    total: int | None
    more: bool


class Marketplace(Protocol):
    """One shop on one marketplace. All methods raise only the MarketError family."""

    async def changes(self, since: int, until: int, page: int) -> ChangeList:
        """Return a page (from 0) of the orders that changed in a window of UTC milliseconds."""

    async def read(self, seen: Sequence[Glimpse]) -> Page:
        """Return whole orders; one that cannot be understood is a bad row, not an error."""


class Storefront(Protocol):
    """What a shop shows, and what it is told. All methods raise only the MarketError family.

    An Unreachable leaves open whether the platform did it: every method may be called again.
    """

    at_once: int
    """How many SKUs `set_stock` takes."""

    async def offers(self) -> list[Offer]:
        """Return everything that the shop offers, on sale or paused."""

    async def set_stock(self, writes: Sequence[StockWrite]) -> list[Refused | None]:
        """Set displayed stock; return for each why it was refused (LockedStock: a promotion)."""

    async def put_on_sale(self, write: StockWrite, *, on_sale: bool) -> None:
        """Pause or resume the item of a SKU."""

    async def ship(self, number: str, courier: str, waybill: str) -> None:
        """Confirm a shipment. `courier` is ours; the platform's word for it is looked up."""

    async def shipped(self, number: str) -> tuple[str, str] | None:
        """Return (courier, waybill) that the platform shows of a shipped order; else None."""

    async def remark(self, number: str, memo: str, flag: int) -> None:
        """Write the seller's memo and flag (插旗; 0 none, 1 red … 5 purple)."""

    async def day(self, since: int, until: int) -> dict[str, int]:
        """Return number and amount (fen) of the orders of a day (UTC ms, `until` not included)."""


Clock = Callable[[], int]
"""The time now: milliseconds since 1970 in UTC. The one source of time everywhere."""
