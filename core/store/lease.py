"""Who alone may do this just now? A lease ends by itself when its holder dies."""

from core.store.tx import Row, Tx


def acquire(tx: Tx, name: str, holder: str, ttl_ms: int) -> bool:
    """Take the lease for `ttl_ms`, or keep it if it is ours; False while another holds it."""
    taken = tx.run(
        "INSERT INTO lease (name, holder, until_at) VALUES (:name, :holder, :until)"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at"
        " WHERE lease.holder = excluded.holder OR lease.until_at <= :now",
        name=name,
        holder=holder,
        until=tx.now + ttl_ms,
        now=tx.now,
    )
    return taken == 1


def renew(tx: Tx, name: str, holder: str, ttl_ms: int) -> bool:
    """Keep the lease for another `ttl_ms`; False if it is no longer ours."""
    kept = tx.run(
        "UPDATE lease SET until_at = :until WHERE name = :name AND holder = :holder",
        name=name,
        holder=holder,
        until=tx.now + ttl_ms,
    )
    return kept == 1


def release(tx: Tx, name: str, holder: str) -> None:
    """Give the lease up; nothing happens if it is not ours."""
    tx.run("DELETE FROM lease WHERE name = :name AND holder = :holder", name=name, holder=holder)


def held(tx: Tx, name: str) -> Row | None:
    """Return the lease in force (`holder`, `until_at`), or None."""
    return tx.one(
        "SELECT holder, until_at FROM lease WHERE name = :name AND until_at > :now",
        name=name,
        now=tx.now,
    )
