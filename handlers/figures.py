"""How do the figures of a shop become a picture for a phone, and the same figures as words?"""

from collections.abc import Callable
from datetime import date
from typing import Final

from charts.daily import DailySummary, DayPoint, OpenCode, Pickup, ShopDay
from charts.kpi import KpiPanel, KpiTile
from charts.say import Good, Kind
from core.domain.kpi import Figures, PickupTime
from core.messaging import Content, Picture
from core.services import Tx, summary
from core.services.summary import DayPanel, Period
from core.texts import Text
from handlers.common import chart_lang

ALL_SHOPS: Final = Text("全部店铺", "All shops")
MIXED: Final = Text(
    "几家店币种不同，合计金额只是数字相加。",
    "The shops sell in different currencies: the total only adds the numbers up.",
)
DEFINITIONS: Final = Text(
    "按付款日算；退款率 = 当天退款 ÷ 当天付款订单；口径见 docs/kpi.md。",
    "By day of payment; refund rate = refunds of the days ÷ orders paid in them; see docs/kpi.md.",
)


def picture(chart: DailySummary | KpiPanel) -> Content:
    """Return a message with the chart and its figures as text: nothing is in the picture alone."""
    title, _, text = chart.words().partition("\n")
    return Content(title=title, text=text, picture=Picture(alt="", chart=chart))


def day_content(tx: Tx, day: date, lang: str) -> Content:
    """Return the daily summary of all shops as a message."""
    return picture(day_chart(summary.day_panel(tx, day), lang))


def day_chart(panel: DayPanel, lang: str) -> DailySummary:
    """Return the daily picture of a panel."""
    report, figures = panel.report, panel.report.figures
    one = len(panel.shops) == 1
    return DailySummary(
        shop=panel.shops[0].shop.name if one else ALL_SHOPS.say(lang),
        day=report.day,
        zone=report.zone,
        currency=panel.currency,
        orders=figures.orders,
        units=figures.units,
        gmv_fen=figures.gmv_fen,
        refund_orders=figures.refund_orders,
        refund_fen=figures.refund_fen,
        refund_rate_count=figures.refund_rate_count,
        refund_rate_value=figures.refund_rate_value,
        pickup=_pickup(figures.pickup),
        hours=panel.hours,
        trend=tuple(DayPoint(day, known.gmv_fen) for day, known in panel.trend),
        shops=tuple(
            ShopDay(one.shop.name, one.figures.orders, one.figures.gmv_fen) for one in panel.shops
        ),
        exceptions=tuple(OpenCode(kind.code, kind.zh, kind.en, n) for kind, n in panel.open_codes),
        note=MIXED.say(lang) if panel.mixed else "",
        lang=chart_lang(lang),
    )


def _pickup(known: PickupTime) -> Pickup:
    return Pickup(known.n, known.median, known.mean, known.p90, known.negative, known.missing)


Read = Callable[[Figures], float | None]

_TILES: Final[tuple[tuple[str, Text, Kind, Good, Read], ...]] = (
    ("K1", Text("订单", "Orders"), "count", "up", lambda f: f.orders),
    ("K2", Text("成交额", "GMV"), "money", "up", lambda f: f.gmv_fen),
    ("K3", Text("件数", "Pieces"), "count", "up", lambda f: f.units),
    ("K4", Text("退款率（金额）", "Refund rate (value)"), "rate", "down",
     lambda f: f.refund_rate_value),
    ("K5", Text("退款率（单数）", "Refund rate (orders)"), "rate", "down",
     lambda f: f.refund_rate_count),
    ("K6", Text("付款到揽收（中位）", "Pay to pickup (median)"), "hours", "down",
     lambda f: f.pickup.median),
    ("K7", Text("付款到揽收（九成内）", "Pay to pickup (p90)"), "hours", "down",
     lambda f: f.pickup.p90),
)  # fmt: skip
"""(code, name, how it is written, which way is good, where it stands in the figures)."""


def kpi_chart(panel: Period, lang: str) -> KpiPanel:
    """Return the picture of the key figures of some days against as many before."""
    tiles = [
        KpiTile(
            code,
            name.zh,
            name.en,
            kind,
            read(panel.now),
            before=read(panel.before),
            spark=tuple(read(figures) for _, figures in panel.days),
            good=good,
        )
        for code, name, kind, good, read in _TILES
    ]
    open_now = sum(n for _, n in panel.open_codes)
    tiles.append(KpiTile("K8", "未处理异常", "Open exceptions", "count", open_now, good="down"))
    return KpiPanel(
        shop=panel.shop or ALL_SHOPS.say(lang),
        start=panel.days[0][0],
        end=panel.days[-1][0],
        zone=panel.zone,
        currency=panel.currency,
        tiles=tuple(tiles),
        notes=tuple(text.say(lang) for text in (DEFINITIONS, *((MIXED,) if panel.mixed else ()))),
        lang=chart_lang(lang),
    )
