"""Are the figures of the picture and of the words the same, and of the right day?"""

from dataclasses import replace
from datetime import date

from charts.daily import DailySummary
from charts.kpi import KpiPanel
from core.services import Tx, summary
from handlers.figures import day_chart, kpi_chart
from tests.chat import ChatShop, User
from tests.clock import DAY, MONDAY_TEN
from tests.shop import order


async def test_today_in_words(chat: ChatShop, clerk: User) -> None:
    """今日 tells orders, GMV, refund rates, pay-to-pickup and open exceptions of today."""
    await clerk.says("今日")
    clerk.sees("taobao", "2026年3月2日", "¥129.90", "订单 3", "退款", "付款", "缺货 1")
    assert clerk.last.labels == ["‹ 前一天", "近 7 天", "近 30 天"]


async def test_another_day_by_words_and_buttons(chat: ChatShop, clerk: User) -> None:
    """Yesterday, a date, the day before by button: each is the day that was asked for."""
    await chat.goods.takes_in(order("OLD00001", ("CUP", 3), paid_at=MONDAY_TEN - DAY))
    for words in ("今日 昨天", "/today 2026-03-01", "今日 2026年3月1日"):
        await clerk.says(words)
        clerk.sees("2026年3月1日", "¥30.00")
    await clerk.presses("前一天")
    clerk.sees("2月28日")
    await clerk.presses("最近有单：2026-03-02")
    clerk.sees("3月2日")
    await clerk.says("今日 2026-02-30")
    clerk.sees("没有“2026-02-30”这一天")
    await clerk.says("今日 火星店")
    clerk.sees("没有店铺“火星店”")


async def test_one_shop_of_several(chat: ChatShop, clerk: User) -> None:
    """A shop's name gives that shop alone; without one they are summed and listed."""
    await chat.goods.takes_in(order("JDX00001", ("CUP", 3)), shop="jd")
    await clerk.says("今日")
    clerk.sees("全部店铺", "¥159.90", "taobao ¥129.90", "jd ¥30.00")
    await clerk.says("今日 JD")
    text = clerk.sees("¥30.00")
    assert "taobao" not in text


async def test_kpi_compares_with_the_days_before(chat: ChatShop, clerk: User) -> None:
    """数据 shows seven days against the seven before; 30 and a shop are taken as words."""
    old = order("OLD00001", ("CUP", 3), paid_at=MONDAY_TEN - 8 * DAY)
    picked = replace(
        order("PICK0001", ("CUP", 1), paid_at=MONDAY_TEN - DAY), picked_up_at=MONDAY_TEN
    )
    await chat.goods.takes_in(old, picked)
    await clerk.says("数据")
    clerk.sees("02-24", "03-02", "K1 订单", "K2 成交额", "¥139.90", "24.0", "K8 未处理异常")
    await clerk.presses("近 30 天")
    clerk.sees("¥169.90")
    await clerk.says("数据 30")
    clerk.sees("¥169.90")
    await clerk.says("数据 taobao")
    clerk.sees("taobao")


async def test_the_picture_holds_what_the_words_say(chat: ChatShop, clerk: User) -> None:
    """I11: picture, words and report are made of the same numbers."""

    def look(tx: Tx) -> None:
        panel = summary.day_panel(tx, date(2026, 3, 2))
        chart = day_chart(panel, "en")
        report = summary.report_day(tx, date(2026, 3, 2)).figures
        assert isinstance(chart, DailySummary)
        assert (chart.orders, chart.gmv_fen, chart.units) == (3, 12_990, 4)
        assert chart.gmv_fen == report.gmv_fen == chart.trend[-1].gmv_fen
        assert chart.gmv_fen == sum(shop.gmv_fen or 0 for shop in chart.shops)
        assert sum(chart.hours) == chart.orders
        assert (chart.hours[7], chart.hours[8], chart.hours[9]) == (1, 1, 1)
        kpi = kpi_chart(summary.period(tx, date(2026, 3, 2), 7), "en")
        assert isinstance(kpi, KpiPanel)
        assert [tile.value for tile in kpi.tiles[:3]] == [3, 12_990, 4]

    await chat.store.read(look)
