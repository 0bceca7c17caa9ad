"""What came in and what became of it: the inbox as a gateway to chats sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.domain.checkpoints import protected
from core.messaging import Envelope, Sent
from core.store import inbox, message_refs, trail
from core.store.tx import Row, Tx

INBOX_KEY = "inbox:key"
"""What a paired control test switches off: without it an update that comes twice runs twice."""

MOST_STARTS = 3
"""A request that was begun in so many lives of the process is not begun again."""

EXPECTS = inbox.EXPECTS
"""Begins the outcome of a request after which the person's next message is its answer."""

Note = tuple[str, str, str, str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What is written down after the reply: the row, its outcome, the trail, named messages."""

    inbox_id: int
    outcome: str
    notes: tuple[Note, ...] = ()
    remember: Mapping[str, Sent] = field(default_factory=dict)


def take_in(tx: Tx, polls: list[Sequence[Envelope]]) -> list[dict[str, int]]:
    """Keep the updates of several polls at once; each gets key → row id of what is new."""
    everything = [one for poll in polls for one in poll]
    fresh = inbox.take_in(tx, everything)
    if not protected(INBOX_KEY):
        all_of_them = inbox.ids(tx, [one.key for one in everything])
        return [{one.key: all_of_them[one.key] for one in poll} for poll in polls]
    return [{one.key: fresh.pop(one.key) for one in poll if one.key in fresh} for poll in polls]


def settle(tx: Tx, answered: Sequence[Answered]) -> None:
    """Mark requests as answered and write what is to be kept about them."""
    inbox.done(tx, [inbox.Done(one.inbox_id, one.outcome) for one in answered])
    trail.note_many(tx, [note for one in answered for note in one.notes])
    for one in answered:
        for name, sent in one.remember.items():
            message_refs.put(tx, name, sent)


def reopen(tx: Tx, platforms: Sequence[str]) -> list[Row]:
    """Return what was not answered before the process ended, in order."""
    return inbox.reopen(tx, platforms, MOST_STARTS)


def expecting(tx: Tx, since: int) -> list[tuple[str, str, int]]:
    """Return (lane, what is expected, received_at) of talks that were left open."""
    return [
        (row["lane"], row["outcome"].removeprefix(EXPECTS), row["received_at"])
        for row in inbox.expecting(tx, since)
    ]


def original(tx: Tx, inbox_id: int) -> str | None:
    """Return the raw text of an earlier request; None if it is too old to be kept."""
    row = inbox.get(tx, inbox_id)
    return row["raw"] if row else None
