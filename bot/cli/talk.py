"""The command `console`: the whole of the chat in this terminal, with no chat platform at all."""

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from bot.console import PLATFORM, Console, Lines
from bot.sections import Settings
from bot.wiring import opened, working_alone
from charts.render import Renderer
from core.domain.staff import Role
from core.nursery import Nursery
from core.services import staff
from core.store.door import Store
from handlers.all import registry
from handlers.dispatch import ChatRules, Dispatcher, Parts

log = logging.getLogger("zhanggui")

DRAIN_S = 5.0
NAMES = {"zh": "终端", "en": "terminal"}


async def talk(settings: Settings, role: str, lang: str) -> int:
    """Answer what is typed until the end of the input; returns the exit code.

    Raises:
        Refusal: A service is at work on this SQLite database.
    """
    async with opened(settings) as store, working_alone(store, settings):
        await _converse(store, settings, Role(role), lang)
    return 0


async def _converse(store: Store, settings: Settings, role: Role, lang: str) -> None:
    nursery, renderer = Nursery(log), Renderer()
    await store.write(lambda tx: staff.stand_in(tx, role, NAMES[lang]))
    folder = Path(tempfile.gettempdir()) / "zhanggui-console"

    async def settled() -> None:
        await dispatcher.idle()

    console = Console(role, Lines(sys.stdin), sys.stdout, folder, settled)
    dispatcher = Dispatcher(
        Parts(
            store=store,
            registry=registry(),
            receivers={PLATFORM: console},
            messengers={PLATFORM: console},
            nursery=nursery,
            sleep=asyncio.sleep,
            draws=renderer,
            rules=ChatRules(
                lang=lang,
                zone=settings.shop.zone,
                page_base=settings.web.public_url
                or f"http://{settings.web.host}:{settings.web.port}",
            ),
        )
    )
    try:
        await dispatcher.start()
        await console.run(dispatcher.accept)
    finally:
        await nursery.close(DRAIN_S)
        await renderer.close()
