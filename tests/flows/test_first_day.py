"""The first day of a shop, through the front door: a real service, a real Bot API, real files."""

import json
from pathlib import Path

from sandbox.bot_api import NO_FLOOD, BotApi
from tests.flows.service import Folder

SKUS = "编码,名称,库存\nTS-W-M,纯棉短袖T恤 白色 M,2\nJN-26,高腰直筒牛仔裤 26码,5\n"
ORDERS = (
    "订单号,状态,付款时间,买家,手机,编码,名称,数量,金额\n"
    "2600111122223333,已付款,2026-11-24 09:30:00,小鹿88,13812345678,TS-W-M,T恤,2,118.00\n"
    "2600111122224444,已付款,2026-11-24 09:31:00,橙子,13912340000,TS-W-M,T恤,1,59.00\n"
)
CHANNEL = """
[channels.taobao]
rows = "line"
[channels.taobao.order]
platform_no = "订单号"
status = "状态"
placed_at = "付款时间"
paid_at = "付款时间"
buyer_nick = "买家"
receiver_phone = "手机"
[channels.taobao.line]
outer_code = "编码"
title = "名称"
pieces = "数量"
amount_fen = "金额"
[channels.taobao.status]
"已付款" = "PAID"
"""


async def test_from_the_invite_to_the_card_of_an_order(tmp_path: Path) -> None:
    """The owner joins, files come in through the running service, the buttons answer."""
    (tmp_path / "skus.csv").write_text(SKUS, "utf-8")
    (tmp_path / "orders.csv").write_text(ORDERS, "gb18030")
    async with BotApi(limits=NO_FLOOD) as telegram:
        owner, stranger = telegram.person("王店长"), telegram.person("路人")
        group = telegram.group("发货群", [owner], bot=False)
        folder = Folder(tmp_path, telegram, CHANNEL)
        async with folder.service() as process:
            await owner.start(await folder.owner_code(process))
            await owner.chat.wait_for("王店长", 30)
            assert [label for row in owner.chat.menu or [] for label in row][:3] == [
                "查订单",
                "打面单",
                "标异常",
            ]
            await owner.add_bot(group)
            await owner.send(group, "/bind")
            await group.wait_for("绑定", 30)

            code, out, err = await folder.run(
                "import-skus", str(tmp_path / "skus.csv"), "--stock", "add"
            )
            assert (code, err) == (0, "")
            code, out, err = await folder.run(
                "import-orders", "--channel", "taobao", "--as", "live", "--json",
                str(tmp_path / "orders.csv"),
            )  # fmt: skip
            assert code == 0, err
            assert json.loads(out)["tally"]["short"] == 1
            await group.wait_for("缺货", 30)

            card = await owner.ask("3333", wanted="2600111122223333")
            assert "13812345678" not in str(telegram.book.entries)
            await owner.press(card, "标异常")
            await stranger.say("查订单 3333")
            assert not stranger.chat.messages(by_bot=True)
        code, out, _ = await folder.run("verify", "--json")
        assert (code, json.loads(out)["clean"]) == (0, True)
