"""Telegram is not reachable from mainland China: does everything go through the proxy?"""

from dataclasses import replace
from functools import partial

import pytest

from bot.receive_aiogram import AiogramReceiver
from bot.send_ptb import PtbMessenger
from bot.telegram_settings import TelegramSettings
from core.domain.errors import Temporary
from core.messaging import Attachment, Content, Target
from sandbox.bot_api import BotApi
from tests.gateways.inbox import Inbox, running
from tests.gateways.proxies import proxy


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_both_libraries_and_file_downloads_use_the_proxy(
    telegram: BotApi, settings: TelegramSettings, scheme: str
) -> None:
    """Receiving, sending, uploading and downloading all pass it, and nothing else does."""
    person = telegram.person("王")
    await person.start()
    await person.send_file(person.chat, "a.csv", b"1,2")
    async with proxy(scheme) as between:
        through = replace(settings, proxy=between.url)
        receiver, messenger, inbox = (
            AiogramReceiver(through, wait=1),
            PtbMessenger(through),
            Inbox(),
        )
        async with running(partial(receiver.run, inbox.accept)):
            *_, incoming = await inbox.understood(receiver, 2)
        received = len(between.targets)
        assert incoming is not None
        assert await receiver.fetch(incoming.files[0], 100) == b"1,2"
        target = Target("telegram", str(person.id))
        await messenger.send(target, Content("好", file=Attachment("b.csv", b"3,4")))
        await messenger.close()
        await receiver.close()
        assert received > 0
        assert len(between.targets) > received
        assert set(between.targets) == {telegram.url.removeprefix("http://")}
    assert person.chat.last.text == "好"


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_dead_proxy_is_temporary(settings: TelegramSettings, scheme: str) -> None:
    """With the proxy down nothing is written, so nothing can be doubled: it may be sent again."""
    async with proxy(scheme) as between:
        dead = between.url
    messenger = PtbMessenger(replace(settings, proxy=dead))
    with pytest.raises(Temporary):
        await messenger.send(Target("telegram", "1"), Content("x"))
    await messenger.close()
