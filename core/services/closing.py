"""Is a shop's day closed: has the platform no order, and no fen, that we do not have?"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.services.polling import Shop
from core.store import alerts, exceptions, trail
from core.store.closing import orders_of
from core.store.exceptions import Found
from core.store.tx import Tx

__all__ = ["Compared", "Shop", "compared", "note", "orders_of"]

TOPIC = "system"
ACTOR = "job:closing"
NAMED = 20
"""So many missing orders are named; of the others the number is told."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A day at the platform and here: orders and fen, what is missing, what differs in amount."""

    day: str
    theirs: tuple[int, int]
    ours: tuple[int, int]
    missing: tuple[str, ...]
    differing: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether every order of the platform stands here with the same amount."""
        return not self.missing and not self.differing


def compared(day: str, theirs: Mapping[str, int], ours: Mapping[str, int]) -> Compared:
    """Compare a day, order by order; what we alone have (a file's, a deleted one) is no gap."""
    shared = {number: fen for number, fen in ours.items() if number in theirs}
    return Compared(
        day=day,
        theirs=(len(theirs), sum(theirs.values())),
        ours=(len(shared), sum(shared.values())),
        missing=tuple(sorted(set(theirs) - set(ours))),
        differing=tuple(sorted(no for no, fen in shared.items() if theirs[no] != fen)),
    )


def note(tx: Tx, shop: Shop, first: Compared, last: Compared) -> None:
    """Write a closing down; gaps become an exception, settled when the day is equal at last.

    `first` is what was found, `last` what is left after the gaps were pulled again.
    """
    trail.note(
        tx, ACTOR, shop.name, "closing", f"shop:{shop.id}", day=last.day, orders=last.theirs[0],
        fen=last.theirs[1], our_orders=last.ours[0], our_fen=last.ours[1],
        missing=len(first.missing), differing=len(first.differing), equal=last.equal,
    )  # fmt: skip
    subject = f"day:{shop.id}:{last.day}"
    if not first.equal:
        found = Found("INTAKE_GAP", subject, note=_told(first))
        for row in exceptions.open_many(tx, [found], ACTOR):
            facts = {"channel": shop.name, "code": "INTAKE_GAP"}
            alerts.raise_many(tx, TOPIC, [(f"gap:{row['id']}", subject, facts)])
    if last.equal:
        exceptions.close_many(tx, "INTAKE_GAP", [subject], "pulled again: the day is equal")


def _told(found: Compared) -> str:
    lacking = [*found.missing, *found.differing]
    named = ", ".join(lacking[:NAMED]) + (" …" if len(lacking) > NAMED else "")
    return (
        f"{found.day}: {found.theirs[0]} / {found.ours[0]}, ¥ {_yuan(found.theirs[1])} /"
        f" {_yuan(found.ours[1])}: {named}"
    )


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
