"""Which processes are at work, and which of them have died?"""

from core.store.tx import Tx


def beat(tx: Tx, worker: str, host: str, pid: int) -> None:
    """Say that `worker` lives; the first beat of a process starts its row anew."""
    tx.run(
        "INSERT INTO worker (id, host, pid, started_at, heartbeat_at)"
        " VALUES (:id, :host, :pid, :now, :now)"
        " ON CONFLICT (id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at,"
        " started_at = CASE WHEN worker.host = excluded.host AND worker.pid = excluded.pid"
        " THEN worker.started_at ELSE excluded.started_at END,"
        " host = excluded.host, pid = excluded.pid",
        id=worker,
        host=host,
        pid=pid,
        now=tx.now,
    )


def silent(tx: Tx, since: int) -> list[str]:
    """Return the workers that gave no sign of life since the time `since`."""
    rows = tx.all("SELECT id FROM worker WHERE heartbeat_at < :since ORDER BY id", since=since)
    return [row["id"] for row in rows]


def bury(tx: Tx, worker: str, since: int) -> bool:
    """Remove a worker that is still silent; False if it came back to life."""
    gone = tx.run(
        "DELETE FROM worker WHERE id = :id AND heartbeat_at < :since", id=worker, since=since
    )
    return gone == 1


def leave(tx: Tx, worker: str) -> None:
    """Remove a worker that ends of its own accord."""
    tx.run("DELETE FROM worker WHERE id = :id", id=worker)
