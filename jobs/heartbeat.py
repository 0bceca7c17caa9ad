"""Are we alive and alone, and whose work must be taken over?"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from functools import partial

from core.services import workers
from core.services.workers import Process
from core.store.door import Store

log = logging.getLogger("zhanggui.heartbeat")

BEAT_S = 5.0


def this_process(worker: str) -> Process:
    """Return this process as the worker named `worker`."""
    return Process(worker, socket.gethostname(), os.getpid(), secrets.token_hex(4))


def is_alive(pid: int) -> bool:
    """Say whether a process of this machine runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Heartbeat:
    """Keeps the worker row and the service lease fresh and finds dead workers."""

    def __init__(
        self,
        store: Store,
        me: Process,
        take_over: Callable[[str], Awaitable[int]],
        lost: Callable[[], None],
    ) -> None:
        self._store = store
        self._me = me
        self._take_over = take_over
        self._lost = lost
        self._service = False
        self._left = False

    async def take_service(self) -> None:
        """Become the one service on this database. Raises Refusal if another one is at work."""
        await self._store.write(lambda tx: workers.take_service(tx, self._me, is_alive))
        self._service = True

    async def beat(self) -> None:
        """Give one sign of life and take over what dead workers left; nothing after `leave`."""
        if self._left:
            return
        mine = await self._store.write(
            lambda tx: workers.beat(tx, self._me, service=self._service)
        )
        if not mine:
            log.critical("Another copy of the service took over this database; stopping")
            self._lost()
            return
        for worker in await self._store.read(lambda tx: workers.dead(tx, self._me)):
            count = await self._take_over(worker)
            await self._store.write(partial(workers.bury, worker=worker))
            log.warning("Worker %s is dead; took over %d effects", worker, count)

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            try:
                await self.beat()
            except Exception:
                log.exception("No sign of life could be given; trying again")
            await asyncio.sleep(BEAT_S)

    async def leave(self) -> None:
        """Give the lease up so that the next start need not wait."""
        self._left = True
        await self._store.write(lambda tx: workers.leave(tx, self._me))
