"""Tell platforms what was shipped: once per order, whatever becomes of the answers.

A missing answer is never followed by a second telling before the platform was asked what it shows.
"""

import logging
from functools import partial
from typing import Final

from core.domain.channel import Channel
from core.domain.errors import MarketError, Refused, SessionOver, Throttled
from core.domain.order import Callback
from core.ports import Storefront
from core.services import shipping
from core.services.shipping import Row, Shop
from core.store.door import Store
from jobs.pull_listings import shop_of
from jobs.push_stock import Bell

log = logging.getLogger("zhanggui.shipments")

IDLE_S: Final = 60.0
AT_ONCE: Final = 100


class ConfirmShipments:
    """One shop's shipments."""

    def __init__(self, store: Store, channel: Channel, front: Storefront) -> None:
        self.channel = channel
        self._store = store
        self._front = front

    async def run(self) -> None:
        """Tell for ever; whatever happens to this shop stays with this shop."""
        bell = Bell(self._store, shipping.QUEUED)
        while True:
            try:
                await self.drain()
            except MarketError as error:
                log.warning("%s: %s (%s)", self.channel.name, type(error).__name__, error)
            except Exception:
                log.exception("shipments of %s broke off; tried again", self.channel.name)
            await bell.wait(IDLE_S)

    async def drain(self) -> None:
        """Tell what waits, each order once. Raises Throttled or SessionOver; the rest waits."""
        shop = await shop_of(self._store, self.channel)
        waiting = partial(shipping.waiting, shop_id=shop.id, limit=AT_ONCE)
        for row in await self._store.read(waiting):
            after, reason = await self._tell(row)
            await self._settle(shop, row, after, reason)

    async def _tell(self, row: Row) -> tuple[Callback, str]:
        """Tell of one order; return where it stands then, and why."""
        reason, refused = "", False
        if row["callback"] == Callback.QUEUED:
            try:
                await self._front.ship(row["platform_no"], row["courier"], row["waybill"])
            except (Throttled, SessionOver):
                raise
            except MarketError as error:
                reason, refused = str(error), isinstance(error, Refused)
            else:
                return Callback.CONFIRMED, ""
        return await self._look(row, reason, refused=refused)

    async def _look(self, row: Row, reason: str, *, refused: bool) -> tuple[Callback, str]:
        """Ask what the platform shows of an order that may have been told already."""
        try:
            shown = await self._front.shipped(row["platform_no"])
        except (Throttled, SessionOver):
            raise
        except MarketError as error:
            return Callback.IN_DOUBT, str(error)
        if shown is None:
            return (Callback.FAILED if refused else Callback.QUEUED), reason
        if shown[1].strip().casefold() == row["waybill"].strip().casefold():
            return Callback.CONFIRMED, ""
        told = f"{row['platform_no']}: {shown[0]} {shown[1]} ≠ {row['courier']} {row['waybill']}"
        return Callback.FAILED, told

    async def _settle(self, shop: Shop, row: Row, after: Callback, reason: str) -> None:
        await self._store.write(
            partial(shipping.settle, shop=shop, row=row, after=after, reason=reason)
        )
