"""A local Telegram, and our two gateways connected to it."""

from collections.abc import AsyncIterator

import pytest

from bot.limiter import Limiter, Pace, Window
from bot.receive_aiogram import AiogramReceiver
from bot.send_ptb import PtbMessenger
from bot.telegram_settings import TelegramSettings
from core.domain.secret import Secret
from sandbox.bot_api import NO_FLOOD, BotApi
from tests.gateways.inbox import Naps

WIDE = Pace(*[(Window(10_000, 1.0),)] * 3)


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
