"""The marketplaces' own exports, with the headings that they have in ../shared/data/platform."""

from pathlib import Path

from core.adapters.files.presets import channel, names, preset
from core.store.door import Store
from tests.sheets import csv_file, rows, take

TAOBAO = [
    "订单编号",
    "买家会员名",
    "买家支付宝账号",
    "买家应付货款",
    "买家应付邮费",
    "买家支付积分",
    "总金额",
    "返点积分",
    "买家实际支付金额",
    "买家实际支付积分",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址",
    "运送方式",
    "联系电话",
    "联系手机",
    "订单创建时间",
    "订单付款时间",
    "宝贝标题",
    "宝贝种类",
    "物流单号",
    "物流公司",
    "订单备注",
    "宝贝总数量",
]
JD = [
    "订单号",
    "商品ID",
    "商品名称",
    "订购数量",
    "支付方式",
    "下单时间",
    "京东价",
    "订单金额",
    "结算金额",
    "余额支付",
    "应付金额",
    "订单状态",
    "订单类型",
    "下单帐号",
    "客户姓名",
    "客户地址",
    "联系电话",
    "订单备注",
    "商家备注",
    "运费金额",
    "付款确认时间",
    "货号",
    "订单完成时间",
]
PDD = [
    "商品",
    "订单号",
    "订单状态",
    "商品总价(元)",
    "店铺优惠折扣(元)",
    "平台优惠折扣(元)",
    "用户实付金额(元)",
    "商家实收金额(元)",
    "商品数量(件)",
    "发货时间",
    "确认收货时间",
    "商品id",
]


async def test_taobao(store: Store, tmp_path: Path) -> None:
    """GB18030, a number kept from Excel by ="…", the title in the place of a code."""
    row = [
        '="3141592653589793238"', "小明", "", "99.00", "8.00", "0", "107.00", "0", "107.00",
        "0", "买家已付款,等待卖家发货", "快点", "李四", "浙江省 杭州市 文三路1号", "快递", "",
        "'13800000000", "2026-03-01 23:59:59", "2026-03-02 00:00:01", "红茶 礼盒", "1", "", "", "",
        "2",
    ]  # fmt: skip
    file = csv_file(tmp_path / "ExportOrderList.csv", [row], TAOBAO)
    file.write_bytes(file.read_text("utf-8").encode("gb18030"))
    report = await take(store, [file], "taobao-export")
    assert report.bad == []
    order = (await rows(store, "SELECT * FROM orders"))[0]
    assert order["platform_no"] == "3141592653589793238"
    assert (order["gmv_fen"], order["postage_fen"], order["units"]) == (10700, 800, 2)
    assert (order["platform_status"], order["buyer_note"]) == ("PAID", "快点")
    assert order["paid_at"] == order["placed_at"] + 2000
    line = (await rows(store, "SELECT * FROM order_line"))[0]
    assert (line["outer_code"], line["amount_fen"]) == ("红茶 礼盒", 9900)
    assert (await rows(store, "SELECT phone FROM receiver"))[0]["phone"] == "13800000000"


async def test_jd(store: Store, tmp_path: Path) -> None:
    """One row per line; 货号 is the code; a locked order asks for its money back."""
    common = ["下单", "小红", "王五", "北京", "13911112222", "", "", "0.00", "2026-03-02 09:01:00"]

    def row(code: str, pieces: int, status: str, number: str) -> list[object]:
        return [
            number, "1953814331", f"商品{code}", pieces, "在线支付", "2026-03-02 09:00:00", "50",
            "150.00", "140.00", "0.00", "140.00", status, *common, code, "",
        ]  # fmt: skip

    lines = [row("A-1", 1, "等待出库", "11729384072"), row("", 2, "等待出库", "11729384072"),
             row("B", 1, "(锁定)等待出库", "11729384073"),
             row("B", 1, "(删除)等待出库", "11729384074"),
             row("B", 1, "奇怪的状态", "11729384075")]  # fmt: skip
    report = await take(store, [csv_file(tmp_path / "jd.csv", lines, JD)], "jd-export")
    assert [(bad.platform_no, bad.column) for bad in report.bad] == [("11729384075", "订单状态")]
    orders = await rows(store, "SELECT * FROM orders ORDER BY platform_no")
    assert [(one["platform_status"], one["refund"]) for one in orders] == [
        ("PAID", "NONE"),
        ("PAID", "REQUESTED"),
        ("CLOSED", "NONE"),
    ]
    assert (orders[0]["gmv_fen"], orders[0]["units"]) == (14000, 3)
    codes = await rows(store, "SELECT outer_code FROM order_line ORDER BY id")
    assert [one["outer_code"] for one in codes][:2] == ["A-1", "1953814331"]


async def test_pdd(store: Store, tmp_path: Path) -> None:
    """The shortest export tells no time: the order number's day stands in for it."""
    row = ["红茶", "260302-48180363391150", "已发货，待收货", "20.00", "", "1.00", "19", "20",
           "3", "2026-03-02 18:00:00\t", "", "2525296157"]  # fmt: skip
    report = await take(store, [csv_file(tmp_path / "p.csv", [row], PDD)], "pdd-export")
    assert report.bad == []
    order = (await rows(store, "SELECT * FROM orders"))[0]
    assert order["placed_at"] == order["paid_at"] == 1_772_380_800_000
    assert order["shipped_at"] == 1_772_445_600_000
    assert (order["gmv_fen"], order["platform_status"]) == (1900, "PLATFORM_SHIPPED")


def test_every_preset_parses_and_can_be_built_on() -> None:
    """A channel of the settings may name a preset and change parts of it."""
    assert names() == ["jd-export", "olist", "online-retail", "pdd-export", "taobao-export"]
    mine = channel("my-shop", {"preset": "pdd-export", "status": {"备货中": "PAID"}})
    assert mine.name == "my-shop"
    assert mine.status["备货中"] == "PAID"
    assert mine.status["待发货"] == "PAID"
    assert mine.digest != preset("pdd-export").digest
