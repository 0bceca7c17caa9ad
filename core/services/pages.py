"""What may be seen behind a short-lived link, and by whom? Each look is written down."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Final

from core.domain.errors import NotAllowed, Refusal
from core.domain.staff import BUYER_DATA, Person, Role
from core.services.exceptions import order_number
from core.store import order_view, page_links, trail
from core.store.tx import Row, Tx

RECEIVER: Final = "receiver"
MINUTES: Final = 10
"""How long a link works."""
MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Link:
    """A page for one person: what it shows, and of which order."""

    page: str
    order_id: int
    person: Person


@dataclass(frozen=True, slots=True)
class BuyerData:
    """Whom an order goes to. Only for roles in BUYER_DATA, and only where nobody reads along."""

    number: str
    shop: str
    name: str
    phone: str
    address: str
    nick: str
    buyer_note: str
    seller_note: str

    def to_json(self) -> dict[str, str]:
        """Return the fields by name."""
        return asdict(self)


def hashed(code: str) -> str:
    """Return the form of a link's code that may be stored."""
    return hashlib.sha256(code.encode()).hexdigest()


def make(tx: Tx, code: str, link: Link, source: str) -> str:
    """Make `code` open a page for ten minutes; return the order's number."""
    if link.person.role not in BUYER_DATA:
        raise NotAllowed("你的身份不能看收件人。", "Your role may not see the receiver.")
    number = order_number(tx, link.order_id)
    ends = tx.now + MINUTES * MINUTE_MS
    page_links.put(tx, hashed(code), link.page, f"order:{link.order_id}", (link.person.id, ends))
    actor = f"person:{link.person.id}"
    trail.note(tx, actor, source, "link", f"order:{link.order_id}", page=link.page)
    return number


def open_link(tx: Tx, code: str, source: str) -> BuyerData | None:
    """Return what a link shows and write down that it was seen; None if it opens nothing.

    The person's role is checked again: a link outlives neither its ten minutes nor the right.
    """
    row = page_links.find(tx, hashed(code))
    if row is None or not _is_good(tx, row):
        return None
    page_links.opened(tx, row["id"])
    person = Person(row["person_id"], row["name"], Role(row["role"]))
    return reveal(tx, int(row["subject"].partition(":")[2]), person, source)


def _is_good(tx: Tx, row: Row) -> bool:
    return tx.now < row["expires_at"] and row["active"] == 1 and Role(row["role"]) in BUYER_DATA


def reveal(tx: Tx, order_id: int, person: Person, source: str) -> BuyerData:
    """Return an order's buyer data and write down who saw it."""
    look(tx, order_id, person, source)
    return buyer_data(tx, order_id)


def look(tx: Tx, order_id: int, person: Person, source: str) -> None:
    """Write down that a person is about to see an order's buyer data, if they may."""
    if person.role not in BUYER_DATA:
        raise NotAllowed("你的身份不能看收件人。", "Your role may not see the receiver.")
    trail.note(tx, f"person:{person.id}", source, "revealed", f"order:{order_id}", page=RECEIVER)


def buyer_data(tx: Tx, order_id: int) -> BuyerData:
    """Return an order's buyer data; whoever asks has called `look`."""
    row = order_view.buyer(tx, order_id)
    if row is None:
        raise Refusal("没有这个订单了。", "There is no such order any more.")
    return BuyerData(
        number=row["platform_no"],
        shop=row["shop"],
        name=row["name"] or "",
        phone=row["phone"] or "",
        address=row["address"] or "",
        nick=row["buyer_nick"],
        buyer_note=row["buyer_note"],
        seller_note=row["seller_note"],
    )
