"""How the configured database is opened: by the service, or by a command beside it."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.sections import Settings
from core.nursery import Nursery
from core.store.door import Store
from core.store.engine import open_store, sqlite_path
from core.store.migrate import migrate
from jobs.heartbeat import Heartbeat, this_process

log = logging.getLogger("zhanggui")


def now_ms() -> int:
    """Return the time: milliseconds since 1970 in UTC. The one clock of the program."""
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Store]:
    """Open the configured database, brought up to this version."""
    url = settings.database.url
    migrate(url)
    store = open_store(url, now_ms)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def working_alone(store: Store, settings: Settings) -> AsyncIterator[None]:
    """Hold the service lease of a SQLite database: a command that writes wants to be alone.

    Raises Refusal while a service is at work. PostgreSQL takes many writers and needs no lease.
    """
    if sqlite_path(settings.database.url) is None:
        yield
        return

    async def nothing(worker: str) -> int:
        del worker
        return 0

    nursery = Nursery(log)
    heartbeat = Heartbeat(store, this_process("cli"), nothing, lambda: None)
    await heartbeat.take_service()
    beating = nursery.start(heartbeat.run(), "heartbeat")
    try:
        yield
    finally:
        beating.cancel()
        await nursery.close(1)
        await heartbeat.leave()
