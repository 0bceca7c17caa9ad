"""Can anybody but Telegram call our webhook, and is a call answered only once it is kept?"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.receive_aiogram import AiogramReceiver
from bot.telegram import build
from bot.telegram_settings import TelegramSettings
from core.domain.errors import BadInput
from core.domain.secret import Secret
from sandbox.bot_api import BotApi
from tests.gateways.inbox import Inbox, running

SECRET = "a-webhook-secret_1"
UPDATE = {
    "update_id": 77,
    "message": {
        "message_id": 1,
        "date": 1,
        "chat": {"id": 7, "type": "private", "first_name": "王"},
        "from": {"id": 7, "is_bot": False, "first_name": "王"},
        "text": "你好",
    },
}


@dataclass
class Hook:
    url: str
    inbox: Inbox
    telegram: BotApi

    async def call(self, body: bytes, **headers: str) -> int:
        async with ClientSession() as session:
            sent = {"X-Telegram-Bot-Api-Secret-Token".replace("-", "_"): "", **headers}
            named = {key.replace("_", "-"): value for key, value in sent.items() if value}
            async with session.post(self.url, data=body, headers=named) as answer:
                return answer.status


@pytest.fixture
async def hook(telegram: BotApi, settings: TelegramSettings) -> AsyncIterator[Hook]:
    """A listening receiver."""
    here = replace(
        settings,
        mode="webhook",
        webhook_url="https://shop.example/telegram",
        webhook_port=0,
        webhook_secret=Secret(SECRET),
    )
    receiver, inbox = AiogramReceiver(here), Inbox()
    async with running(partial(receiver.run, inbox.accept)):
        await telegram.until(lambda: telegram.book.calls("setWebhook"))
        yield Hook(f"http://127.0.0.1:{receiver.webhook_port}/telegram", inbox, telegram)
    await receiver.close()


def body(update: Any = UPDATE) -> bytes:
    return json.dumps(update).encode()


async def test_G21_only_the_secret_opens_the_webhook(hook: Hook) -> None:
    """Without the secret 401, with another 403, nothing is read; with it the update is kept."""
    assert await hook.call(b"not even json") == 401
    assert await hook.call(body(), X_Telegram_Bot_Api_Secret_Token="guess") == 403
    assert await hook.call(b"not json", X_Telegram_Bot_Api_Secret_Token="密") == 403
    assert hook.inbox.calls == 0
    assert await hook.call(body(), X_Telegram_Bot_Api_Secret_Token=SECRET) == 200
    (row,) = await hook.inbox.until(1)
    assert row.key.endswith(":77")
    (call,) = hook.telegram.book.calls("setWebhook")
    assert call.data["secret_token"] == SECRET
    assert not call.data.get("drop_pending_updates")


async def test_G21_a_replayed_body_has_the_same_key(hook: Hook) -> None:
    """The same update an hour later is the same inbox row, so it has no second effect."""
    for _ in range(2):
        assert await hook.call(body(), X_Telegram_Bot_Api_Secret_Token=SECRET) == 200
    assert len(hook.inbox.rows) == 1


@pytest.mark.parametrize("secret", ["", "with space", "x" * 257])
def test_G21_no_start_without_a_proper_secret(settings: TelegramSettings, secret: str) -> None:
    """One sentence says what is missing; neither library is asked."""
    wrong = replace(
        settings,
        mode="webhook",
        webhook_url="https://shop.example/t",
        webhook_secret=Secret(secret),
    )
    with pytest.raises(BadInput) as caught:
        build(wrong)
    assert "webhook_secret" in str(caught.value)
    assert "webhook_secret" in caught.value.zh


def test_G21_control_the_library_alone_lets_everybody_in() -> None:
    """Why we check for ourselves: with no secret set, aiogram's own check says yes to anything."""
    from aiogram import Dispatcher  # noqa: PLC0415 - only this control needs it
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler  # noqa: PLC0415

    handler = SimpleRequestHandler(Dispatcher(), bot=None)  # type: ignore[arg-type]
    assert handler.verify_secret("anything", None)  # type: ignore[arg-type]


async def test_an_update_that_cannot_be_kept_is_asked_for_again(hook: Hook) -> None:
    """A failing inbox gives 503, which makes Telegram repeat the call."""
    hook.inbox.fail = 1
    assert await hook.call(body(), X_Telegram_Bot_Api_Secret_Token=SECRET) == 503
    assert await hook.call(body(), X_Telegram_Bot_Api_Secret_Token=SECRET) == 200


@pytest.mark.parametrize("bad", [b"", b"[1]", b"{", b'{"update_id":"7"}', b"\xff\xfe"])
async def test_nonsense_with_the_right_secret_is_refused(hook: Hook, bad: bytes) -> None:
    """What is no update gets 400, and the next call is served."""
    assert await hook.call(bad, X_Telegram_Bot_Api_Secret_Token=SECRET) == 400
    assert await hook.call(body(), X_Telegram_Bot_Api_Secret_Token=SECRET) == 200


async def test_a_call_under_way_is_finished_at_the_stop(
    telegram: BotApi, settings: TelegramSettings
) -> None:
    """Stopping while an update is being kept waits for it, and Telegram hears yes."""
    here = replace(
        settings,
        mode="webhook",
        webhook_url="https://shop.example/telegram",
        webhook_port=0,
        webhook_secret=Secret(SECRET),
    )
    receiver, inbox = AiogramReceiver(here), Inbox()
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(envelopes: Any) -> None:
        begun.set()
        await go_on.wait()
        await inbox.accept(envelopes)

    async with asyncio.TaskGroup() as group:
        serving = group.create_task(receiver.run(slow))
        await telegram.until(lambda: telegram.book.calls("setWebhook"))
        url = f"http://127.0.0.1:{receiver.webhook_port}/telegram"
        call = group.create_task(
            Hook(url, inbox, telegram).call(body(), X_Telegram_Bot_Api_Secret_Token=SECRET)
        )
        await begun.wait()
        serving.cancel()
        await asyncio.sleep(0)
        go_on.set()
        assert await call == 200
    await receiver.close()
