"""Which page was promised to whom, for how long? The code of a link is never stored."""

from core.store.tx import Row, Tx


def put(tx: Tx, token_hash: str, page: str, subject: str, who: tuple[int, int]) -> None:
    """Keep a link; `who` is (person id, end in UTC ms). The same link again is no second one."""
    tx.run(
        "INSERT INTO page_link (token_hash, page, subject, person_id, expires_at, created_at)"
        " VALUES (:hash, :page, :subject, :person, :expires, :now)"
        " ON CONFLICT (token_hash) DO NOTHING",
        hash=token_hash,
        page=page,
        subject=subject,
        person=who[0],
        expires=who[1],
        now=tx.now,
    )


def find(tx: Tx, token_hash: str) -> Row | None:
    """Return a link with its person's name, role and whether they still work here."""
    return tx.one(
        "SELECT l.*, p.name, p.role, p.active FROM page_link AS l"
        " JOIN person AS p ON p.id = l.person_id WHERE l.token_hash = :hash",
        hash=token_hash,
    )


def opened(tx: Tx, link_id: int) -> None:
    """Remember when a link was first opened."""
    tx.run(
        "UPDATE page_link SET opened_at = COALESCE(opened_at, :now) WHERE id = :id",
        id=link_id,
        now=tx.now,
    )


def prune(tx: Tx, before: int) -> int:
    """Forget links that ended before `before`."""
    return tx.run("DELETE FROM page_link WHERE expires_at < :before", before=before)
