"""/today and /kpi: how did the day go, and how do the days compare?"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from core.domain.errors import BadInput
from core.domain.staff import EVERYONE
from core.messaging import Button, Reply
from core.services import Tx, summary
from core.services.summary import DayPanel, Period
from core.texts import Text
from handlers.common import plain
from handlers.figures import day_chart, kpi_chart, picture
from handlers.registry import Action, Ask, Command, Desk, Menu

HOW: Final = Text(
    "没有店铺“{words}”。可以写日期、店铺名或“昨天”，例如：今日 2026-03-01",
    'There is no shop "{words}". You may add a date, a shop or "yesterday": /today 2026-03-01',
)
NO_DAY: Final = Text(
    "没有“{words}”这一天，日期请写成 2026-03-01。",
    'There is no day "{words}"; write a date like 2026-03-01.',
)
DAY_BEFORE: Final = Text("‹ 前一天", "‹ Day before")
DAY_AFTER: Final = Text("后一天 ›", "Day after ›")
LAST_SOLD: Final = Text("最近有单：{day}", "Last sales: {day}")
SPAN: Final = Text("近 {n} 天", "{n} days")
SPANS: Final = (7, 30)
MOST_DAYS: Final = 92

_DAYS_BACK: Final = {"昨天": 1, "昨日": 1, "yesterday": 1, "今天": 0, "今日": 0, "today": 0}
_DATE: Final = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_SPAN: Final = re.compile(r"(\d{1,3})\s*(?:天|days?)?")


@dataclass(frozen=True, slots=True)
class _Seen:
    """A day as it was read: the panel, whether it is today, and the newest day with sales."""

    panel: DayPanel
    shop_id: int
    is_today: bool
    last_sold: date | None


async def today(ask: Ask, desk: Desk) -> Reply:
    """Answer the summary of a day: today's, or the one that is named."""
    seen = await desk.read(lambda tx: _day(tx, ask))
    day = seen.panel.report.day
    row = [_day_button(ask, desk, DAY_BEFORE.say(ask.lang), day - timedelta(days=1), seen)]
    if not seen.is_today:
        row.append(_day_button(ask, desk, DAY_AFTER.say(ask.lang), day + timedelta(days=1), seen))
    last = seen.last_sold
    if last and last != day and not seen.panel.report.figures.orders:
        row.append(_day_button(ask, desk, LAST_SOLD.say(ask.lang, day=last), last, seen))
    content = picture(day_chart(seen.panel, ask.lang))
    buttons = (tuple(row), _span_buttons(ask, desk, seen.shop_id))
    return Reply(replace(content, buttons=buttons))


def _day(tx: Tx, ask: Ask) -> _Seen:
    if ask.action:
        shop = summary.shop_by_id(tx, ask.action.argument)
        now = summary.today(tx, ask.now, shop)
        day = date.fromordinal(ask.action.object_id)
    else:
        words, back, named = _when(ask.words)
        shop = summary.find_shop(tx, words) if words else None
        if words and shop is None:
            raise BadInput(*(text.format(words=plain(words)) for text in HOW))
        now = summary.today(tx, ask.now, shop)
        day = named or now - timedelta(days=back)
    return _Seen(
        summary.day_panel(tx, day, shop),
        shop.id if shop else 0,
        day == now,
        summary.last_day_sold(tx, shop),
    )


def _when(words: str) -> tuple[str, int, date | None]:
    """Split words into (what is left: a shop's name, days back, the date that was named)."""
    dated = _DATE.search(words)
    if dated:
        try:
            named = date(*(int(part) for part in dated.groups()))
        except ValueError:
            raise BadInput(*(text.format(words=dated[0]) for text in NO_DAY)) from None
        return words.replace(dated[0], "").strip(), 0, named
    for word, back in _DAYS_BACK.items():
        if word in words.casefold():
            return re.sub(word, "", words, flags=re.IGNORECASE).strip(), back, None
    return words.strip(), 0, None


def _day_button(ask: Ask, desk: Desk, label: str, day: date, seen: _Seen) -> Button:
    return Button(label, desk.token(ask, Action("day", day.toordinal(), argument=seen.shop_id)))


def _span_buttons(ask: Ask, desk: Desk, shop_id: int) -> tuple[Button, ...]:
    return tuple(
        Button(SPAN.say(ask.lang, n=n), desk.token(ask, Action("kpi-days", shop_id, argument=n)))
        for n in SPANS
    )


async def kpi(ask: Ask, desk: Desk) -> Reply:
    """Answer the key figures of the last days against as many before."""
    shop_id, panel = await desk.read(lambda tx: _period(tx, ask))
    content = picture(kpi_chart(panel, ask.lang))
    return Reply(replace(content, buttons=(_span_buttons(ask, desk, shop_id),)))


def _period(tx: Tx, ask: Ask) -> tuple[int, Period]:
    if ask.action:
        count = ask.action.argument
        shop = summary.shop_by_id(tx, ask.action.object_id)
    else:
        words = ask.words.strip()
        spanned = _SPAN.fullmatch(words)
        count = int(spanned[1]) if spanned else SPANS[0]
        shop = summary.find_shop(tx, words) if words and not spanned else None
        if words and not spanned and shop is None:
            raise BadInput(*(text.format(words=plain(words)) for text in HOW))
    last = summary.today(tx, ask.now, shop)
    count = min(max(count, 1), MOST_DAYS)
    return shop.id if shop else 0, summary.period(tx, last, count, shop)


COMMANDS: Final = (
    Command(
        name="today",
        zh="今日",
        en="Today",
        help_zh="今天的订单、成交额、退款率和付款到揽收；可写日期、店铺或“昨天”",
        help_en="orders, GMV, refund rate and pay-to-pickup of today, a date, a shop or yesterday",
        roles=EVERYONE,
        run=today,
        words=("今日数据", "汇总"),
        verbs=("day",),
        menu=Menu.MORE,
        example="2026-03-01",
    ),
    Command(
        name="kpi",
        zh="数据",
        en="Key figures",
        help_zh="近 7 天指标和前 7 天对比；可写天数（如 30）或店铺",
        help_en="key figures of 7 days against the 7 before; add days (30) or a shop",
        roles=EVERYONE,
        run=kpi,
        words=("指标",),
        verbs=("kpi-days",),
        menu=Menu.MORE,
        example="30",
    ),
)
"""What this module answers."""
