"""How the day is drawn: one tall picture for a phone, most important figure first."""

from collections.abc import Callable

from charts.bars import bars, lying, scaled, ticks
from charts.daily import DailySaid, DailySummary, moves, say_daily, shops_shown
from charts.paper import Ink, Paper, shortened
from charts.parts import Area, card, columns, figure, footer, header, heading, pill, rows, rule
from charts.say import Section, short_day
from charts.style import BIG, BODY, GAP, HERO, LABEL, MARGIN, PAD, SMALL, WIDTH

_FULL = WIDTH - 2 * MARGIN
_HALF = (_FULL - GAP) / 2


def paint_daily(day: DailySummary, paper: Paper) -> int:
    """Draws the day; returns the height of the picture in pixels."""
    said = say_daily(day, day.lang)
    y = header(paper, said.title, f"{said.when} · {said.bounds}")
    steps: tuple[Callable[[DailySummary, DailySaid, Paper, float], float], ...]
    steps = (_hero, _halves, _hours, _shops, _exceptions)
    for step in steps:
        y = step(day, said, paper, y) + GAP
    return round(footer(paper, y, said.notes))


def _hero(day: DailySummary, said: DailySaid, paper: Paper, y: float) -> float:
    look = paper.palette
    area = Area(MARGIN, y, _FULL, 760 if day.trend else 460)
    inner = card(paper, area)
    paper.text((inner.x, inner.y + 30), said.gmv.heading, Ink(look.muted, BODY))
    big = Ink(look.ink, HERO, bold=True)
    figure(paper, (inner.x - 4, inner.y + 156), said.gmv.note, big, inner.width)
    x = inner.x
    for label, change in moves(day, day.lang):
        x += pill(paper, (x, inner.y + 190), change, "up") + 16
        room = inner.right - x
        x += paper.text((x, inner.y + 230), label, Ink(look.muted, SMALL), room) + 40
    columns(paper, Area(inner.x, inner.y + 284, inner.width, 100), said.counts.facts)
    if day.trend:
        _trend(day, said, paper, Area(inner.x, inner.y + 414, inner.width, inner.height - 414))
    return area.bottom


def _trend(day: DailySummary, said: DailySaid, paper: Paper, area: Area) -> None:
    rule(paper, area, area.y)
    heading(paper, Area(area.x, area.y + 28, area.width, 40), said.trend.heading, said.trend.note)
    plot = Area(area.x, area.y + 88, area.width, area.height - 88 - 34)
    days = [point.day for point in day.trend]
    today = days.index(day.day) if day.day in days else len(days) - 1
    bars(paper, plot, [point.gmv_fen for point in day.trend], today)
    ends = [(0.0, short_day(days[0]))]
    if len(days) > 1:
        ends.append((1.0, short_day(days[-1])))
    ticks(paper, plot, ends)


def _halves(_day: DailySummary, said: DailySaid, paper: Paper, y: float) -> float:
    height = 452
    for at, section in enumerate((said.refunds, said.pickup)):
        inner = card(paper, Area(MARGIN + at * (_HALF + GAP), y, _HALF, height))
        _half(paper, inner, section)
    return y + height


def _half(paper: Paper, inner: Area, section: Section) -> None:
    look = paper.palette
    heading(paper, inner, section.heading)
    first, *others = section.facts
    value = Ink(look.ink, BIG, bold=True)
    figure(paper, (inner.x, inner.y + 128), first.value, value, inner.width)
    paper.text((inner.x, inner.y + 174), first.label, Ink(look.muted, SMALL), inner.width)
    rows(paper, Area(inner.x, inner.y + 192, inner.width, inner.height - 184), others)


def _hours(day: DailySummary, said: DailySaid, paper: Paper, y: float) -> float:
    area = Area(MARGIN, y, _FULL, 254 if any(day.hours) else 2 * PAD + 44)
    inner = card(paper, area)
    heading(paper, inner, said.hours.heading, said.hours.note)
    if any(day.hours):
        plot = Area(inner.x, inner.y + 56, inner.width, inner.height - 56 - 32)
        bars(paper, plot, day.hours, day.hours.index(max(day.hours)))
        ticks(paper, plot, [((hour + 0.5) / 24, f"{hour:02d}") for hour in (0, 6, 12, 18, 23)])
    return area.bottom


def _shops(day: DailySummary, said: DailySaid, paper: Paper, y: float) -> float:
    look, pitch = paper.palette, 78
    area = Area(MARGIN, y, _FULL, 2 * PAD + 38 + pitch * len(said.shops.facts))
    inner = card(paper, area)
    heading(paper, inner, said.shops.heading, said.shops.note)
    shares, broken = scaled([shop.gmv_fen for shop in shops_shown(day.shops)])
    for at, fact in enumerate(said.shops.facts):
        top = inner.y + 46 + at * pitch
        value = Ink(look.ink, LABEL, bold=True, align="right")
        taken = figure(paper, (inner.right, top + 42), fact.value, value, 330)
        more = Ink(look.muted, SMALL, align="right")
        x = inner.right - taken - 20
        taken += paper.text((x, top + 42), fact.more, more, 200) + 20
        name = Ink(look.ink, LABEL)
        label = shortened(fact.label, name, inner.width - taken - 24)
        paper.text((inner.x, top + 42), label, name)
        lying(paper, Area(inner.x, top + 58, inner.width, 12), shares[at], broken=broken[at])
    return area.bottom


def _exceptions(_day: DailySummary, said: DailySaid, paper: Paper, y: float) -> float:
    look, facts = paper.palette, said.exceptions.facts
    lines = (len(facts) + 1) // 2
    area = Area(MARGIN, y, _FULL, 2 * PAD + 44 + 72 * lines)
    inner = card(paper, area)
    heading(paper, inner, said.exceptions.heading, said.exceptions.note)
    wide = (inner.width - GAP) / 2
    for at, fact in enumerate(facts):
        x, top = inner.x + at % 2 * (wide + GAP), inner.y + 56 + at // 2 * 72
        paper.box((x, top), (wide, 60), look.warn_soft, 18)
        count = Ink(look.warn, LABEL, bold=True, align="right")
        taken = paper.text((x + wide - 22, top + 43), fact.value, count, 120)
        name = Ink(look.ink, LABEL)
        paper.text((x + 22, top + 43), shortened(fact.label, name, wide - taken - 64), name)
    return area.bottom
