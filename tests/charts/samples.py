"""Charts for the tests: an ordinary day, and days that break careless pictures."""

from dataclasses import replace
from datetime import date, timedelta

from charts.daily import DailySummary, DayPoint, OpenCode, Pickup, ShopDay
from charts.kpi import KpiPanel, KpiTile
from charts.pictures import Chart
from charts.stock import StockPanel, StockRow

DAY = date(2026, 11, 24)
ZONE = "Asia/Shanghai"


def trend(*gmv_fen: int | None) -> tuple[DayPoint, ...]:
    """Days that end with DAY."""
    first = DAY - timedelta(days=len(gmv_fen) - 1)
    return tuple(DayPoint(first + timedelta(days=at), fen) for at, fen in enumerate(gmv_fen))


ORDINARY = DailySummary(
    shop="云裳女装旗舰店",
    day=DAY,
    zone=ZONE,
    currency="CNY",
    orders=412,
    units=655,
    gmv_fen=5_128_450,
    refund_orders=17,
    refund_fen=214_300,
    refund_rate_count=17 / 412,
    refund_rate_value=0.04179,
    pickup=Pickup(389, 18.4, 21.73, 38.2, negative=2, missing=5),
    hours=(3, 1, 0, 0, 0, 1, 4, 9, 16, 22, 27, 25, 18, 14, 19, 21, 24, 22, 19, 26, 48, 41, 30, 14),
    trend=trend(4_120_050, 4_012_300, None, 5_544_300, 6_410_000, 6_050_010, 5_128_450),
    shops=(
        ShopDay("淘宝 · 云裳女装旗舰店", 210, 2_710_050),
        ShopDay("京东 · 云裳服饰专营店（北京仓发货，次日达，满减活动进行中）", 202, 2_418_400),
        ShopDay("抖音小店", None, None),
    ),
    exceptions=(
        OpenCode("SHORT", "缺货", "Short of stock", 12),
        OpenCode("ADDRESS", "地址不完整", "Incomplete address", 4),
        OpenCode("PICKUP", "揽收超时", "Late pickup", 3),
    ),
)
NOTHING_SOLD = DailySummary(
    shop="新店",
    day=DAY,
    zone=ZONE,
    currency="CNY",
    orders=0,
    units=0,
    gmv_fen=0,
    refund_orders=0,
    refund_fen=0,
    hours=(0,) * 24,
    trend=trend(0, 0, 0),
    shops=(ShopDay("淘宝", 0, 0), ShopDay("京东", None, None)),
    exceptions=(),
)
ONE_HUGE_ORDER = replace(
    ORDINARY,
    shop="🎉 超级无敌长店名" * 5 + "\u202e喆\x00 𠮷",
    orders=38,
    gmv_fen=10_005_321,
    trend=trend(52_000, 48_000, None, 61_000, 39_000, 0, 10_005_321),
    shops=tuple(ShopDay(f"店{at}", at, 10**7 if at == 0 else 900 * at) for at in range(8)),
    exceptions=tuple(OpenCode(f"C{at}", "很长的异常" * 4, "long " * 9, 999) for at in range(9)),
)
NOTHING_KNOWN = DailySummary(shop="", day=DAY, zone="America/Sao_Paulo", currency="BRL")
KPI = KpiPanel(
    shop="云裳女装旗舰店",
    start=DAY - timedelta(days=6),
    end=DAY,
    zone=ZONE,
    currency="CNY",
    tiles=(
        KpiTile("K1", "成交额", "GMV", "money", 38_432_195, 36_102_210, good="up"),
        KpiTile("K2", "订单数", "Orders", "count", 2912, 3011, spark=(420, None, 415), good="up"),
        KpiTile("K3", "退款率", "Refund rate", "rate", 0.0418, 0.0463, 0.061, good="down"),
        KpiTile("K4", "付款到揽收（中位数）", "Pay to pickup (median)", "hours", 18.4, 21.7, 50.7),
        KpiTile("K5", "单均成本", "Cost per order", "money", None),
        *(KpiTile(f"K{at}", "订单数", "Orders", "count", at, 0) for at in range(6, 11)),
    ),
    notes=("退款按退款日计",),
)
STOCK = StockPanel(
    place="杭州一号仓",
    day=DAY,
    at="14:30",
    zone=ZONE,
    rows=(
        StockRow("A-1", "无阈值商品", 5),
        StockRow("QZ-M", "真丝连衣裙 香槟色", 41, 41, threshold=20, short=48),
        StockRow("LONG-CODE-0000000001", "非常长的商品名" * 6, 9, 2, 3, threshold=10),
        *(StockRow(f"S-{at:02}", f"帆布鞋 {at} 码", 60 + at, 8, threshold=15) for at in range(30)),
    ),
)
EVERY: dict[str, Chart] = {
    "ordinary": ORDINARY,
    "nothing_sold": NOTHING_SOLD,
    "one_huge_order": ONE_HUGE_ORDER,
    "nothing_known": NOTHING_KNOWN,
    "kpi": KPI,
    "stock": STOCK,
    "empty_stock": StockPanel("", DAY, "14:30", ZONE, ()),
}
