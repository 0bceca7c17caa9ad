"""The life of the service: start in order, run until told to stop, drain in order."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable

from bot import config, redaction
from bot.database import opened
from bot.grants import with_grants
from bot.invitation import invitation
from bot.sections import Settings
from bot.wiring import Service, build, platforms_of
from core.domain.errors import Refusal
from core.domain.staff import Role
from core.services import staff, stock_work, workers
from core.store.door import Store
from jobs.durable import work_url
from jobs.heartbeat import is_alive, this_process
from jobs.watch_folder import WatchedFolder

log = logging.getLogger("zhanggui")

DRAIN_S = 8.0
"""How long what is under way may take to end; with it all a stop takes less than 15 s."""

LOOK_S = 2.0
"""How often the watched folder is looked at."""

Say = Callable[[str], None]


def serve(settings: Settings) -> int:
    """Run the service until SIGTERM or SIGINT; return the exit code."""
    redaction.set_up(config.secrets(settings), level=logging.getLevelName(settings.log.level))
    return asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    await run(settings, stop, _print)
    return 0


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def run(settings: Settings, stop: asyncio.Event, say: Say) -> None:
    """Serve until `stop` is set. Raises Refusal if another copy serves this database."""

    async def alarm(zh: str, en: str) -> None:
        log.critical("%s %s", zh, en)
        stop.set()

    async with opened(settings) as store:
        me = this_process(socket.gethostname())
        await store.write(lambda tx: workers.take_service(tx, me, is_alive))
        ready = await with_grants(settings, store)
        running = Running(build(ready, store, platforms_of(settings, alarm), me, stop.set))
        await running.service.heartbeat.take_service()
        try:
            await running.start(settings)
            if not running.service.platforms:
                say(NO_CHAT)
            running.service.nursery.start(_greet(running.service, say), "greeting")
            await stop.wait()
            say("正在停止… / stopping…")
        finally:
            await running.drain()


NO_CHAT = (
    "还没有连接聊天平台：在 config.toml 写上 [chat.telegram] token，再启动。\n"
    "No chat platform is connected: set [chat.telegram] token in config.toml."
)


class Running:
    """A service that was started, and how it is brought to rest."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._receiving: list[asyncio.Task[None]] = []

    async def start(self, settings: Settings) -> None:
        """Start every part; what answers people comes before what runs by the clock."""
        service = self.service
        nursery = service.nursery
        nursery.open()
        nursery.start(service.heartbeat.run(), "heartbeat")
        await service.control.start()
        await service.web.start()
        low_at = settings.stock.low_at
        await service.store.write(lambda tx: stock_work.configure(tx, low_at))
        await service.dispatcher.start()
        self._receiving = [
            nursery.start(_receive(service, name), f"receive {name}") for name in service.platforms
        ]
        nursery.start(service.renderer.start(), "renderer")
        if service.watched:
            nursery.start(_watch(service.store, service.watched), "watched folder")
        await service.durable.start(work_url(settings.database.url))
        await service.clock.start()
        await service.channels.start()
        gc.collect()
        gc.freeze()  # a full collection over the chat library's models would pause everyone 0.1 s

    async def drain(self) -> None:
        """Stop receiving, finish what is under way, close."""
        service = self.service
        await service.clock.close()
        await service.channels.stop()
        await service.control.close()
        for task in self._receiving:
            task.cancel()
        await asyncio.gather(*self._receiving, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_S):
                await service.dispatcher.idle()
        await service.durable.close(DRAIN_S)
        await service.web.stop()
        await service.heartbeat.leave()
        await service.nursery.close(1)
        await service.channels.close()
        await service.renderer.close()
        for platform in service.platforms.values():
            await platform.close()


async def _receive(service: Service, name: str) -> None:
    try:
        await service.platforms[name].receiver.run(service.dispatcher.accept)
    except Refusal as refusal:
        log.critical("%s %s", refusal.zh, refusal.en)


async def _watch(store: Store, folder: WatchedFolder) -> None:
    while True:
        try:
            await folder.look(store)
        except Exception:
            log.exception("the watched folder could not be looked at; trying again")
        await asyncio.sleep(LOOK_S)


async def _greet(service: Service, say: Say) -> None:
    """Tell the platforms our menus, and print how to become the owner as long as nobody is."""
    bot = ""
    for platform in service.platforms.values():
        bot = await platform.introduce()
    await service.store.write(lambda tx: staff.remember_bot(tx, bot))
    code = await service.store.write(staff.first_owner_code)
    if code is not None:
        for line in invitation(code, Role.OWNER, bot, staff.OWNER_INVITE_MS):
            say(line)
