"""What must be done behind the scenes, by the clock?"""

from collections.abc import Awaitable, Callable

from core.domain.schedule import Every, Slot
from core.services import upkeep
from core.store.door import Store
from jobs.clock import Job

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
WORKFLOWS_MS = HOUR_MS
"""How long ended workflows are kept; the outbox rows stay much longer."""


def jobs(store: Store, prune_workflows: Callable[[int], Awaitable[int]]) -> list[Job]:
    """Return the jobs: seal the trail every minute, prune every hour."""

    async def seal(slot: Slot) -> None:
        del slot
        await store.write(upkeep.seal)

    async def prune(slot: Slot) -> None:
        await store.write(upkeep.prune)
        await prune_workflows(slot.at - WORKFLOWS_MS)

    return [
        Job("seal", Every(MINUTE_MS), seal, lease_ms=MINUTE_MS),
        Job("prune", Every(HOUR_MS), prune),
    ]
