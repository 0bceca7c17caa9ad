"""Does a clerk find an order by talking, and does nobody see more than they may?"""

from dataclasses import replace

from core.domain.intake import Mode
from core.domain.staff import Role
from core.services.intake import How
from tests.chat import ChatShop, User
from tests.clock import MINUTE
from tests.commands.conftest import JD, PDD, SECRETS, TB
from tests.shop import order

HISTORY = How(Mode.HISTORY, "test")


async def test_three_ways_to_ask_give_the_same_card(chat: ChatShop, clerk: User) -> None:
    """The slash command, the Chinese word and bare words all show the card of the order."""
    for words in (f"/order {TB}", f"查订单 {TB}", TB):
        await clerk.says(words)
        clerk.sees(TB, "异常", "TS-01", "已锁 1，缺 1", "¥20.00", "小***鱼", "经过")
    assert clerk.last.labels == ["标异常", "处理异常 #1", "看收件人", "刷新"]


async def test_the_answer_says_how_it_understood(chat: ChatShop, clerk: User) -> None:
    """An end of a number, goods by their initials and an amount each name their reading."""
    for words, how in (("7788", "订单号尾号"), ("99.9", "金额"), ("bstx", "商品（白色T恤）")):
        await clerk.says(words)
        clerk.sees(f"按{how}找到")


async def test_several_orders_are_numbered_and_picked(chat: ChatShop, clerk: User) -> None:
    """Two orders of one product give a list; its second number opens the second order."""
    await clerk.says("保温杯")
    clerk.sees("“保温杯”找到 2 单", "1. ", "2. ")
    await clerk.presses("2")
    clerk.sees(JD)


async def test_nothing_found_says_what_to_try(chat: ChatShop, clerk: User) -> None:
    """A search without a result suggests the next one; the bare command asks for words."""
    await clerk.says("查订单 xyzxyz")
    clerk.sees("没有找到“xyzxyz”", "尾号")
    await clerk.says("查订单")
    clerk.sees("请发订单号")
    await clerk.says("7788")
    clerk.sees(TB)


async def test_G16_many_matches_come_in_pages(chat: ChatShop, clerk: User) -> None:
    """40 orders of one product are five pages of eight, each within the platform's limit."""
    await chat.goods.takes_in(*(order(f"MANY{n:04}🎁", ("CUP", 1)) for n in range(40)))
    await clerk.says("CUP")
    clerk.sees("42 单", "第 1/6 页")
    seen = set()
    for page in range(1, 7):
        text = clerk.sees(f"第 {page}/6 页")
        seen |= {line.split(" ")[1] for line in text.splitlines() if line[:2].endswith(".")}
        if page < 6:
            await clerk.presses("下一页")
    assert len(seen) == 42
    await clerk.presses("上一页")
    clerk.sees("第 5/6 页")


async def test_a_page_button_of_another_search_or_person_is_refused(
    chat: ChatShop, clerk: User, viewer: User
) -> None:
    """What a clerk searched for stays theirs: another person cannot turn its pages."""
    await chat.goods.takes_in(*(order(f"MANY{n:04}", ("CUP", 1)) for n in range(9)))
    await clerk.says("CUP")
    button = clerk.button("下一页")
    assert button
    await viewer.presses_token(button[1])
    viewer.sees("这次查询已过期")


async def test_S35_no_buyer_data_leaves_for_a_chat(
    chat: ChatShop, clerk: User, owner: User
) -> None:
    """The canary buyer is in no message and no toast, private or group, nor in the trail."""
    group = await chat.group().bound_by(owner)
    for words in (
        TB,
        "4567",
        "13800134567",
        "小明爱吃鱼",
        "打面单",
        "异常",
        "今日",
        "标异常 7788",
    ):
        await clerk.says(words)
        await clerk.says(words, group)
    await clerk.says(TB, group)
    await clerk.presses("看收件人", group)
    said = [one.text for one in chat.platform.shown] + [text for _, text in chat.platform.toasts]
    trail = await chat.rows("SELECT actor || act || object || detail AS line FROM audit")
    for text in (*said, *(row["line"] for row in trail)):
        for secret in SECRETS:
            assert secret not in text, text


async def test_the_receiver_comes_as_a_link_in_private(
    chat: ChatShop, clerk: User, owner: User
) -> None:
    """In a group the link goes to the person alone, and each press makes one."""
    await clerk.says(TB)
    await clerk.presses("看收件人")
    clerk.sees("10 分钟")
    (link,) = [button.url for row in clerk.last.content.buttons for button in row]
    assert link.startswith("http://127.0.0.1:8080/p/")
    group = await chat.group().bound_by(owner)
    await clerk.says(TB, group)
    before = len(group.messages)
    await clerk.presses("看收件人", group)
    assert len(group.messages) == before
    clerk.sees("10 分钟", "已私聊发给你")
    links = await chat.rows("SELECT token_hash, person_id FROM page_link")
    assert len(links) == 2
    assert link.rsplit("/", 1)[1] not in str(links)


async def test_a_viewer_sees_the_card_without_deeds(chat: ChatShop, viewer: User) -> None:
    """Who may only look gets no button that does something or shows the buyer."""
    await viewer.says(TB)
    viewer.sees(TB)
    assert viewer.last.labels == ["刷新"]


async def test_refresh_edits_the_card_in_place(chat: ChatShop, clerk: User) -> None:
    """After goods came in the same message shows the order as it stands now."""
    await clerk.says(TB)
    shown = clerk.last
    await chat.goods.stocks(**{"TS-01": 5})
    await clerk.presses("刷新")
    assert clerk.last is shown
    assert "已锁 2" in shown.text
    assert "待打单" in shown.text
    assert shown.labels == ["标异常", "打面单", "看收件人", "刷新"]


async def test_english_is_complete(chat: ChatShop, clerk: User) -> None:
    """With the chat set to English the card and the lists hold no Chinese but names."""
    await clerk.says("/lang en")
    for words in (PDD, "nothing here", "CUP", "/print", "/exceptions", "/stock", "/flag", "/kpi"):
        await clerk.says(words)
        text = clerk.last.text.replace("保温杯", "").replace("白色T恤", "")
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in text), text


async def test_G17_names_of_others_break_nothing(chat: ChatShop, clerk: User) -> None:
    """Markup, pings and direction marks in goods and nicks are plain, harmless text."""
    evil = "<b>x</b> & ](tg://user?id=1) @everyone \u202eevil" + "😀" * 50
    nasty = order("EVIL0001", ("CUP", 1))
    line = nasty.lines[0]
    await chat.goods.takes_in(
        replace(nasty, lines=(replace(line, title=evil),), buyer_nick="@x\u202ey")
    )
    await clerk.says("EVIL0001")
    text = clerk.sees("<b>x</b> & ](tg://user?id=1)")
    assert "\u202e" not in text
    assert "@" not in text


async def test_the_link_still_works_after_a_lost_answer(chat: ChatShop, clerk: User) -> None:
    """The same press run again after a crash gives the same link, so that it is never dead."""
    await clerk.says(TB)
    button = clerk.button("看收件人")
    assert button
    press = clerk.press_of(button[1], button[0])
    await chat.take(press)
    first = clerk.last.content.buttons
    chat.store.clock.forward(MINUTE)  # type: ignore[attr-defined]
    await chat.take(press)
    assert clerk.last.content.buttons == first
    assert len(await chat.rows("SELECT id FROM page_link")) == 1


async def test_roles_of_the_command(chat: ChatShop) -> None:
    """Everybody who works here may search; a stranger learns nothing."""
    stranger = chat.person("路人", None)
    await stranger.says(TB)
    stranger.sees_nothing()
    for role in Role:
        person = chat.person(role, role)
        await person.says(TB)
        person.sees(TB)


async def test_history_is_found_but_not_worked_on(chat: ChatShop, clerk: User) -> None:
    """An order kept as history is shown as such: it waits for nothing and has no label."""
    await chat.goods.takes_in(order("HIST0001", ("CUP", 1)), how=HISTORY)
    await clerk.says("HIST0001")
    clerk.sees("HIST0001 · 历史", "不占库存")
    assert clerk.last.labels == ["标异常", "看收件人", "刷新"]
