"""Are the shelves told truly, and does each deed on them count once?"""

from tests.chat import ChatShop, User
from tests.commands.conftest import TB
from tests.shop import order


async def test_by_code_name_and_pinyin(chat: ChatShop, clerk: User) -> None:
    """Each way to name a product shows its pieces and its threshold."""
    for words in ("库存 cup", "库存 保温杯", "/stock bwb", "库存baowen"):
        await clerk.says(words)
        clerk.sees("CUP 保温杯", "可用 7 件（在架 9，已锁 2，隔离 0）", "预警线：5 件")
    await clerk.says("库存 nope")
    clerk.sees("没有商品“nope”")


async def test_what_runs_low_is_listed_worst_first(chat: ChatShop, clerk: User) -> None:
    """Without words the list of low products comes, a number opens one, and it has pages."""
    await chat.goods.stocks(**{f"LOW-{n}": 1 + n % 3 for n in range(12)})
    await clerk.says("库存")
    clerk.sees("库存偏低 13 个商品", "1. TS-01 白色T恤 · 可用 0，缺 1，低于 5", "第 1/2 页")
    await clerk.presses("下一页")
    clerk.sees("第 2/2 页")
    await clerk.presses("上一页")
    await clerk.presses("1")
    clerk.sees("TS-01", "已付款订单还缺 1 件", "低于预警线")


async def test_several_products_are_picked(chat: ChatShop, clerk: User) -> None:
    """A part of a name that fits two products gives a choice."""
    await chat.goods.stocks(**{"TS-02": 50})
    await clerk.says("库存 ts-")
    clerk.sees("有 2 个商品")
    await clerk.presses("2")
    clerk.sees("TS-02")


async def test_a_receipt_of_goods_fills_what_waits(chat: ChatShop, keeper: User) -> None:
    """入库 answers before and after and tops the short order up, once however often it comes."""
    update = keeper.update("入库 ts-01 5")
    await keeper.comes()
    for _ in range(3):
        await chat.take(update)
    keeper.sees("已入库 TS-01", "在架 1 → 6，可用 4", "老周", "已补给等货订单 1 件")
    assert await chat.goods.level("TS-01") == (6, 2, 0)
    assert (await chat.goods.held())[TB] == ("HELD", 2, 0)


async def test_a_count_below_what_is_held_lists_the_orders(chat: ChatShop, keeper: User) -> None:
    """盘点 below the held pieces succeeds and says how many orders lost theirs."""
    await keeper.says("盘点 CUP 1")
    keeper.sees("已盘点 CUP", "在架 9 → 1，可用 0", "1 个订单失去已锁的货", "订单还缺 1 件")
    assert await chat.goods.level("CUP") == (1, 1, 0)


async def test_an_adjustment_needs_a_reason_and_free_pieces(chat: ChatShop, keeper: User) -> None:
    """调整 takes only what no order holds, and wants to know why."""
    await keeper.says("调整 CUP -2 破损")
    keeper.sees("已调整 CUP", "在架 9 → 7")
    await keeper.says("调整 CUP -2")
    keeper.sees("请写：调整")
    await keeper.says("调整 CUP -6 丢了")
    keeper.sees("可用只有 5 件")
    await keeper.says("调整 CUP +1 找到一个")
    keeper.sees("在架 7 → 8")
    rows = await chat.rows("SELECT reason FROM ledger WHERE kind = 'ADJUST' ORDER BY id")
    assert [row["reason"] for row in rows] == ["破损", "找到一个"]


MISTAKES = {
    "入库": "请写：入库",
    "入库 CUP 很多": "请写：入库",
    "入库 CUP 0": "要大于 0",
    "入库 CUP 99999999": "太大",
    "入库 没有 3": "没有商品“没有”",
    "入库 TS 3": "可能是：TS-01、TS-02",
    "盘点 CUP": "请写：盘点",
}


async def test_a_mistake_is_named_and_changes_nothing(chat: ChatShop, keeper: User) -> None:
    """Whatever cannot be used is answered with what to write instead."""
    await chat.goods.stocks(**{"TS-02": 50})
    for words, answer in MISTAKES.items():
        await keeper.says(words)
        keeper.sees(answer)
    assert await chat.goods.level("CUP") == (9, 2, 0)


async def test_only_stock_keepers_touch_the_shelves(
    chat: ChatShop, clerk: User, viewer: User
) -> None:
    """A clerk may look at stock but not write it."""
    for person in (clerk, viewer):
        await person.says("入库 CUP 5")
        person.sees("身份")
    assert await chat.goods.level("CUP") == (9, 2, 0)


async def test_waiting_parcels_and_no_courier_yet(chat: ChatShop, clerk: User) -> None:
    """打面单 lists what is ready, oldest first, what is not, and says what to do meanwhile."""
    await clerk.says("打面单")
    clerk.sees("待打面单 2 个包裹", "1. …77001122", "已等 2 小时", "1 单缺货", "还没有接入快递")
    await clerk.presses("1")
    await clerk.presses("打面单")
    clerk.sees("还没有接入快递")
    await chat.goods.takes_in(*(order(f"MORE{n:04}", ("CUP", 1)) for n in range(7)))
    await clerk.says("打面单")
    clerk.sees("9 个包裹", "第 1/2 页")
    await clerk.presses("下一页")
    clerk.sees("第 2/2 页")
