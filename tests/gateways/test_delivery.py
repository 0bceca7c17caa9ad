"""Does every failure of a delivery become the right one of our errors, and leak nothing?"""

import asyncio
import io
import logging
from functools import partial

import pytest

from bot.receive_aiogram import AiogramReceiver
from bot.redaction import set_up
from bot.send_ptb import PtbMessenger
from bot.telegram_settings import TelegramSettings
from core.domain.errors import ChatGone, ChatMoved, DeliveryError, Permanent, Temporary, Unknown
from core.messaging import Content, Sent, Target
from sandbox.bot_api import BotApi, Person
from tests.gateways.inbox import Inbox, running
from tests.gateways.speech import CARD, here, quick


@pytest.mark.parametrize(
    ("code", "description", "expected"),
    [
        (403, "Forbidden: bot was blocked by the user", ChatGone),
        (403, "Forbidden: bot was kicked from the group chat", ChatGone),
        (400, "Bad Request: chat not found", ChatGone),
        (400, "Bad Request: message text is empty", Permanent),
        (413, "Request Entity Too Large", Permanent),
        (401, "Unauthorized", Temporary),
        (500, "Internal Server Error", Unknown),
        (502, "Bad Gateway", Unknown),
    ],
)
async def test_each_error_becomes_one_of_ours(
    telegram: BotApi,
    messenger: PtbMessenger,
    owner: Person,
    code: int,
    description: str,
    expected: type[DeliveryError],
) -> None:
    """BadRequest and TimedOut are NetworkErrors in the library; here nothing is mixed up."""
    telegram.faults.error(code, description, methods="sendMessage")
    with pytest.raises(DeliveryError) as caught:
        await messenger.send(here(owner), Content("x"))
    assert type(caught.value) is expected


async def test_G05_a_lost_answer_is_unknown_for_a_message(
    telegram: BotApi, settings: TelegramSettings, owner: Person
) -> None:
    """Delivered, then the connection breaks, hangs or answers 5xx: we cannot know, and say so."""
    messenger = quick(settings)
    for lose in (
        telegram.faults.deliver_then_close,
        telegram.faults.deliver_then_hang,
    ):
        lose(methods="sendMessage")
        with pytest.raises(Unknown):
            await messenger.send(here(owner), Content("一次"))
    telegram.faults.server_error(502, html=True, methods="sendMessage", deliver=True)
    with pytest.raises(Unknown):
        await messenger.send(here(owner), Content("一次"))
    await messenger.close()
    assert len(telegram.book.calls("sendMessage")) == 3
    assert len(owner.chat.messages(by_bot=True)) == 3


async def test_G05_control_a_blind_repeat_doubles(
    telegram: BotApi, settings: TelegramSettings, owner: Person
) -> None:
    """Why a lost answer is not called Temporary: whoever repeats it says everything twice."""
    messenger = quick(settings)
    telegram.faults.deliver_then_close(methods="sendMessage")
    with pytest.raises(Unknown):
        await messenger.send(here(owner), Content("一次"))
    await messenger.send(here(owner), Content("一次"))
    await messenger.close()
    assert [one.text for one in owner.chat.messages(by_bot=True)] == ["一次", "一次"]


async def test_G05_a_lost_answer_to_an_edit_may_be_repeated(
    telegram: BotApi, settings: TelegramSettings, owner: Person
) -> None:
    """An edit done twice shows the same: its lost answer is Temporary, the repeat is fine."""
    messenger = quick(settings)
    sent = await messenger.send(here(owner), CARD)
    telegram.faults.deliver_then_close(methods="editMessageText")
    with pytest.raises(Temporary):
        await messenger.edit(sent, Content("新"))
    await messenger.edit(sent, Content("新"))
    await messenger.close()
    assert owner.chat.last.edits == 1


async def test_G05_what_surely_did_not_arrive_is_temporary(
    telegram: BotApi, settings: TelegramSettings, owner: Person
) -> None:
    """Nobody listens at the address: nothing was written, so it may be sent again."""
    await telegram.stop()
    messenger = quick(settings)
    with pytest.raises(Temporary):
        await messenger.send(here(owner), Content("x"))
    await messenger.close()


async def test_G04_a_flooded_group_waits_alone_on_the_wire(
    telegram: BotApi, settings: TelegramSettings, owner: Person
) -> None:
    """429 in one group: it gets its messages in order after the pause, others at once."""
    groups = [telegram.group(name, [owner]) for name in "AB"]
    telegram.faults.flood(1, chat=groups[0].id)
    messenger = quick(settings)
    async with asyncio.TaskGroup() as tasks:
        for number in range(3):
            for group in groups:
                tasks.create_task(messenger.send(here(group), Content(str(number))))
    await messenger.close()
    order = [(entry.chat, entry.data["text"]) for entry in telegram.book.shown()]
    assert order == [(groups[1].id, n) for n in "012"] + [(groups[0].id, n) for n in "012"]


async def test_G04_a_long_pause_is_given_back_with_its_length(
    telegram: BotApi, settings: TelegramSettings, owner: Person
) -> None:
    """A pause beyond our patience is Temporary with the seconds that Telegram named."""
    telegram.faults.flood(35, chat=owner.id)
    messenger = quick(settings, patience=10.0)
    with pytest.raises(Temporary) as caught:
        await messenger.send(here(owner), Content("x"))
    await messenger.close()
    assert caught.value.retry_after == 35.0


async def test_G08_a_moved_group_tells_its_new_id(
    telegram: BotApi, messenger: PtbMessenger, owner: Person
) -> None:
    """Sending to the old id says where the group is now, and the new id works."""
    old = telegram.group("发货群", [owner], upgraded=False)
    new = await owner.upgrade(old)
    with pytest.raises(ChatMoved) as caught:
        await messenger.send(here(old), Content("x"))
    assert caught.value.new == str(new.id)
    await messenger.send(Target("telegram", caught.value.new), Content("x"))
    assert new.last.text == "x"


async def test_we_leave_a_group_that_is_not_ours(
    telegram: BotApi, messenger: PtbMessenger, owner: Person
) -> None:
    """After leaving, the group is gone for us."""
    group = telegram.group("陌生群", [owner])
    await messenger.leave(here(group))
    with pytest.raises(ChatGone):
        await messenger.send(here(group), Content("x"))


async def test_M11_the_token_is_in_no_log_error_or_repr(
    telegram: BotApi,
    settings: TelegramSettings,
    receiver: AiogramReceiver,
    owner: Person,
    kept_logging: None,
) -> None:
    """With everything at DEBUG, receiving, sending, failures and reprs never show the token."""
    log = io.StringIO()
    set_up(settings.secrets, level=logging.DEBUG, stream=log)
    for name in ("telegram", "telegram.ext", "aiogram", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    messenger, inbox = quick(settings), Inbox()
    async with running(partial(receiver.run, inbox.accept)):
        await inbox.until(1)
    await messenger.send(here(owner), CARD)
    telegram.faults.refuse(methods="sendMessage")
    with pytest.raises(Unknown) as lost:
        await messenger.send(here(owner), CARD)
    await telegram.stop()
    with pytest.raises(Temporary) as down:
        await messenger.send(here(owner), CARD)
    logging.getLogger("zhanggui").error("not sent", exc_info=down.value)
    await messenger.close()
    assert "not sent" in log.getvalue()
    held = [settings, messenger, messenger._bot, receiver, lost.value, down.value]
    shown = [log.getvalue(), *map(repr, held)]
    token = telegram.token.partition(":")[2]
    assert not [one for one in shown if token in one]


async def test_a_send_under_way_is_finished_before_the_close(
    telegram: BotApi, messenger: PtbMessenger, owner: Person
) -> None:
    """Closing right after a send began waits for its answer instead of cutting it."""
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(messenger.send(here(owner), Content("x")))
        await asyncio.sleep(0)
        await messenger.close()
        assert sending.done()
    assert isinstance(sending.result(), Sent)
