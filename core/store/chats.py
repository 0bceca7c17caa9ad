"""Which chats do we talk in, in which language, and what do they want to hear?"""

from core.messaging import Target
from core.store.people import CHANGED
from core.store.tx import Row, Tx

BOUND, PAUSED, UNKNOWN = "BOUND", "PAUSED", "UNKNOWN"


def put(tx: Tx, target: Target, kind: str, title: str, *, state: str, by: int) -> int:
    """Know a chat from now on as `state`; returns its id. Its language stays as it was."""
    tx.signals.add(CHANGED)
    chat_id: int = tx.value(
        "INSERT INTO chat (platform, chat, kind, title, lang, state, bound_by, created_at)"
        " VALUES (:platform, :chat, :kind, :title, '', :state, :by, :now)"
        " ON CONFLICT (platform, chat) DO UPDATE SET title = excluded.title,"
        " state = excluded.state, bound_by = excluded.bound_by RETURNING id",
        platform=target.platform,
        chat=target.chat,
        kind=kind,
        title=title,
        state=state,
        by=by,
        now=tx.now,
    )
    return chat_id


def find(tx: Tx, target: Target) -> Row | None:
    """Return a chat by its place on the platform."""
    return tx.one(
        "SELECT * FROM chat WHERE platform = :platform AND chat = :chat",
        platform=target.platform,
        chat=target.chat,
    )


def get(tx: Tx, chat_id: int) -> Row | None:
    """Return a chat by our own id."""
    return tx.one("SELECT * FROM chat WHERE id = :id", id=chat_id)


def everyone(tx: Tx) -> list[Row]:
    """Return every chat that we know."""
    return tx.all("SELECT * FROM chat ORDER BY id")


def speak(tx: Tx, chat_id: int, lang: str) -> None:
    """Use a language in a chat."""
    tx.signals.add(CHANGED)
    tx.run("UPDATE chat SET lang = :lang WHERE id = :id", id=chat_id, lang=lang)


def set_state(tx: Tx, chat_id: int, state: str) -> bool:
    """Change whether we write to a chat; False if it was so already."""
    tx.signals.add(CHANGED)
    return (
        tx.run(
            "UPDATE chat SET state = :state WHERE id = :id AND state <> :state",
            id=chat_id,
            state=state,
        )
        == 1
    )


def subscribe(tx: Tx, chat_id: int, topic: str, *, on: bool) -> None:
    """Switch a topic on or off for a chat."""
    tx.run(
        "INSERT INTO subscription (chat_id, topic, state, created_at)"
        " VALUES (:chat, :topic, :state, :now)"
        " ON CONFLICT (chat_id, topic) DO UPDATE SET state = excluded.state",
        chat=chat_id,
        topic=topic,
        state="ON" if on else "PAUSED",
        now=tx.now,
    )


def topics(tx: Tx, chat_id: int) -> list[str]:
    """Return the names of the topics that are on for a chat."""
    rows = tx.all(
        "SELECT topic FROM subscription WHERE chat_id = :id AND state = 'ON' ORDER BY topic",
        id=chat_id,
    )
    return [row["topic"] for row in rows]


def owners_private(tx: Tx) -> list[Row]:
    """Return the reachable private chats of the owners."""
    return tx.all(
        "SELECT c.* FROM chat AS c JOIN identity AS i ON i.platform = c.platform"
        " AND i.account = c.chat JOIN person AS p ON p.id = i.person_id"
        " WHERE c.kind = 'private' AND c.state = 'BOUND' AND p.role = 'owner' AND p.active = 1"
        " ORDER BY c.id"
    )
