"""The command `console`: one conversation with the shop, in the terminal."""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bot.console import PLATFORM, Console, Lines
from bot.database import log, opened, working_alone
from bot.sections import Settings
from bot.wiring import Platform, dispatcher_of
from charts.render import Renderer
from core.domain.staff import Role
from core.nursery import Nursery
from core.services import staff, stock_work
from handlers.dispatch import Dispatcher

NAMES = {
    Role.OWNER: "店长",
    Role.MANAGER: "经理",
    Role.CLERK: "店员",
    Role.WAREHOUSE: "仓库",
    Role.VIEWER: "访客",
}
GRACE_S = 5.0


async def talk(settings: Settings, role: Role, lang: str) -> int:
    """Talk until the input ends; pictures are put into a folder whose path is shown."""
    settings = replace(settings, shop=replace(settings.shop, lang=lang))
    folder = Path(tempfile.gettempdir()) / "zhanggui-console"
    async with opened(settings) as store, working_alone(store, settings):
        await store.write(lambda tx: staff.stand_in(tx, role, NAMES[role]))
        await store.write(lambda tx: stock_work.configure(tx, settings.stock.low_at))
        nursery, renderer = Nursery(log), Renderer()
        nursery.open()
        made: list[Dispatcher] = []

        async def settled() -> None:
            await made[0].idle()

        console = Console(role, Lines(sys.stdin), sys.stdout, folder, settled)
        platforms = {PLATFORM: Platform(console, console, _nameless, _nothing)}
        dispatcher = dispatcher_of(settings, store, platforms, nursery, renderer)
        made.append(dispatcher)
        await dispatcher.start()
        try:
            await console.run(dispatcher.accept)
            await dispatcher.idle()
        finally:
            await nursery.close(GRACE_S)
            await renderer.close()
    return 0


async def _nameless() -> str:
    return ""


async def _nothing() -> None:
    return None
