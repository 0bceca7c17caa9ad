"""The composition root: the only file that knows every part, and which part gets which."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from datetime import time as wall_time
from pathlib import Path
from typing import Any

from bot import telegram
from bot.channels import Channels, channels_of, polled
from bot.control import Control, Serve
from bot.fronts import closings
from bot.out import Out
from bot.sections import Settings
from bot.web.server import Web
from bot.works import Shop, find
from charts.json_form import from_json, to_json
from charts.pictures import Chart
from charts.render import Renderer
from core.adapters.files import presets
from core.domain import topics
from core.domain.schedule import Daily
from core.messaging import Content
from core.nursery import Nursery
from core.ports import Messenger, Receiver
from core.services import Tx, rooms
from core.services.aftermath import Listed
from core.services.compose import letter
from core.services.workers import Process
from core.store.door import Store
from handlers.all import menus, registry
from handlers.dispatch import ChatRules, Dispatcher, Parts
from handlers.figures import day_content
from jobs import housekeeping
from jobs.clock import Job, JobClock
from jobs.daily_summary import DailySummary, Reader
from jobs.deliver import Deliver
from jobs.durable import Durable
from jobs.heartbeat import Heartbeat
from jobs.watch_folder import WatchedFolder

log = logging.getLogger("zhanggui")


@dataclass(frozen=True, slots=True)
class Platform:
    """Both halves of one chat platform; `introduce` tells it our menus and returns our name."""

    receiver: Receiver
    messenger: Messenger
    introduce: Callable[[], Awaitable[str]]
    close: Callable[[], Awaitable[None]]


@dataclass
class Service:
    """All parts of a running service, built but not started."""

    store: Store
    nursery: Nursery
    heartbeat: Heartbeat
    durable: Durable
    clock: JobClock
    dispatcher: Dispatcher
    web: Web
    control: Control
    renderer: Renderer
    platforms: Mapping[str, Platform]
    watched: WatchedFolder | None
    channels: Channels


def platforms_of(settings: Settings, alarm: telegram.Alarm) -> dict[str, Platform]:
    """Build the chat platforms that are configured."""
    if not settings.chat.telegram.token:
        return {}
    receiver, messenger = telegram.build(settings.chat.telegram, alarm)

    async def introduce() -> str:
        me = await receiver.identify()
        await messenger.announce(menus(registry()))
        return me.username

    async def close() -> None:
        await messenger.close()
        await receiver.close()

    return {receiver.platform: Platform(receiver, messenger, introduce, close)}


def build(
    settings: Settings,
    store: Store,
    platforms: Mapping[str, Platform],
    me: Process,
    lost: Callable[[], None],
) -> Service:
    """Put a service together; `lost` is called when another copy took the database over."""
    nursery = Nursery(log)
    renderer = Renderer()
    messengers = {name: one.messenger for name, one in platforms.items()}
    deliver = Deliver(store, messengers, letter, lambda form: renderer.render(from_json(form)))
    worker = me.worker
    durable = Durable(store, worker, deliver, nursery, Listed())
    heartbeat = Heartbeat(store, me, durable.take_over, lost)
    channels = channels_of(settings, store, nursery)
    closed = closings(channels.fronts)
    return Service(
        store=store,
        nursery=nursery,
        heartbeat=heartbeat,
        durable=durable,
        clock=JobClock(store, worker, nursery, [*_jobs(settings, store, durable), *closed]),
        dispatcher=dispatcher_of(settings, store, platforms, nursery, renderer),
        web=Web(store, settings.web, store.clock),
        control=Control(settings.database.url, _serve_command(settings, store)),
        renderer=renderer,
        platforms=platforms,
        watched=_watched(settings),
        channels=channels,
    )


def dispatcher_of(
    settings: Settings,
    store: Store,
    platforms: Mapping[str, Platform],
    nursery: Nursery,
    renderer: Renderer,
) -> Dispatcher:
    """Build what answers the chats of `platforms`."""
    web = settings.web
    rules = ChatRules(
        lang=settings.shop.lang,
        zone=settings.shop.zone,
        page_base=web.public_url or f"http://{web.host}:{web.port}",
    )
    return Dispatcher(
        Parts(
            store=store,
            registry=registry(),
            receivers={name: one.receiver for name, one in platforms.items()},
            messengers={name: one.messenger for name, one in platforms.items()},
            nursery=nursery,
            sleep=asyncio.sleep,
            draws=renderer,
            rules=rules,
        )
    )


def _jobs(settings: Settings, store: Store, durable: Durable) -> list[Job]:
    at = wall_time.fromisoformat(settings.jobs.daily_summary)
    readers = _readers(settings.shop.lang)
    daily = DailySummary(store, settings.shop.zone, readers, _daily_content)
    return [
        Job("daily_summary", Daily(at, settings.shop.zone), daily.run),
        *housekeeping.jobs(store, durable.prune),
    ]


def _watched(settings: Settings) -> WatchedFolder | None:
    if not settings.files.watch:
        return None
    folder = Path(settings.files.watch)
    folder.mkdir(parents=True, exist_ok=True)
    asked = polled(settings)
    channels = {
        name: presets.channel(name, table)
        for name, table in settings.channels.items()
        if name not in asked
    }
    known = {name: presets.preset(name) for name in presets.names() if name not in channels}
    return WatchedFolder(folder, {**known, **channels}, settings.shop.lang)


def _readers(lang: str) -> Callable[[Tx], Sequence[Reader]]:
    """Return who gets the daily summary, each in the language of its chat."""

    def readers(tx: Tx) -> list[Reader]:
        found = rooms.subscribed(tx, topics.SUMMARY)
        return [Reader(room.target, room.lang or lang) for room in found]

    return readers


def _daily_content(tx: Tx, day: date, lang: str) -> Content:
    """Write the summary of a day: the same picture and words as /today gives."""
    content = day_content(tx, day, lang)
    shown = content.picture
    if shown is None or not isinstance(shown.chart, Chart):
        return content
    return replace(content, picture=replace(shown, chart=to_json(shown.chart)))


def _serve_command(settings: Settings, store: Store) -> Serve:
    async def serve(name: str, arguments: Mapping[str, Any], out: Out) -> int:
        return await find(name)(Shop(settings, store), arguments, out)

    return serve
