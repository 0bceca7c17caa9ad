"""What came in and is not answered yet? Kept raw and before anything is done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.messaging import Envelope
from core.store.tx import Row, Tx, packed

GAVE_UP: Final = "GAVE_UP"
EXPECTS: Final = "expects:"
"""Begins the outcome of a row after which the person's next message is an argument."""


@dataclass(frozen=True, slots=True)
class Done:
    """One answered row and what it came to."""

    id: int
    outcome: str


def take_in(tx: Tx, envelopes: Sequence[Envelope]) -> dict[str, int]:
    """Keep envelopes; return key → row id of those that were not there before."""
    source = tx.relation("rows", key="text", lane="text", raw="text")
    rows = tx.all(
        "INSERT INTO inbox (key, lane, raw, received_at)"
        f" SELECT key, lane, raw, CAST(:now AS bigint) FROM {source} AS rows WHERE true"
        " ON CONFLICT (key) DO NOTHING RETURNING id, key",
        rows=packed([(one.key, one.lane, one.raw) for one in envelopes]),
        now=tx.now,
    )
    return {row["key"]: row["id"] for row in rows}


def ids(tx: Tx, keys: Sequence[str]) -> dict[str, int]:
    """Return key → row id of whatever is there, answered or not."""
    source = tx.relation("rows", key="text")
    rows = tx.all(
        f"SELECT id, key FROM inbox WHERE key IN (SELECT key FROM {source} AS rows)",
        rows=packed([[key] for key in keys]),
    )
    return {row["key"]: row["id"] for row in rows}


def reopen(tx: Tx, platforms: Sequence[str], most: int) -> list[Row]:
    """Return unanswered rows of `platforms` in order and count the attempt.

    A row that was begun `most` times already (it may have killed us) is given up.
    """
    where = (
        "done_at IS NULL AND SUBSTR(key, 1, INSTR(key, ':') - 1) IN"
        if tx.dialect == "sqlite"
        else "done_at IS NULL AND SPLIT_PART(key, ':', 1) IN"
    ) + f" (SELECT name FROM {tx.relation('rows', name='text')} AS rows)"
    named = packed([[name] for name in platforms])
    tx.run(
        f"UPDATE inbox SET done_at = :now, outcome = :gave_up WHERE attempts >= :most AND {where}",
        rows=named,
        most=most,
        now=tx.now,
        gave_up=GAVE_UP,
    )
    tx.run(f"UPDATE inbox SET attempts = attempts + 1 WHERE {where}", rows=named)
    return tx.all(f"SELECT * FROM inbox WHERE {where} ORDER BY id", rows=named)


def get(tx: Tx, inbox_id: int) -> Row | None:
    """Return one row."""
    return tx.one("SELECT * FROM inbox WHERE id = :id", id=inbox_id)


def done(tx: Tx, answered: Sequence[Done]) -> None:
    """Mark rows as answered."""
    source = tx.relation("rows", id="bigint", outcome="text")
    tx.run(
        "UPDATE inbox SET done_at = :now, outcome = r.outcome"
        f" FROM {source} AS r WHERE inbox.id = r.id",
        rows=packed([(one.id, one.outcome) for one in answered]),
        now=tx.now,
    )


def expecting(tx: Tx, since: int) -> list[Row]:
    """Return rows received after `since` whose outcome awaits words and that nothing followed."""
    return tx.all(
        "SELECT id, lane, outcome, received_at FROM inbox WHERE received_at > :since"
        " AND outcome LIKE :expects AND NOT EXISTS (SELECT 1 FROM inbox AS later"
        " WHERE later.lane = inbox.lane AND later.id > inbox.id AND later.done_at IS NOT NULL)",
        since=since,
        expects=f"{EXPECTS}%",
    )


def prune(tx: Tx, before: int) -> int:
    """Forget rows that were answered before `before`."""
    return tx.run("DELETE FROM inbox WHERE done_at < :before", before=before)
