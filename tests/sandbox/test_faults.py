"""What goes wrong on demand, seen with the real sending library and counted in the book."""

from typing import Any

import pytest
from aiohttp import ClientError
from telegram.error import ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from sandbox.bot_api import NO_FLOOD, BotApi
from tests.sandbox.caller import calling


def speaker(server: BotApi) -> Any:
    return ExtBot(
        server.token,
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
        request=HTTPXRequest(read_timeout=0.4),
    )


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_flood_of_one_chat_leaves_the_others_alone() -> None:
    """A scripted 429 meets its chat as often as it was told to."""
    async with BotApi(limits=NO_FLOOD) as server, speaker(server) as bot:
        one, two = server.person("甲"), server.person("乙")
        await one.start()
        await two.start()
        fault = server.faults.flood(35, chat=one.id, times=2)
        for _ in range(2):
            with pytest.raises(RetryAfter, match="Retry in 35 seconds"):
                await bot.send_message(one.id, "x")
            await bot.send_message(two.id, "x")
        await bot.send_message(one.id, "x")
        assert fault.struck == 2
        assert len(server.book.shown(one.id)) == 1
        assert [e.status for e in server.book.calls("sendMessage", one.id)] == [429, 429, 200]


async def test_delivered_then_no_answer() -> None:
    """People see the message although the bot only sees a time-out; the book knows both."""
    async with BotApi(limits=NO_FLOOD) as server, speaker(server) as bot:
        clerk = server.person("小李")
        await clerk.start()
        server.faults.deliver_then_hang(methods="sendMessage", times=1)
        with pytest.raises(TimedOut):
            await bot.send_message(clerk.id, "警报 #7")
        assert clerk.chat.last.text == "警报 #7"
        (call,) = server.book.calls("sendMessage")
        assert (call.status, call.fault) == (0, "hang")


@pytest.mark.parametrize("html", [False, True])
async def test_gateway_error_shows_nothing(html: bool) -> None:  # noqa: FBT001
    """A 502, as JSON or as a gateway's page, and nothing was delivered."""
    async with BotApi(limits=NO_FLOOD) as server, speaker(server) as bot:
        clerk = server.person("小李")
        await clerk.start()
        server.faults.server_error(502, html=html)
        with pytest.raises(NetworkError):
            await bot.send_message(clerk.id, "x")
        assert server.book.shown() == []


async def test_closed_connection_before_and_after() -> None:
    """A cut line can mean either: only the book tells which."""
    async with BotApi(limits=NO_FLOOD) as server, calling(server) as call:
        clerk = server.person("小李")
        await clerk.start()
        server.faults.refuse(methods="sendMessage")
        server.faults.deliver_then_close(methods="sendMessage")
        for shown in (0, 1):
            with pytest.raises(ClientError):
                await call("sendMessage", chat_id=clerk.id, text="x")
            assert len(server.book.shown()) == shown
        assert [e.fault for e in server.book.calls()] == ["close", "close"]


async def test_blocked_kicked_and_never_started() -> None:
    """People's own doing is answered as Telegram does, and told to the bot."""
    async with BotApi(limits=NO_FLOOD) as server, speaker(server) as bot, calling(server) as call:
        owner, clerk = server.person("王店长"), server.person("小李")
        group = server.group("发货群", [owner, clerk], upgraded=False)
        with pytest.raises(Forbidden, match="bot can't initiate conversation"):
            await bot.send_message(clerk.id, "x")
        await clerk.start()
        await clerk.block()
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(clerk.id, "x")
        await owner.kick_bot(group)
        with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
            await bot.send_message(group.id, "x")
        stranger = server.person("陌生人")
        error = await call.error("sendMessage", chat_id=stranger.id, text="x")
        assert error == "Bad Request: chat not found"
        updates = await call.result("getUpdates")
        changes = [u["my_chat_member"] for u in updates if "my_chat_member" in u]
        assert [c["new_chat_member"]["status"] for c in changes] == ["kicked", "kicked"]


async def test_group_goes_on_under_another_id() -> None:
    """The old id names the new one in its refusal, and the service messages tell both."""
    async with BotApi(limits=NO_FLOOD) as server, speaker(server) as bot:
        owner = server.person("王店长")
        group = server.group("发货群", [owner], upgraded=False)
        moved = await owner.upgrade(group)
        with pytest.raises(ChatMigrated) as told:
            await bot.send_message(group.id, "x")
        assert told.value.new_chat_id == moved.id
        await bot.send_message(moved.id, "x")
        first, second = [u.message for u in await bot.get_updates()]
        assert (first.migrate_to_chat_id, second.migrate_from_chat_id) == (moved.id, group.id)


async def test_scripted_error_can_wait_and_last() -> None:
    """`skip` lets requests pass first, `times=None` never ends, `clear` heals."""
    async with BotApi(limits=NO_FLOOD) as server, calling(server) as call:
        server.faults.error(403, "Forbidden: x", methods="getMe", skip=1, times=None)
        assert [(await call("getMe"))[0] for _ in range(4)] == [200, 403, 403, 403]
        server.faults.clear()
        assert (await call("getMe"))[0] == 200


async def test_platform_that_is_down_and_comes_back() -> None:
    """Nothing can be reached, not even getUpdates; what people said meanwhile is kept."""
    async with BotApi(limits=NO_FLOOD) as server, calling(server) as call:
        clerk = server.person("小李")
        await clerk.start()
        server.faults.down()
        for method in ("getUpdates", "getMe"):
            with pytest.raises(ClientError):
                await call(method)
        server.faults.clear()
        assert len(await call.result("getUpdates")) == 1
