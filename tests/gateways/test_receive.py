"""Does every update come in once it is kept, and none of them before or never?"""

import asyncio
from contextlib import suppress
from functools import partial

import pytest
from aiogram import Bot
from aiogram.methods import GetUpdates, SendMessage

from bot.receive_aiogram import AiogramReceiver
from bot.receive_aiogram.session import SendingRefused
from bot.telegram_settings import TelegramSettings
from core.domain.errors import BadInput
from core.domain.secret import Secret
from core.messaging import ChatKind, Happening, Target
from sandbox.bot_api import BotApi
from tests.gateways.inbox import Inbox, Naps, running


async def test_a_batch_comes_in_whole_and_in_order(
    telegram: BotApi, receiver: AiogramReceiver
) -> None:
    """Everything said while we were away arrives, keyed by update and laned by chat."""
    people = {name: telegram.person(name) for name in ("安", "Bob")}
    for number in range(3):
        for name, person in people.items():
            await person.say(f"{name}{number}")
    inbox = Inbox()
    async with running(partial(receiver.run, inbox.accept)):
        rows = await inbox.until(6)
    assert inbox.calls == 1
    assert all(row.key.startswith(f"telegram:{receiver.me.id}:") for row in rows)
    for name, person in people.items():
        lane = [receiver.parse(row.raw) for row in rows if row.lane == f"telegram:{person.id}"]
        assert [one.text for one in lane if one] == [f"{name}{number}" for number in range(3)]


async def stop_in_the_middle(
    telegram: BotApi, settings: TelegramSettings, *, keep_first: bool
) -> list[str]:
    """Let a process die while it stores a batch, and return what its successor gets."""
    person = telegram.person("王")
    await person.say("锁库存")
    reached = asyncio.Event()
    receiver = AiogramReceiver(settings, wait=1)

    async def die(_: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    async def confirm_first() -> None:
        bot: Bot = receiver._bot
        batch = await bot(GetUpdates())
        await bot(GetUpdates(offset=batch[-1]["update_id"] + 1, timeout=0))  # type: ignore[index]
        await die(batch)

    work = partial(receiver.run, die) if keep_first else confirm_first
    async with running(work):
        await reached.wait()
    await receiver.close()
    successor, inbox = AiogramReceiver(settings, wait=1), Inbox()
    async with running(partial(successor.run, inbox.accept)):
        await person.say("second")
        with suppress(TimeoutError):
            await inbox.until(2 if keep_first else 1)
    found = [successor.parse(row.raw) for row in inbox.rows.values()]
    await successor.close()
    return [one.text for one in found if one]


async def test_G03_an_update_is_confirmed_only_after_it_is_kept(
    telegram: BotApi, settings: TelegramSettings
) -> None:
    """A process that dies while it keeps a batch has confirmed nothing: the next one gets it."""
    assert await stop_in_the_middle(telegram, settings, keep_first=True) == ["锁库存", "second"]


async def test_G03_control_an_offset_moved_first_loses_the_command(
    telegram: BotApi, settings: TelegramSettings
) -> None:
    """The other order, which is both libraries' default, loses it for good."""
    assert await stop_in_the_middle(telegram, settings, keep_first=False) == ["second"]


async def test_G03_a_failed_inbox_does_not_confirm(
    telegram: BotApi, receiver: AiogramReceiver, naps: Naps
) -> None:
    """The inbox fails twice: the same update is asked for again, with a growing pause."""
    await telegram.person("王").say("锁库存")
    inbox = Inbox(fail=2)
    async with running(partial(receiver.run, inbox.accept)):
        await inbox.until(1)
    assert inbox.calls == 3
    assert len(naps.taken) == 2
    assert naps.taken[0] < naps.taken[1]


async def test_S28_an_update_that_aiogram_refuses_blocks_nothing(
    telegram: BotApi, receiver: AiogramReceiver
) -> None:
    """A message of another shape is kept raw and refused at the parse; the next ones go on."""
    telegram.push("message", {"message_id": "not a number", "chat": 7, "date": {}})
    await telegram.person("王").say("in order")
    inbox = Inbox()
    async with running(partial(receiver.run, inbox.accept)):
        poison, good = await inbox.until(2)
    with pytest.raises(BadInput):
        receiver.parse(poison.raw)
    understood = receiver.parse(good.raw)
    assert understood is not None
    assert understood.text == "in order"


async def test_G06_a_second_poller_ends_ours_with_an_alarm(
    telegram: BotApi, settings: TelegramSettings, naps: Naps
) -> None:
    """On 409 we do not fight: one alarm, no further getUpdates, what waits stays at Telegram."""
    telegram.faults.error(
        409, "Conflict: terminated by other getUpdates request", methods="getUpdates"
    )
    alarms = list[tuple[str, str]]()

    async def alarm(zh: str, en: str) -> None:
        alarms.append((zh, en))

    receiver = AiogramReceiver(settings, alarm=alarm, sleep=naps, wait=1)
    await receiver.run(Inbox().accept)
    await receiver.close()
    assert len(alarms) == 1
    assert "409" in alarms[0][0]
    assert len(telegram.book.calls("getUpdates")) == 1
    person = telegram.person("王")
    await person.say("not lost")
    successor, inbox = AiogramReceiver(settings, wait=1), Inbox()
    async with running(partial(successor.run, inbox.accept)):
        await inbox.until(1)
    await successor.close()


async def test_polling_survives_an_outage_and_a_flood(
    telegram: BotApi, receiver: AiogramReceiver, naps: Naps
) -> None:
    """5xx, closed connections and 429 on getUpdates only make us wait, as long as we are told."""
    telegram.faults.server_error(502, html=True, methods="getUpdates")
    telegram.faults.refuse(methods="getUpdates")
    telegram.faults.flood(7, methods="getUpdates")
    await telegram.person("王").say("still here")
    inbox = Inbox()
    async with running(partial(receiver.run, inbox.accept)):
        await inbox.until(1)
    assert len(naps.taken) == 3
    assert naps.taken[2] == 7.0
    assert receiver.answered_at is not None


async def test_a_refused_token_is_told_in_one_sentence(telegram: BotApi) -> None:
    """A token that Telegram does not know stops the start, and is not in the sentence."""
    wrong = TelegramSettings(token=Secret("42:unknown-token"), api_base=telegram.url)
    receiver = AiogramReceiver(wrong)
    with pytest.raises(BadInput) as caught:
        await receiver.run(Inbox().accept)
    await receiver.close()
    assert "chat.telegram.token" in str(caught.value)
    assert "unknown-token" not in f"{caught.value!r}{caught.value.zh}"


async def test_the_receiving_side_cannot_send(telegram: BotApi, receiver: AiogramReceiver) -> None:
    """A message past the limiter is refused before it leaves the process."""
    with pytest.raises(SendingRefused):
        await receiver._bot(SendMessage(chat_id=1, text="past the limiter"))
    assert telegram.book.calls() == []


async def test_what_happens_in_groups_is_understood(
    telegram: BotApi, receiver: AiogramReceiver
) -> None:
    """Added, named, answered, pressed, moved, thrown out: each is what it is."""
    owner = telegram.person("王店长")
    await owner.start("CODE")
    group = telegram.group("发货群", [owner], bot=False, upgraded=False)
    await owner.add_bot(group)
    await owner.send(group, "/order@zhanggui_bot 123")
    await owner.send(group, "@zhanggui_bot 查订单 456")
    moved = await owner.upgrade(group)
    await owner.kick_bot(moved)
    inbox = Inbox()
    async with running(partial(receiver.run, inbox.accept)):
        found = [one for one in await inbox.understood(receiver, 7) if one]
    start, added, command, named = found[:4]
    assert (start.text, start.kind) == ("/start CODE", ChatKind.PRIVATE)
    assert start.who is not None
    assert (start.who.user, start.who.name) == (str(owner.id), "王店长")
    assert (added.happening, added.chat_title) == (Happening.ADDED, "发货群")
    assert (command.text, command.mentioned, command.kind) == ("/order 123", True, ChatKind.GROUP)
    assert (named.text, named.mentioned) == ("查订单 456", True)
    moves = [one for one in found if one.happening is Happening.MOVED]
    assert {(one.target.chat, one.text) for one in moves} == {(str(group.id), str(moved.id))}
    assert found[-1].happening is Happening.REMOVED


async def test_a_photo_and_a_document_can_be_fetched_up_to_a_size(
    telegram: BotApi, receiver: AiogramReceiver
) -> None:
    """The bytes come back as they were sent; one byte over the limit is refused."""
    owner = telegram.person("王")
    await owner.send_file(owner.chat, "订单.csv", b"x" * 5_000, caption="看这个")
    inbox = Inbox()
    async with running(partial(receiver.run, inbox.accept)):
        (incoming,) = await inbox.understood(receiver, 1)
    assert incoming is not None
    (file,) = incoming.files
    assert (incoming.text, file.name, file.size) == ("看这个", "订单.csv", 5_000)
    assert await receiver.fetch(file, 5_000) == b"x" * 5_000
    with pytest.raises(BadInput):
        await receiver.fetch(file, 4_999)
    lying = type(file)(file.platform, file.file, file.name, 0)
    with pytest.raises(BadInput):
        await receiver.fetch(lying, 4_999)


async def test_a_topic_is_part_of_the_place(receiver: AiogramReceiver) -> None:
    """A message in a forum topic is answered in that topic."""
    await receiver.close()
    raw = (
        '{"update_id":1,"message":{"message_id":9,"date":1,"message_thread_id":5,'
        '"is_topic_message":true,"chat":{"id":-100,"type":"supergroup","title":"t"},'
        '"from":{"id":3,"is_bot":false,"first_name":"W"},"text":"/today"}}'
    )
    incoming = receiver.parse(raw)
    assert incoming is not None
    assert incoming.target == Target("telegram", "-100", "5")
