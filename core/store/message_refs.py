"""Which message on a platform is the one we call by this name, so that it can be edited?"""

from core.messaging import Sent, Target
from core.store.tx import Tx


def put(tx: Tx, name: str, sent: Sent) -> None:
    """Remember `sent` under `name`; an earlier message of that name is forgotten."""
    tx.run(
        "INSERT INTO message_ref (name, platform, chat, thread, message, updated_at)"
        " VALUES (:name, :platform, :chat, :thread, :message, :now)"
        " ON CONFLICT (name) DO UPDATE SET platform = excluded.platform, chat = excluded.chat,"
        " thread = excluded.thread, message = excluded.message, updated_at = excluded.updated_at",
        name=name,
        platform=sent.target.platform,
        chat=sent.target.chat,
        thread=sent.target.thread,
        message=sent.message,
        now=tx.now,
    )


def get(tx: Tx, name: str) -> Sent | None:
    """Return the message remembered under `name`."""
    row = tx.one("SELECT * FROM message_ref WHERE name = :name", name=name)
    if row is None:
        return None
    return Sent(Target(row["platform"], row["chat"], row["thread"]), row["message"])


def name_of(tx: Tx, sent: Sent) -> str:
    """Return what the message `sent` is called, "" if it has no name."""
    found: str | None = tx.value(
        "SELECT name FROM message_ref WHERE platform = :platform AND chat = :chat"
        " AND message = :message ORDER BY updated_at DESC LIMIT 1",
        platform=sent.target.platform,
        chat=sent.target.chat,
        message=sent.message,
    )
    return found or ""


def moved(tx: Tx, platform: str, old: str, new: str) -> int:
    """Follow a chat to its new id; returns how many messages were concerned."""
    return tx.run(
        "UPDATE message_ref SET chat = :new WHERE platform = :platform AND chat = :old",
        platform=platform,
        old=old,
        new=new,
    )


def prune(tx: Tx, before: int) -> int:
    """Forget messages that nobody touched since `before`."""
    return tx.run("DELETE FROM message_ref WHERE updated_at < :before", before=before)
