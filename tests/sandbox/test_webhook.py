"""Updates pushed to a webhook: secret header, order, retries, and getUpdates kept out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.bot_api import BotApi
from tests.sandbox.caller import calling

SECRET = "s3cret"


@dataclass(slots=True)
class Ear:
    """A webhook that answers with the next of `statuses`, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    secrets: set[str | None] = field(default_factory=set)

    async def take(self, request: web.Request) -> web.Response:
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.heard.append(await request.json())
        return web.Response(status=status)


@asynccontextmanager
async def listening(*statuses: int) -> AsyncIterator[Ear]:
    ear = Ear(statuses=list(statuses))
    app = web.Application()
    app.router.add_post("/hook", ear.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ear.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield ear
    await runner.cleanup()


async def test_pushes_with_the_secret_and_in_order() -> None:
    """What waited and what comes later arrives once, in order, with the secret."""
    async with BotApi() as server, calling(server) as call, listening() as ear:
        clerk = server.person("小李")
        await clerk.say("一")
        await call.result("setWebhook", url=ear.url, secret_token=SECRET)
        await clerk.say("二")
        await server.until(lambda: not server.state.updates.waiting)
        assert [u["message"]["text"] for u in ear.heard] == ["一", "二"]
        assert ear.secrets == {SECRET}
        error = await call.error("getUpdates")
        assert error.startswith("Conflict: can't use getUpdates method while webhook is active")
        await call.result("deleteWebhook")
        await clerk.say("三")
        assert len(await call.result("getUpdates")) == 1


async def test_refused_push_is_tried_again_and_told() -> None:
    """An update that met a 500 comes again, and getWebhookInfo says what happened."""
    async with (
        BotApi(webhook_pause=0.01) as server,
        calling(server) as call,
        listening(500, 500) as ear,
    ):
        clerk = server.person("小李")
        await call.result("setWebhook", url=ear.url)
        await clerk.say("一")
        await server.until(lambda: server.state.updates.webhook.error)
        info = await call.result("getWebhookInfo")
        assert info["last_error_message"].startswith("Wrong response from the webhook: 500")
        await server.until(lambda: not server.state.updates.waiting)
        assert [u["message"]["text"] for u in ear.heard] == ["一"]


async def test_allowed_updates_leave_the_rest_out() -> None:
    """Only the kinds that were asked for are kept for the bot."""
    async with BotApi() as server, calling(server) as call:
        clerk = server.person("小李")
        await call.result("getUpdates", allowed_updates=["callback_query"])
        await clerk.say("一")
        assert await call.result("getUpdates") == []
