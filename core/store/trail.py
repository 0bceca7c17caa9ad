"""The audit trail: append, seal, and check the seals."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.store.tx import Row, Tx

SEAL_AGE_MS = 60_000
"""Rows younger than this are left for the next seal: a slower transaction may still add below."""


def note(tx: Tx, actor: str, source: str, act: str, thing: str, **detail: Any) -> None:
    """Write down who did what to which thing; `detail` holds ids, names of fields and counts."""
    note_many(tx, [(actor, source, act, thing, detail)])


def note_many(tx: Tx, notes: Sequence[tuple[str, str, str, str, Mapping[str, Any]]]) -> None:
    """Write down several acts: (actor, source, act, thing, detail) each."""
    tx.many(
        "INSERT INTO audit (at, actor, source, act, object, detail)"
        " VALUES (:at, :actor, :source, :act, :thing, :detail)",
        [
            {
                "at": tx.now,
                "actor": actor,
                "source": source,
                "act": act,
                "thing": thing,
                "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
            }
            for actor, source, act, thing, detail in notes
        ],
    )


def seal(tx: Tx) -> bool:
    """Chain the rows since the last seal into a new one; False if there is nothing to seal."""
    last = tx.one("SELECT upto_id, digest FROM seal ORDER BY id DESC LIMIT 1")
    upto, digest = (last["upto_id"], last["digest"]) if last else (0, "")
    rows = tx.all(
        "SELECT * FROM audit WHERE id > :upto AND at <= :old ORDER BY id",
        upto=upto,
        old=tx.now - SEAL_AGE_MS,
    )
    if not rows:
        return False
    tx.run(
        "INSERT INTO seal (upto_id, row_count, digest, at) VALUES (:upto, :count, :digest, :now)",
        upto=rows[-1]["id"],
        count=len(rows),
        digest=chain(digest, rows),
        now=tx.now,
    )
    return True


def chain(previous: str, rows: Sequence[Row]) -> str:
    """Return sha256(previous digest + every value of the rows, in order) as hex."""
    total = hashlib.sha256(previous.encode())
    for row in rows:
        values = [row[name] for name in ("id", "at", "actor", "source", "act", "object", "detail")]
        total.update(json.dumps(values, ensure_ascii=False).encode())
    return total.hexdigest()
