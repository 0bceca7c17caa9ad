"""The real aiogram and python-telegram-bot work against the local server as against Telegram."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramConflictError
from aiogram.methods import GetUpdates
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from telegram import BotCommand, InputMediaDocument, InputMediaPhoto, ReplyKeyboardMarkup
from telegram.error import BadRequest
from telegram.ext import ExtBot

from sandbox.bot_api import NO_FLOOD, BotApi, Kind
from tests.sandbox.pictures import png


@pytest.fixture
async def telegram() -> AsyncIterator[BotApi]:
    async with BotApi(limits=NO_FLOOD) as server:
        yield server


@asynccontextmanager
async def aiogram_bot(server: BotApi) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    async with Bot(server.token, session=session).context() as bot:
        yield bot


@asynccontextmanager
async def ptb_bot(server: BotApi) -> AsyncIterator[Any]:
    bot: Any = ExtBot(
        server.token,
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
    )
    async with bot:
        yield bot


async def test_aiogram_hears_a_message_and_confirms_it(telegram: BotApi) -> None:
    """An update comes again until its offset is passed, then never more."""
    clerk = telegram.person("小李")
    async with aiogram_bot(telegram) as bot:
        await clerk.say("查订单")
        first = await bot.get_updates(timeout=5)
        again = await bot.get_updates(timeout=0)
        assert [u.message.text for u in first if u.message] == ["查订单"]
        assert [u.update_id for u in again] == [u.update_id for u in first]
        assert await bot.get_updates(offset=first[-1].update_id + 1, timeout=0) == []
        assert await bot.get_updates(timeout=0) == []


async def test_long_poll_returns_as_soon_as_something_is_said(telegram: BotApi) -> None:
    """A poll of 30 seconds that finds nothing wakes at the first message."""
    clerk = telegram.person("小李")
    async with aiogram_bot(telegram) as bot, asyncio.timeout(5), asyncio.TaskGroup() as group:
        poll = group.create_task(bot.get_updates(timeout=30))
        await clerk.say("在吗")
        updates = await poll
    assert updates[0].message is not None
    assert updates[0].message.text == "在吗"


async def test_second_poller_ends_the_first_with_409(telegram: BotApi) -> None:
    """Two pollers with one token: the one that waited is told so, as on Telegram."""
    clerk = telegram.person("小李")
    async with (
        aiogram_bot(telegram) as one,
        aiogram_bot(telegram) as two,
        asyncio.timeout(5),
        asyncio.TaskGroup() as group,
    ):
        first = group.create_task(_conflict(one))
        await telegram.until(lambda: telegram.state.updates.polls == 1)
        second = group.create_task(two(GetUpdates(timeout=30)))
        await first
        await clerk.say("谁在听")
        assert len(await second) == 1


async def _conflict(bot: Bot) -> None:
    with pytest.raises(TelegramConflictError, match="make sure that only one bot instance"):
        await bot.get_updates(timeout=30)


async def test_press_is_answered_and_the_message_edited_in_place(telegram: BotApi) -> None:
    """One button from press to toast and edit, aiogram hearing and PTB speaking."""
    clerk = telegram.person("小李")
    await clerk.start()
    buttons = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="确认", callback_data="t1")]]
    )
    async with aiogram_bot(telegram) as hears, ptb_bot(telegram) as speaks:
        await hears.send_message(clerk.id, "要确认吗?", reply_markup=buttons)
        pressed = await clerk.press(clerk.chat.last, "确认")
        heard = (await hears.get_updates(timeout=5))[-1].callback_query
        assert heard is not None
        assert heard.data == "t1"
        assert heard.message is not None
        await speaks.answer_callback_query(heard.id, "好的")
        await speaks.edit_message_text("已确认", clerk.id, heard.message.message_id)
    assert (await pressed.answer()).text == "好的"
    assert clerk.chat.last.text == "已确认"
    assert clerk.chat.last.buttons == ()
    assert len(telegram.book.shown(clerk.id)) == 1


async def test_pictures_and_files_go_both_ways(telegram: BotApi) -> None:
    """What a person uploads is downloaded byte for byte by both libraries, and back."""
    clerk = telegram.person("小李")
    await clerk.send_photo(clerk.chat, png(), caption="破损")
    await clerk.send_file(clerk.chat, "订单.csv", b"a,b\n1,2\n", mime="text/csv")
    async with aiogram_bot(telegram) as hears, ptb_bot(telegram) as speaks:
        photo, file = [u.message for u in await hears.get_updates(timeout=5)]
        assert photo is not None
        assert photo.photo is not None
        assert file is not None
        assert file.document is not None
        assert photo.caption == "破损"
        bytes_ = await hears.download(photo.photo[-1])
        assert bytes_ is not None
        assert bytes_.read() == png()
        found = await speaks.get_file(file.document.file_id)
        assert bytes(await found.download_as_bytearray()) == b"a,b\n1,2\n"
        await speaks.send_photo(clerk.id, png(60, 40), caption="今日")
        assert clerk.chat.last.photo == png(60, 40)
        await hears.send_document(clerk.id, BufferedInputFile(b"x", "报表.xlsx"))
    sent = clerk.chat.last.file
    assert sent is not None
    assert (sent.name, sent.data) == ("报表.xlsx", b"x")


async def test_album_and_media_edit(telegram: BotApi) -> None:
    """An album is two messages with one album id, and its picture can be exchanged."""
    clerk = telegram.person("小李")
    await clerk.start()
    async with ptb_bot(telegram) as bot:
        pair = await bot.send_media_group(
            clerk.id, [InputMediaPhoto(png()), InputMediaPhoto(png(50, 50), caption="二")]
        )
        assert len({m.media_group_id for m in pair}) == 1
        await bot.edit_message_media(
            InputMediaDocument(b"x,y", filename="a.csv"), clerk.id, pair[1].message_id
        )
    assert [bool(m.photo) for m in clerk.chat.messages(by_bot=True)] == [True, False]


async def test_group_hears_only_what_is_meant_for_the_bot(telegram: BotApi) -> None:
    """With privacy on, chatter stays in the group; commands, names and replies come through."""
    owner, clerk = telegram.person("王店长"), telegram.person("小李")
    group = telegram.group("仓库群", [owner, clerk])
    async with aiogram_bot(telegram) as bot:
        greeting = await bot.send_message(group.id, "大家好")
        await clerk.send(group, "午饭吃什么")
        await clerk.send(group, "/today")
        await clerk.send(group, "/today@other_bot")
        await clerk.send(group, "@zhanggui_bot 在吗")
        await clerk.send(group, "谢谢", reply_to=group.last)
        heard = [u.message.text for u in await bot.get_updates(timeout=0) if u.message]
        members = await bot.get_chat_administrators(group.id)
        full = await bot.get_chat(group.id)
    assert heard == ["/today", "@zhanggui_bot 在吗", "谢谢"]
    assert greeting.message_id == group.last.id
    assert [m.user.id for m in members] == [owner.id]
    assert full.title == "仓库群"


async def test_menu_commands_and_profile(telegram: BotApi) -> None:
    """The standing keyboard is seen by the person, commands and texts are kept per language."""
    clerk = telegram.person("小李")
    await clerk.start()
    async with ptb_bot(telegram) as bot:
        await bot.send_message(
            clerk.id, "菜单", reply_markup=ReplyKeyboardMarkup([["查订单", "打面单"], ["标异常"]])
        )
        await bot.set_my_commands([BotCommand("order", "查订单")], language_code="zh")
        await bot.set_my_description("掌柜")
        assert [c.command for c in await bot.get_my_commands(language_code="zh")] == ["order"]
        assert await bot.get_my_commands() == ()
        assert (await bot.get_my_description()).description == "掌柜"
        assert (await bot.get_me()).username == "zhanggui_bot"
    assert clerk.chat.menu == [["查订单", "打面单"], ["标异常"]]
    await clerk.tap("标异常")
    assert telegram.book.find(Kind.UPDATE)[-1].data["message"]["text"] == "标异常"


async def test_same_content_again_is_not_modified(telegram: BotApi) -> None:
    """The well-known 400 for an edit that changes nothing."""
    clerk = telegram.person("小李")
    await clerk.start()
    async with ptb_bot(telegram) as bot:
        sent = await bot.send_message(clerk.id, "<b>一</b>", parse_mode="HTML")
        with pytest.raises(BadRequest, match="Message is not modified"):
            await bot.edit_message_text("<b>一</b>", clerk.id, sent.message_id, parse_mode="HTML")
        await bot.delete_message(clerk.id, sent.message_id)
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("二", clerk.id, sent.message_id)
    assert telegram.book.breaches() == []
