"""What keeps the database in order: sealing the trail and forgetting what nobody needs."""

from core.domain.schedule import DAY_MS
from core.store import (
    inbox,
    lookup,
    message_refs,
    outbox,
    page_links,
    polling,
    presses,
    slots,
    trail,
)
from core.store.tx import Tx

SLOTS_MS = 30 * DAY_MS
EFFECTS_MS = 180 * DAY_MS
MESSAGES_MS = 180 * DAY_MS
REQUESTS_MS = 60 * DAY_MS
PRESSES_MS = 400 * DAY_MS  # longer than any button lives
WINDOWS_MS = 30 * DAY_MS
SEARCHES_MS = DAY_MS  # they may hold a buyer's name


def seal(tx: Tx) -> bool:
    """Put the trail's newest rows under a seal (I10)."""
    return trail.seal(tx)


def prune(tx: Tx) -> int:
    """Forget what is old and done: slots, effects, requests, searches …; returns how many rows."""
    return (
        slots.prune(tx, tx.now - SLOTS_MS)
        + outbox.prune(tx, tx.now - EFFECTS_MS)
        + message_refs.prune(tx, tx.now - MESSAGES_MS)
        + inbox.prune(tx, tx.now - REQUESTS_MS)
        + presses.prune(tx, tx.now - PRESSES_MS)
        + lookup.prune_searches(tx, tx.now - SEARCHES_MS)
        + page_links.prune(tx, tx.now - DAY_MS)
        + polling.prune(tx, tx.now - WINDOWS_MS)
    )
