"""Refusals word for word, and the specification that every request is held to."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import FormData

from sandbox.bot_api import NO_FLOOD, BotApi, Kind, Person
from sandbox.bot_api.spec import load
from tests.clock import SECOND, SettableClock
from tests.sandbox.caller import Caller, calling
from tests.sandbox.pictures import png

CLOCK = SettableClock()


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi(limits=NO_FLOOD, clock=CLOCK) as started:
        yield started


@pytest.fixture
async def call(server: BotApi) -> AsyncIterator[Caller]:
    async with calling(server) as caller:
        yield caller


@pytest.fixture
async def clerk(server: BotApi) -> Person:
    person = server.person("小李")
    await person.start()
    return person


def keys(**button: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "按", **button}]]}


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"text": "  \n "}, "message text is empty"),
        ({"text": "好" * 4097}, "message is too long"),
        ({"text": "👍" * 2049}, "message is too long"),
        ({}, "message text is empty"),
        ({"text": "x", "reply_markup": keys(callback_data="界" * 22)}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "reply_markup": keys()},
            "text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": keys(url="http://localhost/a")},
            "inline keyboard button URL 'http://localhost/a' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "<x>", "parse_mode": "HTML"},
            'can\'t parse entities: Unsupported start tag "x" at byte offset 0',
        ),
        (
            {"text": "早<b>上", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "1.5", "parse_mode": "MarkdownV2"},
            (
                "can't parse entities: Character '.' is reserved and must be escaped "
                "with the preceding '\\'"
            ),
        ),
        (
            {"text": "价 *5", "parse_mode": "MarkdownV2"},
            "can't parse entities: Can't find end of Bold entity at byte offset 4",
        ),
        (
            {"text": "x", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
        ),
        ({"text": "x", "chat_id": 42}, "chat not found"),
        (
            {"text": "x", "colour": "red"},
            "not in the specification: sendMessage has no parameter colour",
        ),
        (
            {"text": "x", "reply_markup": keys(callback_dat="1")},
            (
                "not in the specification: sendMessage.reply_markup.inline_keyboard[0][0] "
                "has no field callback_dat"
            ),
        ),
    ],
)
async def test_message_is_refused(
    call: Caller, clerk: Person, params: dict[str, Any], says: str
) -> None:
    """What Telegram refuses is refused in its own words, and nobody sees anything."""
    error = await call.error("sendMessage", **({"chat_id": clerk.id} | params))
    assert error == f"Bad Request: {says}"
    assert clerk.chat.messages(by_bot=True) == []


@pytest.mark.parametrize("text", ["好" * 4096, "👍" * 2048, "<b>" + "x" * 4096 + "</b>"])
async def test_longest_text_passes(call: Caller, clerk: Person, text: str) -> None:
    """The limit counts UTF-16 units after the markup was read."""
    await call.result("sendMessage", chat_id=clerk.id, text=text, parse_mode="HTML")


async def test_captions_edits_and_deletions(call: Caller, clerk: Person) -> None:
    """The refusals around pictures and old messages."""
    sent = await clerk.send_photo(clerk.chat, png())
    photo = sent.raw["photo"][-1]["file_id"]
    to = {"chat_id": clerk.id}
    error = await call.error("sendPhoto", photo=photo, caption="长" * 1025, **to)
    assert error == "Bad Request: message caption is too long"
    error = await call.error("sendPhoto", photo="AgACnone", **to)
    assert error == "Bad Request: wrong file identifier/HTTP URL specified"
    shown = await call.result("sendPhoto", photo=photo, **to)
    mine = {"message_id": shown["message_id"], **to}
    error = await call.error("editMessageText", text="x", **mine)
    assert error == "Bad Request: there is no text in the message to edit"
    theirs = {"message_id": sent.id, **to}
    error = await call.error("editMessageCaption", caption="x", **theirs)
    assert error == "Bad Request: message can't be edited"
    await call.result("deleteMessage", **mine)
    error = await call.error("deleteMessage", **mine)
    assert error == "Bad Request: message to delete not found"


async def test_press_is_answered_once_and_in_time(
    server: BotApi, call: Caller, clerk: Person
) -> None:
    """A second or late answer is too old; a press of a forged button comes through as it is."""
    await call.result(
        "sendMessage", chat_id=clerk.id, text="?", reply_markup=keys(callback_data="t")
    )
    message = clerk.chat.last
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    pressed = await clerk.press(message, "按")
    await call.result("answerCallbackQuery", callback_query_id=pressed.query.id, text="好")
    error = await call.error("answerCallbackQuery", callback_query_id=pressed.query.id)
    assert error == old
    late = await clerk.press(message, "按", data="forged")
    CLOCK.forward(61 * SECOND)
    error = await call.error("answerCallbackQuery", callback_query_id=late.query.id)
    assert error == old
    heard = [e.data["callback_query"]["data"] for e in server.book.find(Kind.UPDATE)[-2:]]
    assert heard == ["t", "forged"]


async def test_wrong_token_and_unknown_method(server: BotApi, call: Caller) -> None:
    """401 for a token that could be one, 404 for anything else."""
    assert (await call("sendMesage"))[0] == 404
    for token, status in (("1:abc", 401), ("nonsense", 404)):
        async with call.session.get(f"{server.url}/bot{token}/getMe") as response:
            assert response.status == status


async def test_query_form_and_json_say_the_same(call: Caller, clerk: Person) -> None:
    """The four ways of passing parameters end in one and the same message."""
    url = f"{call.base}/SENDMESSAGE"
    params = {"chat_id": str(clerk.id), "text": "一样", "disable_notification": "true"}
    session = call.session
    for sent in (
        session.get(url, params=params),
        session.post(url, data=params),
        session.post(url, data=FormData(params)),
        session.post(url, json=params),
    ):
        async with sent as response:
            assert response.status == 200
    assert [m.text for m in clerk.chat.messages(by_bot=True)] == ["一样"] * 4


async def test_every_method_of_the_specification_answers(call: Caller, clerk: Person) -> None:
    """All methods are there: they work, refuse or say that they are not played; none breaks."""
    for method in load().methods.values():
        if method.name not in {"getUpdates", "close", "logOut"}:
            status, body = await call(method.name, chat_id=clerk.id, user_id=clerk.id)
            assert status in {200, 400, 403, 501}, (method.name, body)


async def test_lenient_server_only_writes_breaches_down() -> None:
    """Telegram itself passes over unknown names; the book still has them."""
    async with BotApi(strict=False) as server, calling(server) as call:
        clerk = server.person("小李")
        await clerk.start()
        await call.result("sendMessage", chat_id=clerk.id, text="x", colour="red")
        assert server.book.breaches() == ["sendMessage has no parameter colour"]


async def test_waiting_ends_with_what_could_be_read(server: BotApi, clerk: Person) -> None:
    """A test that waits in vain is told what stood in the chat."""
    with pytest.raises(AssertionError, match="小李: '/start'"):
        await clerk.chat.wait_for("不会来", timeout=0.05)


async def test_waiting_wakes_at_once(call: Caller, clerk: Person) -> None:
    """`ask` and `wait_for` return the message that comes while they wait."""
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(clerk.ask("在吗"))
        await call.result("sendMessage", chat_id=clerk.id, text="在")
    assert asked.result().text == "在"
