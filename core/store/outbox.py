"""Effects that must leave the process: written with the fact, delivered afterwards.

The row is the truth: WAITING → SENDING → DONE, or UNKNOWN (no answer came) or FAILED.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from core.store.tx import Row, Tx

ADDED = "outbox"
"""The signal raised by a commit that added effects."""


def put(tx: Tx, key: str, kind: str, lane: str, payload: Mapping[str, Any]) -> bool:
    """Add one effect; False if its key is there already.

    `lane` names what must stay in order (a chat, a shop): one delivery at a time per lane.
    """
    tx.signals.add(ADDED)
    added = tx.run(
        "INSERT INTO outbox (key, kind, lane, payload, state, created_at, next_at)"
        " VALUES (:key, :kind, :lane, :payload, 'WAITING', :now, :now)"
        " ON CONFLICT (key) DO NOTHING",
        key=key,
        kind=kind,
        lane=lane,
        payload=json.dumps(payload, ensure_ascii=False, sort_keys=True),
        now=tx.now,
    )
    return added == 1


def get(tx: Tx, key: str) -> Row | None:
    """Return the effect's row."""
    return tx.one("SELECT * FROM outbox WHERE key = :key", key=key)


def claim(tx: Tx, key: str, lease_ms: int) -> Row | None:
    """Take an effect for `lease_ms` and count the attempt; None if it is not to be had.

    The row returned is the one before the claim: `state` = 'SENDING' means that an earlier
    attempt ended without a word, so whether it arrived is unknown.
    """
    row = tx.one("SELECT * FROM outbox WHERE key = :key", key=key)
    if row is None:
        return None
    claimed = tx.run(
        "UPDATE outbox SET state = 'SENDING', attempts = attempts + 1, lease_until = :until"
        " WHERE key = :key AND attempts = :attempts AND state IN ('WAITING', 'SENDING')"
        " AND COALESCE(lease_until, 0) <= :now",
        key=key,
        attempts=row["attempts"],
        until=tx.now + lease_ms,
        now=tx.now,
    )
    return row if claimed else None


def claim_more(tx: Tx, row: Row, lease_ms: int, max_sends: int, limit: int) -> list[Row]:
    """Take up to `limit` further effects of the lane and kind of `row`, the oldest first.

    Only those that may still be sent: due, held by nobody, `attempts` below `max_sends`.
    """
    return sorted(
        tx.all(
            "UPDATE outbox SET state = 'SENDING', attempts = attempts + 1, lease_until = :until"
            " WHERE id IN (SELECT id FROM outbox WHERE lane = :lane AND kind = :kind"
            " AND key <> :key AND state IN ('WAITING', 'SENDING') AND next_at <= :now"
            " AND COALESCE(lease_until, 0) <= :now AND attempts < :max_sends"
            " ORDER BY id LIMIT :limit) RETURNING *",
            lane=row["lane"],
            kind=row["kind"],
            key=row["key"],
            until=tx.now + lease_ms,
            now=tx.now,
            max_sends=max_sends,
            limit=limit,
        ),
        key=lambda taken: int(taken["id"]),
    )


def count_due(tx: Tx, lane: str, kind: str) -> int:
    """Return how many effects of a lane and kind wait and are due."""
    count: int = tx.value(
        "SELECT COUNT(*) FROM outbox WHERE lane = :lane AND kind = :kind AND state = 'WAITING'"
        " AND next_at <= :now",
        lane=lane,
        kind=kind,
        now=tx.now,
    )
    return count


def postpone(tx: Tx, key: str, until: int, outcome: str, *, arrived: bool) -> None:
    """Give an effect back; it is due again at `until`.

    `attempts` counts the sends that may have `arrived`: one that surely did not is taken off.
    """
    tx.signals.add(ADDED)
    tx.run(
        "UPDATE outbox SET state = 'WAITING', lease_until = NULL, next_at = :until,"
        " attempts = attempts - :unsent, outcome = :outcome"
        " WHERE key = :key AND state = 'SENDING'",
        key=key,
        until=until,
        unsent=0 if arrived else 1,
        outcome=outcome,
    )


def finish(tx: Tx, key: str, state: str, outcome: str) -> None:
    """End an effect as DONE, UNKNOWN or FAILED."""
    tx.run(
        "UPDATE outbox SET state = :state, outcome = :outcome, lease_until = NULL,"
        " done_at = :now WHERE key = :key AND state = 'SENDING'",
        key=key,
        state=state,
        outcome=outcome,
        now=tx.now,
    )


def unfinished(tx: Tx, after: int, limit: int) -> list[Row]:
    """Return `id, key, lane, created_at` of effects not yet ended with id > `after`, by id."""
    return tx.all(
        "SELECT id, key, lane, created_at FROM outbox"
        " WHERE state IN ('WAITING', 'SENDING') AND id > :after ORDER BY id LIMIT :limit",
        after=after,
        limit=limit,
    )


def redirect(tx: Tx, lane: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Rewrite the payload of every effect of a lane that has not ended (its chat moved)."""
    for row in tx.all(
        "SELECT key, payload FROM outbox WHERE lane = :lane AND state IN ('WAITING', 'SENDING')",
        lane=lane,
    ):
        tx.run(
            "UPDATE outbox SET payload = :payload WHERE key = :key",
            payload=json.dumps(
                change(json.loads(row["payload"])), ensure_ascii=False, sort_keys=True
            ),
            key=row["key"],
        )


def prune(tx: Tx, before: int) -> int:
    """Forget effects that were done before `before`; what failed or is unknown stays."""
    return tx.run("DELETE FROM outbox WHERE state = 'DONE' AND done_at < :before", before=before)
