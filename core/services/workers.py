"""Who is at work on this database, who alone may serve it, and who has died?"""

from collections.abc import Callable
from dataclasses import dataclass

from core.domain.errors import Refusal
from core.store import lease, workers
from core.store.tx import Tx

SERVICE = "service"
SERVICE_TTL_MS = 30_000
SILENT_MS = 20_000
"""A worker that gave no sign of life for so long is dead; beats come every 5 s."""


@dataclass(frozen=True, slots=True)
class Process:
    """One run of the program: `life` tells it from an earlier process with the same number."""

    worker: str
    host: str
    pid: int
    life: str

    @property
    def holder(self) -> str:
        """The name under which it holds leases."""
        return f"{self.host}|{self.pid}|{self.life}"


def take_service(tx: Tx, me: Process, alive: Callable[[int], bool]) -> None:
    """Become the one service on this database, or refuse with a plain sentence.

    `alive` says whether a process of this machine runs; a holder here that does not is dead, and
    its lease is taken at once. Raises Refusal while another service is at work.
    """
    if lease.acquire(tx, SERVICE, me.holder, SERVICE_TTL_MS):
        return
    row = lease.held(tx, SERVICE)
    if row is None:
        holder, seconds = "", 0
    else:
        holder, seconds = row["holder"], -(-(row["until_at"] - tx.now) // 1000)
    host, pid, _ = holder.split("|") if holder else ("", "0", "")
    dead = host == me.host and (int(pid) == me.pid or not alive(int(pid)))
    if dead:
        lease.release(tx, SERVICE, holder)
        lease.acquire(tx, SERVICE, me.holder, SERVICE_TTL_MS)
        return
    raise Refusal(
        f"另一个掌柜服务正在使用这个数据库（主机 {host}，进程 {pid}）。请先停掉它再启动；"
        f"如果它已经不在了，{seconds} 秒后再试。",
        f"Another copy of the service is using this database (host {host}, process {pid})."
        f" Stop it first; if it is gone already, try again in {seconds} s.",
    )


def beat(tx: Tx, me: Process, *, service: bool) -> bool:
    """Say that we live. False: the service lease was lost, so this copy must stop."""
    workers.beat(tx, me.worker, me.host, me.pid)
    return not service or lease.acquire(tx, SERVICE, me.holder, SERVICE_TTL_MS)


def leave(tx: Tx, me: Process) -> None:
    """End of our own accord: nothing is left for others to wait for."""
    workers.leave(tx, me.worker)
    lease.release(tx, SERVICE, me.holder)


def dead(tx: Tx, me: Process) -> list[str]:
    """Return the other workers that are silent for too long."""
    silent = workers.silent(tx, tx.now - SILENT_MS)
    return [worker for worker in silent if worker != me.worker]


def bury(tx: Tx, worker: str) -> bool:
    """Forget a dead worker; False if it came back to life meanwhile."""
    return workers.bury(tx, worker, tx.now - SILENT_MS)
