"""How tests run the sender: a clock that goes, a started Durable, a wait until effects ended."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from core.messaging import Content, Target
from core.nursery import Nursery
from core.services import effects
from core.services.effects import Aftermath
from core.services.payloads import Letter
from core.store import outbox
from core.store.door import Store
from core.store.engine import open_store
from jobs.deliver import Deliver
from jobs.durable import Durable, Pace, work_url
from tests.clock import MONDAY_TEN
from tests.jobs.fake_chat import FakeChat, letter, no_paint

QUICK = Pace(polling=0.05, sweep=0.5, lease_ms=150, after_error_ms=50)
ENOUGH_S = 60


def going() -> int:
    """Is a clock that goes on, in every process of this machine alike."""
    return MONDAY_TEN + time.monotonic_ns() // 1_000_000


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """Open the database with a clock that goes."""
    store = open_store(url, going)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def sending(
    store: Store, url: str, chat: FakeChat, aftermath: Aftermath, worker: str = "w1"
) -> AsyncIterator[Durable]:
    """Run the sender."""
    nursery = Nursery(logging.getLogger("zhanggui.test"))
    deliver = Deliver(store, {chat.platform: chat}, letter, no_paint)
    durable = Durable(store, worker, deliver, nursery, aftermath, QUICK)
    await durable.start(work_url(url))
    try:
        yield durable
    finally:
        await durable.close(5)
        await nursery.close(0)


async def post(store: Store, key: str, kind: str, target: Target, remember: str = "") -> None:
    """Write an effect whose text is its key."""
    words = Letter(target, Content(text=key), remember)
    await store.write(lambda tx: effects.post(tx, key, kind, words))


async def all_ended(store: Store, key: str = "") -> Mapping[str, str]:
    """Wait until no effect is open, or not the one named; returns the state of each by key."""
    loop, more = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(more.set)

    store.listen(effects.ENDED, wake)
    async with asyncio.timeout(ENOUGH_S):
        while any(
            key in ("", row["key"])
            for row in await store.read(lambda tx: outbox.unfinished(tx, 0, 1_000))
        ):
            await more.wait()
            more.clear()
    rows = await store.read(lambda tx: tx.all("SELECT key, state FROM outbox"))
    return {row["key"]: row["state"] for row in rows}
