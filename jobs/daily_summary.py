"""Tell every subscribed group how the day went, once per group and day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.domain.schedule import DAY_MS, Slot, local_date
from core.messaging import Content, Target
from core.services import Tx, effects
from core.services.payloads import Letter
from core.store.door import Store

NOON_MS = DAY_MS // 2
LATE = {"zh": "（补发）", "en": "(late) "}


@dataclass(frozen=True, slots=True)
class Reader:
    """A group that gets the summary, and the language it reads."""

    target: Target
    lang: str


Readers = Callable[[Tx], Sequence[Reader]]
Compose = Callable[[Tx, date, str], Content]
"""Writes the summary of a day in a language ("zh" or "en")."""


def day_of(slot: int, zone: str) -> date:
    """Return the day that a summary at `slot` is about: before noon it is the day before."""
    day = local_date(slot, zone)
    return day if local_date(slot - NOON_MS, zone) == day else day - timedelta(days=1)


class DailySummary:
    """The job: reads the figures, then writes one effect per group in a single commit."""

    def __init__(self, store: Store, zone: str, readers: Readers, compose: Compose) -> None:
        self._store = store
        self._zone = zone
        self._readers = readers
        self._compose = compose

    async def run(self, slot: Slot) -> None:
        """Post the summary of the slot's day; a group that has it already is left alone."""
        letters = await self._store.read(lambda tx: self._write(tx, slot))

        def post(tx: Tx) -> None:
            for key, letter in letters:
                effects.post(tx, key, "report", letter)

        await self._store.write(post)

    def _write(self, tx: Tx, slot: Slot) -> list[tuple[str, Letter]]:
        day = day_of(slot.at, self._zone)
        letters = []
        for reader in self._readers(tx):
            content = self._compose(tx, day, reader.lang)
            if slot.late:
                content = replace(content, title=f"{LATE[reader.lang]}{content.title}")
            to = reader.target
            name = f"report:daily:{to.platform}:{to.chat}:{day.isoformat()}"
            letters.append((name, Letter(to, content, remember=name)))
        return letters
