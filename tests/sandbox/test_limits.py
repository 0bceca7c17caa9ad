"""The documented flood limits, kept by sliding windows on a clock that only tests move."""

from aiohttp import FormData

from sandbox.bot_api import NO_FLOOD, BotApi, Limits, Window
from tests.clock import SECOND, SettableClock
from tests.sandbox.caller import calling
from tests.sandbox.pictures import png


async def test_short_burst_then_one_a_second_in_a_chat() -> None:
    """Three at once pass, the fourth waits as long as the answer says and not a second less."""
    clock = SettableClock()
    async with BotApi(clock=clock) as server, calling(server) as call:
        clerk = server.person("小李")
        await clerk.start()
        for n in range(3):
            await call.result("sendMessage", chat_id=clerk.id, text=str(n))
        status, body = await call("sendMessage", chat_id=clerk.id, text="4")
        assert status == 429
        assert body["description"] == "Too Many Requests: retry after 3"
        assert body["parameters"] == {"retry_after": 3}
        clock.forward(3 * SECOND - 1)
        assert (await call("sendMessage", chat_id=clerk.id, text="4"))[0] == 429
        clock.forward(1)
        assert (await call("sendMessage", chat_id=clerk.id, text="4"))[0] == 200
        assert len(server.book.shown(clerk.id)) == 4


async def test_twenty_a_minute_in_a_group_only() -> None:
    """A full group waits for its minute while a private chat goes on."""
    clock = SettableClock()
    async with BotApi(clock=clock) as server, calling(server) as call:
        clerk = server.person("小李")
        await clerk.start()
        group = server.group("发货群", [clerk])
        for n in range(20):
            await call.result("sendMessage", chat_id=group.id, text=str(n))
            clock.forward(SECOND)
        _, body = await call("sendMessage", chat_id=group.id, text="21")
        assert body["parameters"] == {"retry_after": 40}
        await call.result("sendMessage", chat_id=clerk.id, text="private")


async def test_thirty_a_second_overall() -> None:
    """The bot as a whole is held back although every chat has room."""
    clock = SettableClock()
    async with BotApi(clock=clock) as server, calling(server) as call:
        people = [server.person(f"p{n}") for n in range(31)]
        for person in people:
            await person.start()
        answers = [(await call("sendMessage", chat_id=p.id, text="hi"))[0] for p in people]
        assert answers == [200] * 30 + [429]


async def test_what_is_refused_does_not_count_and_edits_do_only_if_asked() -> None:
    """Waiting out the window is enough even for a bot that kept knocking."""
    clock = SettableClock()
    limits = Limits(chat=Window(1, 1.0), count_edits=True)
    async with BotApi(clock=clock, limits=limits) as server, calling(server) as call:
        clerk = server.person("小李")
        await clerk.start()
        sent = await call.result("sendMessage", chat_id=clerk.id, text="1")
        for _ in range(5):
            assert (await call("sendMessage", chat_id=clerk.id, text="2"))[0] == 429
        edit = {"chat_id": clerk.id, "message_id": sent["message_id"], "text": "2"}
        assert (await call("editMessageText", **edit))[0] == 429
        clock.forward(SECOND)
        assert (await call("editMessageText", **edit))[0] == 200


async def test_control_without_limits_everything_passes() -> None:
    """The pair to the tests above: with the limits off nothing is held back."""
    async with BotApi(clock=SettableClock(), limits=NO_FLOOD) as server, calling(server) as call:
        clerk = server.person("小李")
        await clerk.start()
        for n in range(40):
            await call.result("sendMessage", chat_id=clerk.id, text=str(n))


async def test_large_files_are_refused_on_both_ways() -> None:
    """Above the download limit getFile says no; a photo has a limit of its own."""
    limits = Limits(download_bytes=50, photo_bytes=10)
    async with BotApi(limits=limits) as server, calling(server) as call:
        clerk = server.person("小李")
        sent = await clerk.send_file(clerk.chat, "a.bin", b"x" * 51)
        file_id = sent.raw["document"]["file_id"]
        assert await call.error("getFile", file_id=file_id) == "Bad Request: file is too big"
        form = FormData({"chat_id": str(clerk.id)})
        form.add_field("photo", png(), filename="a.png", content_type="image/png")
        async with call.session.post(f"{call.base}/sendPhoto", data=form) as response:
            assert "is too big for a photo" in (await response.json())["description"]
