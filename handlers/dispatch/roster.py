"""Who is speaking, and where? The directory of staff and chats, kept at hand."""

import asyncio
from typing import Final

from core.domain.staff import Person, Role
from core.messaging import Target, Who
from core.services import rooms, staff
from core.services.rooms import Directory, Room
from core.store.door import Store

FRESH_MS: Final = 1_000
"""Another process may change the staff as well, so the directory is read again after this."""


class Roster:
    """The directory as of a moment ago; a change made in this process is seen at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: Directory | None = None
        self._read_at = 0
        self._changes = 0
        self._lock = asyncio.Lock()
        store.listen(staff.CHANGED, self.forget)

    def forget(self) -> None:
        """Read the directory again before it is next used. Called from any thread."""
        self._changes += 1
        self._known = None

    async def now(self) -> Directory:
        """Return the directory."""
        known = self._known
        if known is not None and self._is_fresh():
            return known
        async with self._lock:
            known = self._known
            if known is not None and self._is_fresh():
                return known
            changes, at = self._changes, self._store.clock()
            found = await self._store.read(rooms.directory)
            if changes == self._changes:
                self._known, self._read_at = found, at
            return found

    def _is_fresh(self) -> bool:
        return 0 <= self._store.clock() - self._read_at < FRESH_MS


def person(directory: Directory, who: Who | None) -> Person | None:
    """Return the member of staff who speaks, or None for anybody else."""
    found = directory.people.get((who.platform, who.user)) if who else None
    return Person(found[0], found[1], Role(found[2])) if found else None


def room(directory: Directory, target: Target) -> Room | None:
    """Return the chat if we know it."""
    return directory.rooms.get((target.platform, target.chat))
