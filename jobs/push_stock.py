"""Tell every shop what it shall display: the newest wish of each listing, decreases first.

The wishes are computed once for all shops when stock moved; each shop then drains its own, at its
own pace, so that one that hangs keeps no other waiting.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

from core.domain.channel import Channel
from core.domain.errors import MarketError, SessionOver, Throttled
from core.domain.listing import StockWrite
from core.ports import Storefront
from core.services import listings
from core.services.listings import Row, Shop
from core.store.door import Store
from jobs.pull_listings import ListingPull, shop_of

log = logging.getLogger("zhanggui.stock")

Sleep = Callable[[float], Awaitable[None]]

IDLE_S: Final = 15.0
"""So long nothing is looked at when no signal comes: retries, and signals of another worker."""

PAUSE_S: Final = 0.3
"""Moves within it become one computation: it costs about 0.1 s for 50,000 listings."""

CLAIMED: Final = 40
"""Pushes claimed at once: those behind them wait in the database, where they still coalesce."""

LEASE_MS: Final = 180_000
"""After a crash a claimed push is sent again; longer than any request may take."""

SESSION_WAIT_MS: Final = 300_000


class Bell:
    """Wakes a task when a commit raised a signal, or after a while without one."""

    def __init__(self, store: Store, signal: str) -> None:
        self._rung = asyncio.Event()
        loop = asyncio.get_running_loop()

        def ring() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(self._rung.set)

        store.listen(signal, ring)

    async def wait(self, seconds: float) -> None:
        """Return when it rang, at the latest after `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()


class Wishes:
    """Computes what all shops shall display, whenever stock moves, and never without a pause."""

    def __init__(self, store: Store, sleep: Sleep) -> None:
        self._store = store
        self._sleep = sleep

    async def run(self) -> None:
        """Compute for ever."""
        bell = Bell(self._store, listings.MOVED)
        while True:
            try:
                await self._store.write(listings.wish)
            except Exception:
                log.exception("the wishes broke off; they are computed again")
            await self._sleep(PAUSE_S)
            await bell.wait(IDLE_S)


class StockPush:
    """One shop: brings what it displays to what is wished."""

    def __init__(
        self, store: Store, channel: Channel, front: Storefront, pull: ListingPull
    ) -> None:
        self.channel = channel
        self._store = store
        self._front = front
        self._pull = pull

    async def run(self) -> None:
        """Drain for ever; whatever happens to this shop stays with this shop."""
        bell = Bell(self._store, listings.WISHED)
        while True:
            try:
                await self.drain()
            except MarketError as error:
                log.warning("%s: %s (%s)", self.channel.name, type(error).__name__, error)
            except Exception:
                log.exception("stock of %s broke off; it is tried again", self.channel.name)
            await bell.wait(IDLE_S)

    async def drain(self) -> int:
        """Push all that is due, pauses first; return how many the shop took.

        Raises a MarketError where the whole shop cannot be told anything; what is due stays due.
        """
        shop = await shop_of(self._store, self.channel)
        await self._shelve(shop)
        done = 0
        most = max(CLAIMED, self._front.at_once)
        claim = partial(listings.claim, shop_id=shop.id, limit=most, lease_ms=LEASE_MS)
        while pushes := await self._store.write(claim):
            done += await self._push(pushes)
        if await self._store.read(lambda tx: listings.to_check(tx, shop.id)):
            await self._pull.pull()
        return done

    async def _push(self, pushes: Sequence[Row]) -> int:
        done, size = 0, self._front.at_once
        for at in range(0, len(pushes), size):
            part = pushes[at : at + size]
            try:
                done += await self._send(part)
            except BaseException as error:
                wait = _wait_ms(error)
                rest = pushes[at if isinstance(error, Throttled | SessionOver) else at + size :]
                await self._store.write(partial(listings.untried, pushes=rest, wait_ms=wait))
                raise
        return done

    async def _send(self, part: Sequence[Row]) -> int:
        """Send one call; how each of its pushes ended is written down with the answer."""
        writes = [_write(push, push["sent_qty"]) for push in part]
        name = self.channel.name
        try:
            ends = await self._front.set_stock(writes)
        except (Throttled, SessionOver):
            raise
        except MarketError as error:
            reason = str(error)
            await self._store.write(
                partial(listings.unanswered, pushes=part, reason=reason, name=name)
            )
            return 0
        well = [push for push, end in zip(part, ends, strict=True) if end is None]
        await self._store.write(partial(listings.taken, pushes=well))
        for push, end in zip(part, ends, strict=True):
            if end is not None:
                await self._store.write(partial(listings.refused, push=push, error=end, name=name))
        return len(well)

    async def _shelve(self, shop: Shop) -> None:
        """Pause and resume what shall be; one that fails is told at once and tried again."""
        for row in await self._store.read(lambda tx: listings.to_shelve(tx, shop.id)):
            paused = row["paused_at"] is not None
            try:
                await self._front.put_on_sale(_write(row, max(1, row["n"])), on_sale=not paused)
            except (Throttled, SessionOver):
                raise
            except MarketError as error:
                reason = str(error)
                await self._store.write(
                    partial(listings.failed, shop=shop, row=row, reason=reason)
                )
            else:
                await self._store.write(
                    partial(listings.shelved, shop=shop, row=row, paused=paused)
                )


def _write(row: Row, quantity: int) -> StockWrite:
    return StockWrite(row["item"], row["sku"], row["outer_code"], quantity)


def _wait_ms(error: BaseException) -> int:
    if isinstance(error, Throttled):
        return round(max(error.retry_after, 2.0) * 1000)
    return SESSION_WAIT_MS if isinstance(error, SessionOver) else 0
