"""Is what a person reports kept, stopped at the right place, and settled once?"""

from core.domain.checkpoints import unprotect
from core.services import Tx
from core.store import exceptions
from core.store.exceptions import Found
from tests.chat import ChatShop, User
from tests.commands.conftest import JD, PDD, TB


async def open_ones(chat: ChatShop) -> list[dict[str, object]]:
    return await chat.rows(
        "SELECT e.id, e.subject, e.note, e.photo, e.count, o.platform_no AS number"
        " FROM exception AS e JOIN orders AS o ON o.id = e.order_id"
        " WHERE e.code = 'CLERK_FLAG' AND e.open = 1 ORDER BY e.id"
    )


async def test_from_the_card_by_type_then_words_then_photo(chat: ChatShop, clerk: User) -> None:
    """Card, type, a sentence: three steps, each answered with a receipt."""
    await clerk.says(PDD)
    await clerk.presses("标异常")
    clerk.sees("有什么问题")
    await clerk.presses("地址有误")
    clerk.sees("已标异常 #2", "地址有误", "无异常 → 打单前拦下", "小李")
    await clerk.says("少了门牌号")
    clerk.sees("已补充到异常 #2")
    (row,) = await open_ones(chat)
    assert (row["number"], row["note"]) == (PDD, "少了门牌号")
    await clerk.says(PDD)
    clerk.sees("· 异常")
    assert "打面单" not in clerk.last.labels


async def test_from_the_menu_with_everything_in_one_line(chat: ChatShop, clerk: User) -> None:
    """The main button asks which order; the end of a number and the words are enough."""
    await clerk.says("标异常")
    clerk.sees("哪个订单有问题")
    await clerk.says("1122 商品问题：杯子裂了")
    clerk.sees("商品问题")
    (row,) = await open_ones(chat)
    assert (row["number"], row["note"]) == (JD, "商品问题：杯子裂了")


async def test_the_next_number_is_a_search_and_no_remark(chat: ChatShop, clerk: User) -> None:
    """Right after a report a bare number or another command is what it always is."""
    await clerk.says(f"标异常 {PDD}")
    await clerk.presses("地址有误")
    await clerk.says("7788")
    clerk.sees(TB)
    await clerk.says(f"标异常 {PDD} 破损")
    await clerk.says("库存 CUP")
    clerk.sees("CUP 保温杯")
    assert [row["note"] for row in await open_ones(chat)] == ["", "破损"]


async def test_ambiguous_words_are_picked_first(chat: ChatShop, clerk: User) -> None:
    """Words that fit two orders lead to a choice, then to the types."""
    await clerk.says("标异常 CUP")
    clerk.sees("是哪一单")
    await clerk.presses("2")
    clerk.sees("有什么问题")
    await clerk.presses("其他")
    assert [row["number"] for row in await open_ones(chat)] == [JD]
    await clerk.says("标异常 没有这单")
    clerk.sees("没有找到")


async def test_a_photo_is_kept_by_its_id_and_goes_to_no_group(
    chat: ChatShop, clerk: User, owner: User
) -> None:
    """A photo counts as buyer data: its file id is stored, and no chat gets the picture."""
    group = await chat.group().bound_by(owner)
    await clerk.says(f"标异常 {PDD}")
    await clerk.presses("找不到货")
    await clerk.sends_photo(b"jpeg", "货架是空的")
    clerk.sees("照片已存档")
    (row,) = await open_ones(chat)
    assert (row["photo"], row["note"]) == ("test:file0", "货架是空的")
    await clerk.says("/exceptions 2", group)
    assert "照片" in group.messages[-1].text
    assert "货架是空的" not in group.messages[-1].text
    assert all(one.content.picture is None and one.content.file is None for one in group.messages)
    await clerk.says("/exceptions 2")
    clerk.sees("货架是空的")


async def test_the_same_report_twice_is_one_exception(chat: ChatShop, clerk: User) -> None:
    """A second report of the same type adds to the open one and says so."""
    await clerk.says(f"标异常 {PDD} 地址不详")
    await clerk.says(f"标异常 {PDD} 买家改地址")
    clerk.sees("已有同类异常")
    (row,) = await open_ones(chat)
    assert (row["count"], row["note"]) == (2, "地址不详\n买家改地址")


async def test_G10_a_type_pressed_by_two_is_one_report(
    chat: ChatShop, clerk: User, owner: User
) -> None:
    """Two people press the same button: one report; the other is told who was first."""
    await clerk.says(f"标异常 {PDD}")
    await _press_twice(clerk, owner)
    owner.sees("小李 已在")
    (row,) = await open_ones(chat)
    assert row["count"] == 1


async def test_G10_control_without_the_guard_it_counts_twice(
    chat: ChatShop, clerk: User, owner: User
) -> None:
    """With the once-guard of buttons off the same two presses are two reports."""
    await clerk.says(f"标异常 {PDD}")
    unprotect("buttons:once")
    try:
        await _press_twice(clerk, owner)
    finally:
        unprotect()
    (row,) = await open_ones(chat)
    assert row["count"] == 2


async def _press_twice(clerk: User, owner: User) -> None:
    button = clerk.button("买家要求")
    assert button
    await clerk.presses_token(button[1])
    await owner.presses_token(button[1])


async def test_a_viewer_cannot_report_nor_settle(
    chat: ChatShop, clerk: User, viewer: User
) -> None:
    """The role is asked on the server, also for buttons that others were given."""
    await clerk.says(f"标异常 {PDD} 破损")
    await viewer.says(f"标异常 {PDD} 破损")
    viewer.sees("身份")
    await viewer.says("异常 2")
    assert viewer.last.labels == ["看订单"]
    await viewer.says("异常 2 好了")
    viewer.sees("只读身份不能处理异常")
    await clerk.says("异常 2")
    button = clerk.button("关闭")
    assert button
    await viewer.presses_token(button[1])
    viewer.sees("身份")
    assert len(await open_ones(chat)) == 1


async def test_taking_and_closing_by_button(chat: ChatShop, clerk: User, owner: User) -> None:
    """List, open, take, close with a reason: each says before and after; the order moves on."""
    await clerk.says(f"标异常 {PDD} 破损")
    await owner.says("异常")
    owner.sees("未处理异常 2 条", "缺货", "人工标记", TB[-8:], PDD[-8:])
    await owner.presses("2")
    owner.sees("异常 #2", "破损", "还没有人处理")
    await owner.presses("我来处理")
    owner.sees("已接手 #2：还没有人处理 → 老板")
    await owner.presses("关闭")
    owner.sees("处理结果")
    await owner.presses("已和买家确认")
    owner.sees("已关闭 #2", "未处理 → 已和买家确认", "老板")
    await clerk.says(PDD)
    clerk.sees("待打单")
    acts = [row["act"] for row in await chat.rows("SELECT act FROM audit ORDER BY id")]
    assert [act for act in acts if act in {"flag", "assign", "resolve"}] == [
        "flag",
        "assign",
        "resolve",
    ]


async def test_closing_with_own_words(chat: ChatShop, clerk: User) -> None:
    """The reason may be typed, after the question or in one line."""
    await clerk.says(f"标异常 {PDD} 破损")
    await clerk.says(f"标异常 {JD} 破损")
    await clerk.says("异常 2")
    await clerk.presses("关闭")
    await clerk.says("换了一个新的")
    clerk.sees("已关闭 #2", "换了一个新的")
    await clerk.says("异常 3 补发")
    clerk.sees("已关闭 #3", "补发")
    await clerk.says("异常 3 补发")
    clerk.sees("已经关闭")


async def test_an_old_button_does_not_act_on_a_changed_exception(
    chat: ChatShop, clerk: User, owner: User
) -> None:
    """Somebody took it meanwhile: the button made before is stale and says so."""
    await clerk.says(f"标异常 {PDD} 破损")
    await owner.says("异常 2")
    old = owner.button("我来处理")
    assert old
    await clerk.says("异常 2")
    await clerk.presses("我来处理")
    await owner.presses_token(old[1], old[0])
    owner.sees("刚被别人改过")


async def test_a_shortage_cannot_be_closed_by_hand(chat: ChatShop, clerk: User) -> None:
    """Only goods close a shortage; when they come it is closed with the proof."""
    await clerk.says("异常 1 没事")
    clerk.sees("会在问题消失后自动关闭")
    await chat.goods.stocks(**{"TS-01": 5})
    await clerk.says("异常")
    clerk.sees("没有未处理的异常")


async def test_a_long_list_has_pages(chat: ChatShop, clerk: User) -> None:
    """Twenty exceptions are three pages; the most urgent and oldest come first."""

    def flag(tx: Tx) -> None:
        order_id = tx.value("SELECT id FROM orders WHERE platform_no = :no", no=PDD)
        for number in range(19):
            found = Found("CLERK_FLAG", f"order:{order_id}:x{number}", order_id)
            exceptions.open_many(tx, [found], "test")

    await chat.store.write(flag)
    await clerk.says("异常")
    clerk.sees("未处理异常 20 条", "第 1/3 页")
    await clerk.presses("下一页")
    await clerk.presses("下一页")
    clerk.sees("第 3/3 页")
    assert clerk.last.labels == ["1", "2", "3", "4", "‹ 上一页"]


async def test_too_long_a_note_is_refused_and_asked_again(chat: ChatShop, clerk: User) -> None:
    """A note over the limit is refused with the limit, and the next message still counts."""
    await clerk.says(f"标异常 {PDD}")
    await clerk.presses("其他")
    await clerk.says("长" * 1001)
    clerk.sees("最多 1000 字")
    await clerk.says("短一点")
    clerk.sees("已补充")
