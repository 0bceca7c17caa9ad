"""Close every shop's day (日结对账): as many orders, for as much, at the platform as here.

What is missing is pulled again at once, and told; a shop that cannot be asked is tried again.
"""

import logging
from datetime import date, timedelta
from functools import partial

from core.domain.errors import MarketError
from core.domain.kpi import days_window
from core.domain.schedule import Slot, local_date
from core.ports import Storefront
from core.services import closing
from core.services.closing import Compared, Shop
from core.store.door import Store
from jobs.poll_orders import ShopPoll
from jobs.pull_listings import shop_of

log = logging.getLogger("zhanggui.closing")


class DailyClosing:
    """Closes the day before of one shop."""

    def __init__(self, store: Store, poll: ShopPoll, front: Storefront) -> None:
        self.channel = poll.channel
        self._store = store
        self._poll = poll
        self._front = front

    async def run(self, slot: Slot) -> None:
        """Close the day before the slot. A MarketError leaves the slot open: it is run again."""
        day = local_date(slot.at, self.channel.zone) - timedelta(days=1)
        try:
            await self.close(day)
        except MarketError as error:
            log.warning("%s: %s is not closed (%s)", self.channel.name, day, error)
            raise

    async def close(self, day: date) -> Compared:
        """Compare a day, pull again what is missing, write it down; return what is left."""
        shop = await shop_of(self._store, self.channel)
        first = last = await self._compare(shop, day)
        if not first.equal:
            await self._poll.again(days_window(day, day, self.channel.zone)[0])
            last = await self._compare(shop, day)
        await self._store.write(partial(closing.note, shop=shop, first=first, last=last))
        return last

    async def _compare(self, shop: Shop, day: date) -> Compared:
        since, until = days_window(day, day, self.channel.zone)
        told = self.channel.api.outgoing
        by = told.day.by if told and told.day else "placed_at"
        theirs = await self._front.day(since, until)
        ours = await self._store.read(lambda tx: closing.orders_of(tx, shop.id, by, since, until))
        return closing.compared(day.isoformat(), theirs, ours)
