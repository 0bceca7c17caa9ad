"""Which files were taken in already, by channel and content."""

from core.store.tx import Row, Tx


def seen(tx: Tx, channel: str, digest: str) -> Row | None:
    """Return when and with what result a file was taken in (`name`, `tally`, `at`), or None."""
    return tx.one(
        "SELECT name, tally, at FROM file_seen WHERE channel = :channel AND digest = :digest",
        channel=channel,
        digest=digest,
    )


def note(tx: Tx, channel: str, digest: str, name: str, tally: str) -> None:
    """Remember a file and what became of it; the last time counts."""
    tx.run(
        "INSERT INTO file_seen (channel, digest, name, tally, at)"
        " VALUES (:channel, :digest, :name, :tally, :now) ON CONFLICT (channel, digest)"
        " DO UPDATE SET name = excluded.name, tally = excluded.tally, at = excluded.at",
        channel=channel,
        digest=digest,
        name=name,
        tally=tally,
        now=tx.now,
    )
