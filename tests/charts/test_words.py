"""Whether a picture and its words say the same, and say it right."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from charts.daily import DailySummary, ShopDay, shops_shown
from charts.daily_picture import paint_daily
from charts.kpi import KpiPanel
from charts.kpi_picture import paint_kpi
from charts.paper import Ink, Paper, measure
from charts.pictures import Chart
from charts.say import change, clean, money
from charts.stock_picture import paint_stock
from charts.words import Lang
from tests.charts.samples import (
    EVERY,
    KPI,
    NOTHING_KNOWN,
    NOTHING_SOLD,
    ONE_HUGE_ORDER,
    ORDINARY,
    STOCK,
)

HOUR_TICKS = {"00", "06", "12", "18", "23"}
LANGS: tuple[Lang, ...] = ("zh", "en")


def painted(chart: Chart) -> Paper:
    """The sheet with everything on it, before it becomes a file."""
    paper = Paper(chart.theme)
    if isinstance(chart, DailySummary):
        paint_daily(chart, paper)
    elif isinstance(chart, KpiPanel):
        paint_kpi(chart, paper)
    else:
        paint_stock(chart, paper)
    return paper


def figures(texts: Sequence[str]) -> set[str]:
    """Every run of digits with its marks: 51,284.50 or 4.18%."""
    return {found for text in texts for found in re.findall(r"\d(?:[\d,.:]*\d)?%?", text)}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", EVERY)
def test_words_hold_every_figure_of_the_picture(name: str, lang: Lang) -> None:
    """No figure stands on a picture that a screen reader would not hear."""
    chart = replace(EVERY[name], lang=lang)
    drawn = [text for text in painted(chart).said if text not in HOUR_TICKS and "…" not in text]
    assert figures(drawn) <= figures([chart.words()])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", EVERY)
def test_no_text_touches_another_or_leaves_the_sheet(name: str, lang: Lang) -> None:
    """Long names, huge amounts and both languages fit without an overlap."""
    boxes = []
    for text in painted(replace(EVERY[name], lang=lang))._figure.texts:
        ink = Ink("", float(text.get_fontsize()), text.get_fontweight() == "bold")
        wide = measure(text.get_text(), ink)
        x, y = text.get_position()
        left = x - {"left": 0, "center": wide / 2, "right": wide}[text.get_horizontalalignment()]
        boxes.append((left, y - 0.7 * ink.size, left + wide, y + 0.05 * ink.size))
    for at, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert right <= 1080 - 36
        for other in boxes[at + 1 :]:
            apart = other[0] >= right or other[2] <= left or other[1] >= bottom or other[3] <= top
            assert apart, (boxes[at], other)


def test_J05_nothing_sold_is_zero_and_nothing_known_is_no_data() -> None:
    """A day without orders reads 0; a shop that was down reads "no data", never 0."""
    said = painted(NOTHING_SOLD).said
    assert "¥0.00" in said
    assert said[said.index("京东") - 1] == "无数据"
    unknown = painted(NOTHING_KNOWN).said
    assert not figures(unknown) - {"2026", "11", "24", "00:00", "0"}
    assert unknown.count("无数据") >= 12
    assert "京东 无数据" in NOTHING_SOLD.words("zh")
    assert "京东 no data" in NOTHING_SOLD.words("en")


def test_J05_one_order_of_1e7_fen_leaves_the_others_visible() -> None:
    """One huge bar is drawn broken, the small ones keep a height; text and total stay right."""
    from charts.bars import scaled  # noqa: PLC0415 - named beside its only use

    shares, broken = scaled([52_000, 48_000, None, 61_000, 39_000, 0, 10_005_321])
    assert broken == [False] * 6 + [True]
    assert min(shares[at] for at in (0, 1, 3, 4)) > 0.3
    assert shares[2] == shares[5] == 0
    assert shares[6] == 1
    assert "¥100,053.21" in painted(ONE_HUGE_ORDER).said
    shown = shops_shown(ONE_HUGE_ORDER.shops)
    assert sum(shop.gmv_fen or 0 for shop in shown) == 10**7 + 900 * 28


def test_bars_that_are_alike_are_not_broken() -> None:
    """The break is for outliers only: its control."""
    from charts.bars import scaled  # noqa: PLC0415

    assert scaled([10, 20, 40]) == ([0.25, 0.5, 1.0], [False] * 3)
    assert scaled([0, 7, None]) == ([0.0, 1.0, 0.0], [False] * 3)
    assert scaled([None]) == ([0.0], [False])


def test_golden_words_of_an_ordinary_day() -> None:
    """The figures are written as the report gives them: fen exact, rates and hours rounded."""
    words = ORDINARY.words("en").splitlines()
    assert words[0] == "云裳女装旗舰店 · Tue 24 Nov 2026"
    assert words[2] == "GMV: ¥51,284.50; vs day before -15.2%"
    assert words[3] == "Orders 412; Units 655; Per order ¥124.48"
    assert words[5] == (
        "Refunds: Rate by value 4.18%; Rate by count 4.13%; Refund value ¥2,143.00; "
        "Refund orders 17; Net GMV ¥49,141.50"
    )
    assert words[6].endswith(
        "Median 18.4 h; Mean 21.7 h; 90 % within 38.2 h; Samples 389; Negative / missing 2 / 5"
    )


def test_kpi_words_name_change_past_and_baseline() -> None:
    """A rate changes by percentage points, other figures by percent."""
    lines = KPI.words("zh").splitlines()
    assert lines[1].startswith("K1 成交额：¥384,321.95；+6.5%；上期 ¥361,022.10")
    assert lines[3].startswith("K3 退款率：4.18%；-0.45 个百分点；上期 4.63%；基线 6.10%")
    assert "无数据" in lines[5]
    assert "另有 2 项指标未显示" in lines


def test_stock_shows_first_what_needs_care() -> None:
    """Shortages come first, then what is below its threshold, then the fewest pieces."""
    assert [row.sku for row in STOCK.shown[:3]] == ["QZ-M", "LONG-CODE-0000000001", "A-1"]
    assert "可用 0；在手 41；占用 41；阈值 20；缺 48" in STOCK.words("zh")
    assert "另有 23 个商品未显示" in STOCK.words("zh")


def test_emoji_controls_and_direction_marks_are_left_out() -> None:
    """A shop name cannot turn the text round, break the line or draw an empty box."""
    assert clean("🎉 a\u202eb\x00\nc\ufe0f") == "ab c"
    assert "〓" in "".join(painted(replace(ORDINARY, shop="𠮷")).said)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (5, "CNY", "¥0.05"),
        (-123_456_789, "GBP", "-£1,234,567.89"),
        (1500, "JPY", "JP¥1,500"),
        (100, "XXX", "XXX 1.00"),
        (None, "CNY", "无数据"),
    ],
)
def test_money_is_written_in_full(minor: int | None, currency: str, text: str) -> None:
    """Amounts are whole minor units and never pass through a float."""
    assert money(minor, currency, "zh") == text


def test_change_from_nothing_has_no_percentage() -> None:
    """A change from 0 has no percentage, and one from the unknown is no data."""
    assert change(5, 0, "zh").text == "前值为 0"
    assert change(5, None, "en").text == "no data"
    assert str(change(5, 5, "en")) == "no change"


def test_hours_are_24_or_none() -> None:
    """A summary that cannot be drawn is refused where it is made."""
    with pytest.raises(ValueError, match="24 numbers or none, not 3"):
        replace(ORDINARY, hours=(1, 2, 3))


def test_shops_beyond_the_fifth_are_summed() -> None:
    """The rows of the picture add up to the total, however many shops there are."""
    shops = (*(ShopDay(str(at), at, at * 100) for at in range(9)), ShopDay("x", None, None))
    shown = shops_shown(shops)
    assert len(shown) == 5
    assert sum(shop.gmv_fen or 0 for shop in shown) == 3600
    assert sum(shop.orders or 0 for shop in shown) == 36
