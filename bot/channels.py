"""Which shops are polled? Built from `[channels]`; a channel that is wrong stays off by itself."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.fronts import Front, front_of, running
from bot.sections import Settings
from core.adapters.marketplaces.configurations import channel, is_polled
from core.adapters.marketplaces.http_json import HttpJson, Means
from core.adapters.marketplaces.pace import Pace
from core.adapters.marketplaces.storefront import HttpStorefront
from core.domain.channel import Channel
from core.domain.errors import BadInput
from core.http.client import Http, HttpLimits
from core.http.guard import Guard
from core.nursery import Nursery
from core.services import polling
from core.store.door import Store
from jobs.poll_orders import ShopPoll

log = logging.getLogger("zhanggui.channels")

OWN = HttpLimits(connections=8, per_host=8)
"""Each shop has its own few connections: one that hangs takes none from the others, and a small
pool is quick to look through."""


@dataclass
class Channels:
    """The shops that are polled, each with its way out, and the channels that are wrong."""

    store: Store
    nursery: Nursery
    ways: list[Http] = field(default_factory=list)
    polls: list[ShopPoll] = field(default_factory=list)
    fronts: list[Front] = field(default_factory=list)
    wrong: dict[str, BadInput] = field(default_factory=dict)
    _running: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Poll every shop in a task of its own, and tell of the channels that stay off."""
        for name, error in self.wrong.items():
            log.error("channel %s stays off: %s", name, error.en)
            reason = f"{error.zh}\n{error.en}"
            await self.store.write(
                partial(polling.trouble, name=name, code="CHANNEL_REFUSED", reason=reason)
            )
        for poll in self.polls:
            name = poll.channel.name
            self._running.append(self.nursery.start(poll.run(), f"poll {name}"))
            self._running.append(self.nursery.start(poll.run_history(), f"history {name}"))
        for work, name in running(self.store, self.fronts):
            self._running.append(self.nursery.start(work, name))

    async def stop(self) -> None:
        """Ask nobody any more; a window under way is asked again after the next start."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()

    async def close(self) -> None:
        """Close the connections."""
        for http in self.ways:
            await http.close()


def channels_of(settings: Settings, store: Store, nursery: Nursery) -> Channels:
    """Build what polls the shops of the settings."""
    guard = Guard(settings.network.allow_private)
    found = Channels(store, nursery)
    paces: dict[tuple[str, str], tuple[Pace, Pace | None]] = {}
    for name, table in polled(settings).items():
        try:
            told = channel(name, table)
        except BadInput as error:
            found.wrong[name] = error
            continue
        if told.account.mode != "off":
            http = Http(guard, nursery.start, OWN)
            found.ways.append(http)
            market = HttpJson(told, Means(http.send, store.clock, *_paces(paces, told)))
            minutes = settings.jobs.poll_minutes
            poll = ShopPoll(store, told, market, minutes, asyncio.sleep)
            found.polls.append(poll)
            found.fronts.append(front_of(store, poll, HttpStorefront(told, market.ask)))
    return found


def polled(settings: Settings) -> Mapping[str, Mapping[str, Any]]:
    """Return the channels that are polled; the others read files."""
    return {name: table for name, table in settings.channels.items() if is_polled(table)}


def _paces(
    known: dict[tuple[str, str], tuple[Pace, Pace | None]], told: Channel
) -> tuple[Pace, Pace | None]:
    """Return the paces of a channel: platforms count the calls of an application together."""
    key = (told.platform, told.account.app_key.reveal())
    if key not in known:
        listing = told.api.changes.rate
        known[key] = (
            Pace(told.api.rate, _monotonic, asyncio.sleep),
            Pace(listing, _monotonic, asyncio.sleep) if listing else None,
        )
    return known[key]


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
