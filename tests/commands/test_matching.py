"""An unknown product is matched once, by the person who knows it."""

from core.domain.intake import Mode
from core.services.intake import How
from tests.chat import ChatShop, User
from tests.shop import order


async def test_a_code_is_learned_and_its_orders_are_locked(chat: ChatShop, clerk: User) -> None:
    """The exception says what to send; the answer locks the waiting order and the next one too."""
    await chat.goods.takes_in(order("TB555", ("保温杯 白", 2)), shop="taobao")
    row = (await chat.goods.rows("SELECT id FROM exception WHERE code = 'SKU_UNMAPPED'"))[0]
    await clerk.says(f"异常 {row['id']}")
    clerk.sees(f"认商品 {row['id']} 商品编码")
    await clerk.says(f"认商品 {row['id']} cup")
    clerk.sees("“保温杯 白” = cup", "1 行", "1 单")
    assert (await chat.goods.held())["TB555"] == ("HELD", 2, 0)
    await chat.goods.takes_in(order("TB556", ("保温杯 白", 1)), shop="taobao")
    assert (await chat.goods.held())["TB556"] == ("HELD", 1, 0)
    await clerk.says(f"认商品 {row['id']} cup")
    clerk.sees("已经认过了")


async def test_history_learns_its_product_and_locks_nothing(chat: ChatShop, clerk: User) -> None:
    """Old orders get the SKU for the figures, but hold no stock."""
    how = How(Mode.HISTORY, "test")
    await chat.goods.takes_in(order("OLD", ("杯子", 1)), shop="jd", how=how)
    await chat.goods.takes_in(order("NEW", ("杯子", 1)), shop="jd")
    row = (await chat.goods.rows("SELECT id FROM exception WHERE code = 'SKU_UNMAPPED'"))[0]
    await clerk.says(f"/match {row['id']} CUP")
    held = await chat.goods.held()
    assert (held["OLD"], held["NEW"]) == (("NONE", 0, 0), ("HELD", 1, 0))
    lines = await chat.goods.rows("SELECT sku_id FROM order_line WHERE outer_code = '杯子'")
    assert None not in [line["sku_id"] for line in lines]


async def test_what_cannot_be_matched_is_said_so(chat: ChatShop, clerk: User) -> None:
    """No number, a wrong number and an unknown SKU each get one clear sentence."""
    await chat.goods.takes_in(order("TB555", ("保温杯 白", 2)), shop="taobao")
    row = (await chat.goods.rows("SELECT id FROM exception WHERE code = 'SKU_UNMAPPED'"))[0]
    await clerk.says("认商品")
    clerk.sees("例如：认商品 12 TS-W-M")
    await clerk.says("认商品 9999 CUP")
    clerk.sees("不是“商品未匹配”")
    await clerk.says(f"认商品 {row['id']} NOPE")
    clerk.sees("没有编码为“NOPE”的商品")
