"""Ask every shop what it offers and what buyers see of it, again and again."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from core.domain.channel import Channel
from core.domain.errors import MarketError
from core.ports import Storefront
from core.services import listings
from core.services.listings import Pulled, Shop
from core.store.door import Store

log = logging.getLogger("zhanggui.listings")

Sleep = Callable[[float], Awaitable[None]]

EVERY_S: Final = 3600.0
JITTER: Final = 0.1


class ListingPull:
    """One shop's listings; what cannot be asked now is asked again in the next turn."""

    def __init__(self, store: Store, channel: Channel, front: Storefront, sleep: Sleep) -> None:
        self.channel = channel
        self._store = store
        self._front = front
        self._sleep = sleep

    async def run(self) -> None:
        """Pull for ever, every hour."""
        while True:
            try:
                await self.pull()
            except MarketError as error:
                log.warning("%s: no listings (%s)", self.channel.name, error)
            except Exception:
                log.exception("listings of %s broke off; asked again", self.channel.name)
            jitter = 1 - JITTER + 2 * JITTER * secrets.randbelow(1001) / 1000
            await self._sleep(EVERY_S * jitter)

    async def pull(self) -> Pulled:
        """Pull all listings and keep them. Raises a MarketError; then nothing is changed."""
        shop = await shop_of(self._store, self.channel)
        offers = await self._front.offers()
        live = self.channel.account.mode == "live"
        keep = partial(
            listings.keep, shop=shop, offers=offers, live=live,
            create_skus=self.channel.mapping.create_skus,
        )  # fmt: skip
        pulled = await self._store.write(keep)
        log.debug("%s: %s", self.channel.name, pulled)
        return pulled


async def shop_of(store: Store, channel: Channel) -> Shop:
    """Return the shop of a channel, made if it is new."""
    mapping = channel.mapping
    return await store.write(
        lambda tx: listings.ensure_shop(
            tx, mapping.name, channel.platform, mapping.zone, mapping.currency
        )
    )
