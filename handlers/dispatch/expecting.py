"""What does the next message of a person answer? Kept with the request that asked (the inbox)."""

from dataclasses import dataclass
from typing import Final

from core.services import requests
from core.services.requests import EXPECTS
from core.store.door import Store

PATIENCE_MS: Final = 15 * 60_000
"""A question that is older is forgotten: whatever is said then is a new request."""


@dataclass(frozen=True, slots=True)
class Question:
    """What we asked for: the `words` of a command, or what belongs to a button's `token`."""

    command: str = ""
    token: str = ""


class Questions:
    """The open questions by (lane, person); `load` brings them back after a restart."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], tuple[Question, int]] = {}

    async def load(self, store: Store) -> None:
        """Read the questions that were open when the process ended."""
        since = store.clock() - PATIENCE_MS
        for lane, said, at in await store.read(lambda tx: requests.expecting(tx, since)):
            person, kind, what = said.split(":", 2)
            question = Question(command=what) if kind == "command" else Question(token=what)
            self._open[lane, int(person)] = (question, at)

    def ask(self, lane: str, person_id: int, question: Question, now: int) -> str:
        """Open a question; returns the outcome of the request that asked it."""
        self._open[lane, person_id] = (question, now)
        kind = "command" if question.command else "token"
        return f"{EXPECTS}{person_id}:{kind}:{question.command or question.token}"

    def take(self, lane: str, person_id: int, now: int) -> Question | None:
        """Close the open question of a person here and return it, if it is not too old."""
        question, at = self._open.pop((lane, person_id), (None, 0))
        return question if question and now - at <= PATIENCE_MS else None
