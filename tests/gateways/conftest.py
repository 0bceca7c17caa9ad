"""A local Telegram, and our two gateways connected to it."""

import logging
import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.limiter import Limiter
from bot.receive_aiogram import AiogramReceiver
from bot.send_ptb import PtbMessenger
from bot.telegram_settings import TelegramSettings
from core.domain.secret import Secret
from sandbox.bot_api import NO_FLOOD, BotApi, Person
from tests.gateways.inbox import Naps
from tests.gateways.speech import WIDE

NOISY = ("telegram", "telegram.ext", "aiogram", "asyncio", "httpx", "httpcore", "aiohttp.access")


@pytest.fixture
async def telegram() -> AsyncIterator[BotApi]:
    """A local Bot API server without flood limits; at the end nothing broke the specification."""
    async with BotApi(limits=NO_FLOOD) as server:
        yield server
        assert server.book.breaches() == []


@pytest.fixture
def settings(telegram: BotApi) -> TelegramSettings:
    """Settings that point at the local server."""
    return TelegramSettings(token=Secret(telegram.token), api_base=telegram.url)


@pytest.fixture
def naps() -> Naps:
    """A sleep that takes no time."""
    return Naps()


@pytest.fixture
async def receiver(settings: TelegramSettings, naps: Naps) -> AsyncIterator[AiogramReceiver]:
    """The receiving side."""
    one = AiogramReceiver(settings, sleep=naps, wait=1)
    yield one
    await one.close()


@pytest.fixture
async def messenger(settings: TelegramSettings) -> AsyncIterator[PtbMessenger]:
    """The sending side, with windows too wide to matter."""
    one = PtbMessenger(settings, Limiter(pace=WIDE))
    yield one
    await one.close()


@pytest.fixture
def kept_logging() -> Iterator[None]:
    """Give the log back as it was."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in NOISY}
    yield
    for name, its_level in quiet.items():
        logging.getLogger(name).setLevel(its_level)
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook
    logging.captureWarnings(capture=False)


@pytest.fixture
async def owner(telegram: BotApi) -> Person:
    """Somebody who has opened the chat."""
    person = telegram.person("王店长")
    await person.start()
    return person
