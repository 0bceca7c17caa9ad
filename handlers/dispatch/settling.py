"""How is it written down that requests were answered? After the replies, many in one commit."""

import asyncio
import logging

from core.domain.checkpoints import checkpoint
from core.nursery import Nursery
from core.services import requests
from core.services.requests import Answered
from core.store.door import Store

log = logging.getLogger("zhanggui.chat")


class Settling:
    """Writes answered requests down; while one commit runs, the next ones gather."""

    def __init__(self, store: Store, nursery: Nursery) -> None:
        self._store = store
        self._nursery = nursery
        self._waiting: list[Answered] = []
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, answered: Answered) -> None:
        """Write this down soon."""
        self._waiting.append(answered)
        if self._idle.is_set():
            self._idle.clear()
            self._nursery.start(self._run(), "chat settling")

    async def idle(self) -> None:
        """Wait until everything is written."""
        await self._idle.wait()

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._write(batch)
        finally:
            self._idle.set()

    async def _write(self, batch: list[Answered]) -> None:
        try:
            await self._store.write(lambda tx: requests.settle(tx, batch))
            checkpoint("chat:settled")
        except Exception:
            if len(batch) == 1:  # its row stays open and is run again at the next start
                log.exception("request %s was answered but not settled", batch[0].inbox_id)
                return
            for one in batch:
                await self._write([one])
