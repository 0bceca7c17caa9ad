"""Which shops show and tell what? Listings, stock, shipments and closings of a run's shops."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import time as wall_time
from typing import Any, Final

from core.domain.schedule import Daily
from core.ports import Storefront
from core.store.door import Store
from jobs.clock import Job
from jobs.confirm_shipments import ConfirmShipments
from jobs.daily_closing import DailyClosing
from jobs.poll_orders import ShopPoll
from jobs.pull_listings import ListingPull
from jobs.push_stock import StockPush, Wishes

CLOSING_AT: Final = wall_time(1, 30)
"""Late enough that every platform shows the whole day before."""


@dataclass(frozen=True, slots=True)
class Front:
    """One shop: what it shows, and what it is told; no part where its platform offers none."""

    name: str
    pull: ListingPull | None
    push: StockPush | None
    tell: ConfirmShipments | None
    closing: DailyClosing | None


def front_of(store: Store, poll: ShopPoll, outside: Storefront) -> Front:
    """Build what a shop shows and is told; only a live one that is set to is told anything."""
    channel = poll.channel
    told, account = channel.api.outgoing, channel.account
    pull = push = None
    if told and told.listings:
        pull = ListingPull(store, channel, outside, asyncio.sleep)
        if told.stock and account.mode == "live" and account.push_stock:
            push = StockPush(store, channel, outside, pull)
    closing = DailyClosing(store, poll, outside) if told and told.day else None
    tell = None
    if told and told.ship and account.mode == "live":
        tell = ConfirmShipments(store, channel, outside)
    return Front(channel.name, pull, push, tell, closing)


def running(store: Store, fronts: list[Front]) -> list[tuple[Coroutine[Any, Any, None], str]]:
    """Return what runs all the time, each with its name."""
    works = [(front.pull.run(), f"listings {front.name}") for front in fronts if front.pull]
    pushes = [(front.push.run(), f"stock {front.name}") for front in fronts if front.push]
    wishes = [(Wishes(store, asyncio.sleep).run(), "wishes")] if pushes else []
    tells = [(front.tell.run(), f"shipments {front.name}") for front in fronts if front.tell]
    return works + wishes + pushes + tells


def closings(fronts: list[Front]) -> list[Job]:
    """Return what runs by the clock."""
    return [
        Job(f"closing:{one.name}", Daily(CLOSING_AT, one.closing.channel.zone), one.closing.run)
        for one in fronts
        if one.closing
    ]
