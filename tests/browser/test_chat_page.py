"""The chat page in a real browser: everything that a newcomer does in the first minute."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyKeyboardMarkup,
)

from sandbox.bot_api import BotApi, Kind, Person
from tests.browser.conftest import DESKTOP, PHONE, SMALL_PHONE, Open
from tests.sandbox.pictures import png

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MENU = ReplyKeyboardMarkup([["查订单", "打面单", "标异常"]])


def crew(telegram: BotApi) -> tuple[Person, Person, Person]:
    """Put the shop's people and one stranger on the stage."""
    owner = telegram.person("王店长", role="owner")
    clerk = telegram.person("小李", role="clerk")
    telegram.group("发货群", [owner, clerk])
    return owner, clerk, telegram.person("陌生人", role="stranger")


async def shoot(page: Page, name: str) -> None:
    """Keep a picture for people to look at."""
    await page.screenshot(path=f"test-output/screens/{name}.png")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_start_menu_press_and_edit(
    telegram: BotApi, bot: Any, open_page: Open, size: dict[str, int]
) -> None:
    """From the Start button over the three big keys to a pressed button and the edit in place."""
    owner, *_ = crew(telegram)
    page = await open_page(size)
    await page.get_by_role("button", name="开始").click()
    await telegram.until(owner.chat.messages)
    await bot.send_message(owner.id, "您好,要用哪个?", reply_markup=MENU)
    await page.locator("#keyboard").get_by_role("button", name="查订单").click()
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("标异常", callback_data="t1")]])
    sent = await bot.send_message(owner.id, "订单 8841:待发货", reply_markup=buttons)
    await page.locator(".keys").get_by_role("button", name="标异常").click()
    await telegram.until(lambda: telegram.state.queries)
    (query,) = telegram.state.queries.values()
    await bot.answer_callback_query(query.id, "已标记")
    await expect(page.locator("#toasts")).to_have_text("已标记")
    await bot.edit_message_text("订单 8841:异常", owner.id, sent.message_id)
    await expect(page.locator(".said").last).to_contain_text("订单 8841:异常")
    await expect(page.locator(".said").last).to_contain_text("已编辑")
    await expect(page.locator(".keys")).to_have_count(0)
    assert [m.text for m in owner.chat.messages(by_bot=False)] == ["/start", "查订单"]
    await shoot(page, f"press-{size['width']}")


async def test_alert_and_link_answers(telegram: BotApi, bot: Any, open_page: Open) -> None:
    """An alert waits for its button, a link button opens a window of its own."""
    owner, *_ = crew(telegram)
    await owner.start()
    row = [
        InlineKeyboardButton("删除", callback_data="t"),
        InlineKeyboardButton("看网页", url=f"{telegram.url}/page/bot.svg"),
    ]
    await bot.send_message(owner.id, "选一个", reply_markup=InlineKeyboardMarkup([row]))
    page = await open_page(PHONE)
    await page.get_by_role("button", name="删除").click()
    await telegram.until(lambda: telegram.state.queries)
    await bot.answer_callback_query(next(iter(telegram.state.queries)), "不能删", show_alert=True)
    await expect(page.locator("#alert")).to_be_visible()
    await page.get_by_role("button", name="知道了").click()
    await expect(page.locator("#alert")).to_be_hidden()
    async with page.expect_popup() as popup:
        await page.get_by_role("button", name="看网页").click()
    assert (await popup.value).url.endswith("/page/bot.svg")


async def test_pictures_and_files_both_ways(
    telegram: BotApi, bot: Any, open_page: Open, tmp_path: Path
) -> None:
    """A picture is enlarged by a tap, files go up and come down byte for byte."""
    owner, *_ = crew(telegram)
    await owner.start()
    await bot.send_photo(owner.id, png(300, 200), caption="今日")
    await bot.send_document(owner.id, b"a,b\n1,2\n", filename="明细.csv")
    page = await open_page(PHONE)
    await page.get_by_role("button", name="放大图片").click()
    await expect(page.locator("#viewer img")).to_be_visible()
    await page.locator("#viewer button").click()
    async with page.expect_download() as download:
        await page.locator(".attached").click()
    assert (await download.value).suggested_filename == "明细.csv"
    assert (await (await download.value).path()).read_bytes() == b"a,b\n1,2\n"
    (tmp_path / "破损.png").write_bytes(png(20, 20))
    (tmp_path / "订单.csv").write_text("x,y", encoding="utf-8")
    await page.set_input_files("#file", [tmp_path / "破损.png", tmp_path / "订单.csv"])
    await expect(page.locator(".said.mine")).to_have_count(3)
    sent = owner.chat.messages(by_bot=False)[-2:]
    assert sent[0].photo == png(20, 20)
    assert sent[1].file is not None
    assert (sent[1].file.name, sent[1].file.data) == ("订单.csv", b"x,y")


async def test_people_change_and_unread_is_counted(
    telegram: BotApi, bot: Any, open_page: Open
) -> None:
    """On the phone another person is one tap away, sees their own chats and what is new."""
    owner, clerk, stranger = crew(telegram)
    await owner.start()
    await clerk.start()
    page = await open_page(PHONE)
    await bot.send_message(clerk.id, "缺货提醒")
    await page.locator("#me").click()
    sheet = page.locator("#sheet-people")
    await expect(sheet.get_by_role("radio", name="小李")).to_contain_text("1")
    await sheet.get_by_role("radio", name="小李").click()
    await expect(page.locator(".said").last).to_contain_text("缺货提醒")
    await expect(page.locator("#tabs button")).to_have_count(2)
    await page.locator("#me").click()
    await sheet.get_by_role("radio", name="陌生人").click()
    await expect(page.locator("#tabs button")).to_have_count(1)
    await page.get_by_role("button", name="开始").click()
    await telegram.until(stranger.chat.messages)


async def test_group_talk_and_inviting_the_bot(
    telegram: BotApi, bot: Any, open_page: Open
) -> None:
    """A group without the bot offers to invite it; names stand over what others say."""
    owner, clerk, _ = crew(telegram)
    telegram.group("客服群", [owner, clerk], bot=False)
    page = await open_page(DESKTOP)
    await page.locator("#rooms").get_by_text("客服群").click()
    await page.get_by_role("button", name="把掌柜请进群").click()
    await expect(page.locator(".service")).to_have_text("王店长 把 掌柜 请进了群")
    assert telegram.book.find(Kind.UPDATE, method="my_chat_member")
    await page.locator("#rooms").get_by_text("发货群").click()
    await page.locator("#text").fill("/today")
    await page.locator("#text").press("Enter")
    await expect(page.locator(".said.mine")).to_contain_text("/today")
    group = clerk.state.world.chats[telegram.state.book.entries[-1].chat or 0]
    await bot.send_message(group.id, "今天 12 单")
    await expect(page.locator(".said").last.locator(".name")).to_have_text("掌柜")


async def test_deep_link_starts_with_its_code(telegram: BotApi, bot: Any, open_page: Open) -> None:
    """A link with a code, in the address or in a message, ends as /start CODE."""
    owner, clerk, _ = crew(telegram)
    await owner.start()
    group = telegram.group("客服群", [owner], bot=False)
    link = f"https://t.me/zhanggui_bot?start=abc-{clerk.id}"
    await bot.send_message(owner.id, f"邀请:{link}")
    await bot.send_message(owner.id, "进群:https://t.me/zhanggui_bot?startgroup=g_1")
    page = await open_page(PHONE, "?start=first_1&person=小李")
    await page.get_by_role("button", name="开始").click()
    await telegram.until(clerk.chat.messages)
    assert clerk.chat.messages()[-1].text == "/start first_1"
    page = await open_page(PHONE)
    await page.locator(".words a").first.click()
    await page.get_by_role("button", name="开始").click()
    await telegram.until(lambda: len(owner.chat.messages()) == 4)
    assert owner.chat.messages()[-1].text == f"/start abc-{clerk.id}"
    await page.locator(".words a").nth(1).click()
    await telegram.until(lambda: len(group.messages()) == 2)
    assert group.messages()[-1].text == "/start@zhanggui_bot g_1"


async def test_text_is_never_markup(telegram: BotApi, bot: Any, open_page: Open) -> None:
    """Names and texts with HTML in them are shown as they are; entities are styled."""
    evil = '<img src=x onerror="document.title=1"> 👍 & *x*'
    owner = telegram.person(evil, role="owner")
    await owner.say(evil)
    bold = MessageEntity(MessageEntity.BOLD, 3, 2)
    await bot.send_message(owner.id, "👍 加粗 <b>", entities=[bold])
    page = await open_page(DESKTOP)
    await expect(page.locator(".said.mine .words")).to_contain_text(evil)
    await expect(page.locator(".said strong")).to_have_text("加粗")
    assert await page.locator(".log img:not(.face)").count() == 0
    assert await page.title() == "掌柜演示"


async def test_command_list_and_deletion(telegram: BotApi, bot: Any, open_page: Open) -> None:
    """A slash brings the bot's commands up; a deleted message goes away."""
    owner, *_ = crew(telegram)
    await owner.start()
    sent = await bot.send_message(owner.id, "马上删")
    page = await open_page(PHONE)
    await bot.set_my_commands([BotCommand("order", "查订单"), BotCommand("today", "今天的数")])
    await page.locator("#text").fill("/or")
    await page.locator("#commands").get_by_text("查订单").click()
    await expect(page.locator("#text")).to_have_value("/order ")
    await bot.delete_message(owner.id, sent.message_id)
    await expect(page.get_by_text("马上删")).to_have_count(0)


async def test_english_is_complete(telegram: BotApi, open_page: Open) -> None:
    """After the switch no Chinese is left but names that people gave."""
    telegram.person("Ann", role="owner")
    page = await open_page(DESKTOP)
    await page.locator(".side [data-lang]").click()
    assert await page.title() == "Zhanggui demo"
    words = await page.locator("#app").inner_text()
    chinese = [w for w in words.split() if any("一" <= c <= "鿿" for c in w)]
    assert set(chinese) <= {"掌柜", "中文"}


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("size", [SMALL_PHONE, PHONE, DESKTOP], ids=["small", "phone", "desktop"])
async def test_nothing_runs_over_the_edge(
    telegram: BotApi, bot: Any, open_page: Open, size: dict[str, int], *, dark: bool
) -> None:
    """Long words, wide keyboards and pictures stay inside, and keys are large enough to hit."""
    owner, *_ = crew(telegram)
    await owner.start()
    keys = [[InlineKeyboardButton(f"按钮{i}", callback_data=str(i)) for i in range(4)]]
    await bot.send_message(owner.id, "单号" + "YT7712345678901" * 12, reply_markup=MENU)
    await bot.send_message(
        owner.id, "库存不足\n青花瓷茶杯 还差 3 件", reply_markup=InlineKeyboardMarkup(keys)
    )
    await owner.send_photo(owner.chat, png(300, 200), caption="破损")
    await bot.send_document(owner.id, b"x" * 5000, filename="今日发货明细-" + "长" * 40 + ".xlsx")
    page = await open_page(size, dark=dark)
    wide = await page.evaluate(
        "[...document.querySelectorAll('#app *')].filter(n =>"
        " n.getBoundingClientRect().right > innerWidth + 1).map(n => n.className)"
    )
    assert wide == []
    low = await page.evaluate(
        "[...document.querySelectorAll('.keys button, .keyboard button, .composer button')]"
        ".filter(n => n.offsetParent && n.offsetHeight < 40).map(n => n.textContent)"
    )
    assert low == []
    await shoot(page, f"chat-{size['width']}-{'night' if dark else 'day'}")
