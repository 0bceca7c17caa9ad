"""Is what we say shown as we said it, and does every error become the right one of ours?"""

import asyncio
import logging
from dataclasses import replace

import pytest

from bot.limiter import Limiter
from bot.send_ptb import PtbMessenger
from bot.send_ptb.transport import AiohttpRequest, Deadlines
from bot.telegram_settings import TelegramSettings
from core.domain.errors import ChatGone, ChatMoved, DeliveryError, Permanent, Temporary, Unknown
from core.messaging import Attachment, Button, Content, Picture, Press, Sent, Target
from sandbox.bot_api import BotApi, Person, Room
from tests.gateways.conftest import WIDE
from tests.sandbox.pictures import png

CARD = Content(
    title="订单 😀 1024",
    text="已付款 · 2 件",
    buttons=((Button("打面单", token="t" * 64), Button("打开", url="https://x.example/1")),),
)


@pytest.fixture
async def owner(telegram: BotApi) -> Person:
    """Somebody who has opened the chat."""
    person = telegram.person("王店长")
    await person.start()
    return person


def here(person: Person | Room) -> Target:
    return Target("telegram", str(person.id))


def quick(settings: TelegramSettings, *, patience: float = 60.0) -> PtbMessenger:
    """A messenger that gives an answer up after 0.2 s."""
    request = AiohttpRequest(deadlines=Deadlines(connect=0.2, answer=0.1))
    return PtbMessenger(settings, Limiter(pace=WIDE, patience=patience), request)


async def test_a_card_is_shown_with_its_bold_title_and_buttons(
    messenger: PtbMessenger, owner: Person
) -> None:
    """Title, text, buttons and links arrive; the bold part is counted in UTF-16 units."""
    sent = await messenger.send(here(owner), CARD)
    shown = owner.chat.last
    assert str(shown.id) == sent.message
    assert shown.text == "订单 😀 1024\n已付款 · 2 件"
    assert shown.raw["entities"] == [{"type": "bold", "offset": 0, "length": 10}]
    assert shown.data == {"打面单": "t" * 64}
    assert shown.urls == {"打开": "https://x.example/1"}


async def test_the_menu_stays_until_it_is_taken_away(
    messenger: PtbMessenger, owner: Person
) -> None:
    """A menu becomes the standing keyboard, () removes it, None leaves it as it is."""
    rows = (("查订单", "打面单", "标异常"), ("更多",))
    seen = list[object]()
    for content in (Content("你好", menu=rows), Content("?"), replace(CARD, menu=())):
        await messenger.send(here(owner), content)
        seen.append(owner.chat.menu)
    shown = [list(row) for row in rows]
    assert seen == [shown, shown, None]
    assert owner.chat.last.labels == ("打面单", "打开")


async def test_pictures_and_files_carry_their_words_and_can_be_replaced(
    messenger: PtbMessenger, owner: Person
) -> None:
    """A picture and a file go up; the message is edited in place, the picture with it."""
    sent = await messenger.send(here(owner), replace(CARD, picture=Picture("日报", png(8, 8))))
    assert owner.chat.last.photo == png(8, 8)
    assert owner.chat.last.text == CARD.words
    await messenger.edit(sent, replace(CARD, text="新", picture=Picture("日报", png(9, 9))))
    assert owner.chat.last.photo == png(9, 9)
    await messenger.edit(sent, Content("只有字"))
    assert (owner.chat.last.text, owner.chat.last.photo) == ("只有字", png(9, 9))
    assert owner.chat.last.labels == ()
    report = Attachment('日报 "x"\r\n.csv', b"a,b\r\n", "text/csv")
    await messenger.send(here(owner), Content("报表", file=report))
    file = owner.chat.last.file
    assert file is not None
    assert (file.data, file.name) == (b"a,b\r\n", "日报 _x___.csv")


async def test_G09_the_same_again_is_no_error(messenger: PtbMessenger, owner: Person) -> None:
    """Quick presses make the same edit twice; a deleted message says so, once and for all."""
    sent = await messenger.send(here(owner), CARD)
    await messenger.edit(sent, replace(CARD, text="新"))
    await messenger.edit(sent, replace(CARD, text="新"))
    assert owner.chat.last.edits == 1
    await messenger.delete(sent)
    await messenger.delete(sent)
    with pytest.raises(Permanent):
        await messenger.edit(sent, CARD)


async def test_a_press_is_answered_and_a_late_answer_is_no_error(
    messenger: PtbMessenger, owner: Person
) -> None:
    """The toast is cut to what Telegram takes; a second or unknown answer hurts nobody."""
    await messenger.send(here(owner), CARD)
    pressed = await owner.press(owner.chat.last, "打面单")
    press = Press("t", pressed.query.id, None)
    await messenger.answer(press, "😀" * 150)
    assert (await pressed.answer()).text == "😀" * 100
    await messenger.answer(press, "again")
    await messenger.answer(Press("t", "12345", None), "")


async def test_G16_a_long_answer_is_paged(messenger: PtbMessenger, owner: Person) -> None:
    """4,000 emoji are 8,000 units: two messages, nothing lost, the buttons under the last."""
    await messenger.send(here(owner), replace(CARD, title="", text="😀" * 4_000))
    shown = owner.chat.messages(by_bot=True)
    assert "".join(one.text for one in shown) == "😀" * 4_000
    assert [bool(one.labels) for one in shown] == [False, True]


async def test_G16_a_long_caption_goes_on_below(messenger: PtbMessenger, owner: Person) -> None:
    """A caption takes 1,024 units: the picture comes first, the rest of its words after it."""
    await messenger.send(here(owner), Content("字" * 3_000, picture=Picture("图", png(8, 8))))
    shown = owner.chat.messages(by_bot=True)
    assert "".join(one.text for one in shown) == "字" * 3_000
    assert [one.photo is not None for one in shown] == [True, False]


async def test_G16_200_buttons_are_cut_and_rows_broken(
    messenger: PtbMessenger, owner: Person
) -> None:
    """More buttons than Telegram takes: the first hundred are shown, eight to a row."""
    row = tuple(Button(str(number), token=f"b{number}") for number in range(200))
    await messenger.send(here(owner), Content("200 个结果", buttons=(row,)))
    assert owner.chat.last.labels == tuple(str(number) for number in range(100))
    assert max(len(one) for one in owner.chat.last.buttons) == 8


async def test_an_edit_stays_one_message(messenger: PtbMessenger, owner: Person) -> None:
    """What does not fit into the edited message ends in an ellipsis, the buttons stay."""
    sent = await messenger.send(here(owner), CARD)
    await messenger.edit(sent, replace(CARD, text="长" * 5_000))
    (shown,) = owner.chat.messages(by_bot=True)
    assert shown.text.startswith(CARD.title)
    assert shown.text.endswith("…")
    assert shown.labels == ("打面单", "打开")


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
    owner: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With everything logged down to DEBUG, sends, failures and reprs never show the token."""
    caplog.set_level(logging.INFO)
    token = telegram.token.partition(":")[2]
    messenger = quick(settings)
    await messenger.send(here(owner), CARD)
    telegram.faults.refuse(methods="sendMessage")
    with pytest.raises(Unknown) as lost:
        await messenger.send(here(owner), CARD)
    await telegram.stop()
    with pytest.raises(Temporary) as down:
        await messenger.send(here(owner), CARD)
    await messenger.close()
    shown = [
        caplog.text,
        repr(lost.value),
        repr(down.value),
        repr(settings),
        repr(messenger._bot),
        repr(messenger),
    ]
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
