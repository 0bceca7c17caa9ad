"""What shops offer, and what they shall display: kept, wished, pushed, and told when it fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.domain.errors import LockedStock, Refused
from core.domain.listing import Offer
from core.services.polling import Shop, ensure_shop
from core.store import alerts, catalogue, exceptions, listings
from core.store.catalogue import SkuIn
from core.store.exceptions import Found
from core.store.listings import WISHED, claim, of_shop, to_check, to_shelve, wish
from core.store.stock import MOVED
from core.store.tx import Row, Tx

__all__ = [
    "MOVED", "WISHED", "Row", "Shop", "claim", "ensure_shop", "failed", "keep", "of_shop", "pause",
    "refused", "shelved", "taken", "to_check", "to_shelve", "unanswered", "untried", "wish",
]  # fmt: skip

TOPIC: Final = "system"
ACTOR: Final = "job:listings"
FAULTS: Final = 3
"""After so many pushes in a row without success somebody is told."""

FIRST_WAIT_MS: Final = 2_000
LONGEST_WAIT_MS: Final = 300_000
LOCKED_WAIT_MS: Final = 900_000
"""A promotion lasts: it is asked again after a quarter of an hour."""

LATE_MS: Final = 90_000
"""A push without an answer may land so much later; then it is looked at again."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull of listings brought."""

    listed: int
    unknown: int
    gone: int
    differ: int


def keep(tx: Tx, shop: Shop, offers: Sequence[Offer], *, create_skus: bool, live: bool) -> Pulled:
    """Keep all that a shop offers; what nobody knows is asked (live) or made (`create_skus`)."""
    names = {catalogue.key(_code(offer)): (_code(offer), offer.title) for offer in offers}
    known = catalogue.resolve(tx, shop.id, names)
    missing = [name for name in names if name not in known]
    if missing and create_skus:
        catalogue.create_missing(tx, [SkuIn(*names[name]) for name in missing])
        known.update(catalogue.resolve(tx, shop.id, missing))
        missing = []
    if missing and live:
        found = [
            Found("SKU_UNMAPPED", f"code:{shop.id}:{name}", note=names[name][0])
            for name in missing
        ]
        exceptions.open_many(tx, found, ACTOR)
    ids = {name: sku.id for name, sku in known.items()}
    listings.see(tx, shop.id, [(o, ids.get(catalogue.key(_code(o)))) for o in offers])
    gone = listings.forget(tx, shop.id, tx.now)
    wish(tx)
    differ = listings.checked(tx, shop.id)
    return Pulled(len(offers), len(missing), gone, differ)


def _code(offer: Offer) -> str:
    """Return what an offer is called by; one without an outer code by its SKU, as in orders."""
    return offer.code or offer.sku


def pause(tx: Tx, sku_ids: Sequence[int], *, paused: bool) -> int:
    """Wish that SKUs be paused at every shop, or on sale again; return how many listings change.

    Platforms pause an item as a whole: with it go its other SKUs.
    """
    return listings.pause(tx, sku_ids, paused=paused)


def taken(tx: Tx, pushes: Sequence[Row]) -> None:
    """Note pushes that the platform took, and close what stood open about them."""
    listings.taken(tx, pushes)
    _well(tx, [f"listing:{push['id']}" for push in pushes])


def refused(tx: Tx, push: Row, error: Refused, name: str) -> None:
    """Tell that a shop refuses a level; it is tried again later."""
    locked = isinstance(error, LockedStock)
    wait = LOCKED_WAIT_MS if locked else LONGEST_WAIT_MS
    listings.put_off(tx, [push["id"]], wait, None)
    code = "PUSH_LOCKED" if locked else "PUSH_FAIL"
    _tell(tx, code, f"listing:{push['id']}", f"{name} {push['outer_code']}: {error}", name)


def unanswered(tx: Tx, pushes: Sequence[Row], reason: str, name: str) -> None:
    """Note pushes of which nobody knows whether they landed: sent again, and looked at later."""
    for push in pushes:
        wait = min(FIRST_WAIT_MS * 2 ** min(push["faults"], 10), LONGEST_WAIT_MS)
        listings.put_off(tx, [push["id"]], wait, tx.now + LATE_MS)
        if push["faults"] + 1 >= FAULTS:
            told = f"{name} {push['outer_code']}: {reason}"
            _tell(tx, "PUSH_FAIL", f"listing:{push['id']}", told, name)


def untried(tx: Tx, pushes: Sequence[Row], wait_ms: int) -> None:
    """Give back pushes that a shop surely did not take; no fault of theirs."""
    listings.put_off(tx, [push["id"] for push in pushes], wait_ms, None, 0)


def shelved(tx: Tx, shop: Shop, row: Row, *, paused: bool) -> None:
    """Note that an item is paused, or on sale again."""
    listings.shelved(tx, shop.id, row["item"], paused=paused)
    _well(tx, [f"shelf:{row['id']}"])


def failed(tx: Tx, shop: Shop, row: Row, reason: str) -> None:
    """Tell at once that an item could not be paused (or resumed): it is sold on meanwhile."""
    wait = min(FIRST_WAIT_MS * 2 ** min(row["faults"], 10), LONGEST_WAIT_MS)
    listings.put_off(tx, [row["id"]], wait, None)
    state = "still on sale" if row["paused_at"] is not None else "still paused"
    told = f"{shop.name} {row['outer_code']}: {state} ({reason})"
    _tell(tx, "PUSH_FAIL", f"shelf:{row['id']}", told, shop.name)


def _tell(tx: Tx, code: str, subject: str, note: str, name: str) -> None:
    for row in exceptions.open_many(tx, [Found(code, subject, note=note[:300])], ACTOR):
        alerts.raise_many(
            tx, TOPIC, [(f"push:{row['id']}", subject, {"channel": name, "code": code})]
        )


def _well(tx: Tx, subjects: Sequence[str]) -> None:
    for code in ("PUSH_FAIL", "PUSH_LOCKED"):
        exceptions.close_many(tx, code, subjects, "the shop took it")
