"""Which slots of a job are to be run now, and who runs them? The rows are the truth (I26)."""

from core.domain.checkpoints import protected
from core.domain.schedule import Schedule, Slot
from core.store import slots
from core.store.tx import Tx

SLOT_ROWS = "jobs:slot-rows"
"""What a paired control test switches off: without it two clocks run a job twice."""
LATE_MS = 60_000
"""A job that starts more than this after its slot is marked late."""


def due(tx: Tx, job: str, schedule: Schedule, make_up: int) -> list[int]:
    """Return the slots of `job` that wait to be run, oldest first.

    The first time a job is ever seen its history begins now: nothing before is made up. Of the
    slots missed while nobody was there the newest `make_up` are run, the older recorded as MISSED.
    """
    last = slots.last(tx, job)
    if last is None:
        slots.record(tx, job, tx.now, "FIRST")
        return slots.orphans(tx, job)
    waiting = schedule.due(last, tx.now)
    for slot in waiting[:-make_up]:
        slots.record(tx, job, slot, "MISSED")
    return sorted({*waiting[-make_up:], *slots.orphans(tx, job)})


def claim(tx: Tx, job: str, slot: int, worker: str, lease_ms: int) -> Slot | None:
    """Take a slot; None if it is settled or somebody else runs it."""
    late = tx.now - slot > LATE_MS
    taken = slots.claim(tx, job, slot, worker, tx.now + lease_ms, late=late)
    if not taken and protected(SLOT_ROWS):
        return None
    return Slot(job, slot, late)


def finish(tx: Tx, slot: Slot) -> None:
    """Settle a slot that ran."""
    slots.finish(tx, slot.job, slot.at)


def abandon(tx: Tx, worker: str) -> int:
    """End the leases that an earlier life of this worker left behind."""
    return slots.abandon(tx, worker)
