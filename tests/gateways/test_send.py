"""Is what we say shown as we said it?"""

from dataclasses import replace

import pytest
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.send_ptb import PtbMessenger
from core.domain.errors import Permanent
from core.messaging import Attachment, Button, Content, Picture, Press
from sandbox.bot_api import BotApi, Person
from tests.gateways.speech import CARD, here
from tests.sandbox.pictures import png


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


@pytest.mark.parametrize("text", ["字" * 4097, "😀" * 2049])
async def test_G16_control_unpaged_it_is_refused(
    telegram: BotApi, owner: Person, text: str
) -> None:
    """The same text sent as it is, past our paging, is refused: an emoji counts twice."""
    await owner.say("hi")
    async with ExtBot(telegram.token, base_url=f"{telegram.url}/bot") as bare:
        with pytest.raises(BadRequest, match="too long"):
            await bare.send_message(owner.id, text)
