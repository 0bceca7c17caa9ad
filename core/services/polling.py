"""What a poll brought and how far it came are kept together, in one commit (I17)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.domain.intake import Page, Tally
from core.services import intake
from core.store import alerts, catalogue, exceptions, orders, polling, settings, trail
from core.store.catalogue import Shop, ensure_shop
from core.store.exceptions import Found
from core.store.tx import Row, Tx

__all__ = ["LIVE", "PAST", "Kept", "Row", "Shop", "Span", "begun", "cursor", "ensure_shop", "keep"]

LIVE: Final = "live"
PAST: Final = "history"
"""The two lanes of a shop: what changes from now on, and what changed before we came."""

TOPIC: Final = "system"
ACTOR: Final = "job:poll"


@dataclass(frozen=True, slots=True)
class Span:
    """A window of time of one lane, in UTC milliseconds."""

    lane: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A page to keep: `window` is None on the first page; `seen` counts all that it showed."""

    span: Span
    pages: int
    window: int | None
    seen: int
    last: bool


def cursor(tx: Tx, shop: Shop, lane: str) -> int | None:
    """Return the moment up to which a lane is stored whole; None before it began."""
    return polling.cursor(tx, shop.id, lane)


def begun(tx: Tx, shop: Shop, lane: str) -> int | None:
    """Return the moment at which a lane began; None if it did not yet."""
    return polling.begun(tx, shop.id, lane)


def known(tx: Tx, shop: Shop, numbers: Iterable[str]) -> dict[str, Row]:
    """Return what is stored of the orders that a page shows, by number."""
    return orders.versions(tx, shop.id, numbers)


def keep(tx: Tx, shop: Shop, page: Page, how: intake.How, place: Kept) -> tuple[int, Tally]:
    """Keep a page and, with the last page of its window, move the cursor; return the window."""
    tally = Tally()
    if page.orders or page.bad:
        tally = intake.take_in(tx, shop, page, how)
    window = place.window
    if window is None:
        span = place.span
        ends = (span.since, span.until)
        window = polling.begin(tx, shop.id, span.lane, ends, place.pages)
    polling.stored(tx, window, place.seen)
    if place.last:
        polling.close(tx, window)
    return window, tally


def enter_mode(tx: Tx, shop: Shop, mode: str) -> bool:
    """Remember how a shop is run; True if it has just gone live.

    Then its open orders, kept as history until now, are read again and lock their stock.
    """
    name = f"channel.mode:{shop.id}"
    before = settings.get(tx, name)
    settings.put(tx, name, mode)
    if mode != LIVE or before in (None, LIVE):
        return False
    polling.start_over(tx, shop.id, LIVE)
    orders.unread(tx, shop.id)
    trail.note(tx, ACTOR, f"channel:{shop.name}", "go live", f"shop:{shop.id}", before=before)
    return True


def trouble(tx: Tx, name: str, code: str, reason: str) -> None:
    """Open the exception of a shop that cannot be polled, and alert once for as long as it is."""
    shop = catalogue.shop(tx, name)
    subject = f"shop:{shop.id}" if shop else f"channel:{name}"
    for row in exceptions.open_many(tx, [Found(code, subject, note=reason)], ACTOR):
        key = f"channel:{row['id']}"
        alerts.raise_many(tx, TOPIC, [(key, subject, {"channel": name, "code": code})])


def well(tx: Tx, shop: Shop) -> None:
    """Close what stood open about a shop: it answers again."""
    for code in ("CHANNEL_SESSION", "CHANNEL_REFUSED", "CHANNEL_DOWN"):
        subjects = [f"shop:{shop.id}", f"channel:{shop.name}"]
        exceptions.close_many(tx, code, subjects, "the platform answers again")
