"""Alerts: each is raised once, then becomes one effect per chat that subscribes to its topic."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.store import outbox
from core.store.tx import Row, Tx, packed


def raise_many(
    tx: Tx, topic: str, alerts: Sequence[tuple[str, str, Mapping[str, Any]]]
) -> list[Row]:
    """Raise alerts (key, subject, facts each); a key raised before is silent. Return the new ones.

    `facts` are what the message will be made of: ids, codes, counts; never buyer data.
    """
    if not alerts:
        return []
    source = tx.relation("rows", key="text", subject="text", facts="text")
    fresh = tx.all(
        "INSERT INTO alert (key, topic, subject, facts, at) SELECT key, CAST(:topic AS text),"
        f" subject, facts, CAST(:now AS bigint) FROM {source} AS rows WHERE true"
        " ON CONFLICT (key) DO NOTHING RETURNING id, key",
        rows=packed(
            [
                (key, subject, json.dumps(facts, ensure_ascii=False, sort_keys=True))
                for key, subject, facts in alerts
            ]
        ),
        topic=topic,
        now=tx.now,
    )
    chats = subscribers(tx, topic)
    for row in fresh:
        for chat in chats:
            outbox.put(
                tx,
                f"alert:{row['id']}:{chat['id']}",
                "alert",
                f"{chat['platform']}:{chat['chat']}",
                {"alert": row["id"], "chat": chat["id"]},
            )
    return fresh


def subscribers(tx: Tx, topic: str) -> list[Row]:
    """Return the chats that subscribe to `topic` and can be reached."""
    return tx.all(
        "SELECT c.* FROM subscription AS s JOIN chat AS c ON c.id = s.chat_id"
        " WHERE s.topic = :topic AND s.state = 'ON' AND c.state = 'BOUND' ORDER BY c.id",
        topic=topic,
    )


def get(tx: Tx, alert_id: int) -> Row | None:
    """Return one alert."""
    return tx.one("SELECT * FROM alert WHERE id = :id", id=alert_id)
