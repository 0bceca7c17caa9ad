"""How the stock is drawn: a row for each SKU, its pieces as a bar, its threshold as a tick."""

from charts.paper import Ink, Paper, shortened
from charts.parts import Area, card, columns, footer, header, rule
from charts.stock import StockPanel, StockRow
from charts.style import BODY, GAP, MARGIN, PAD, SMALL, VALUE, WIDTH
from charts.words import Lang, say

_FULL = WIDTH - 2 * MARGIN
_PITCH = 184


def paint_stock(panel: StockPanel, paper: Paper) -> int:
    """Draws the panel; returns the height of the picture in pixels."""
    lang, look = panel.lang, paper.palette
    y = header(paper, *panel.heading(lang))
    top = card(paper, Area(MARGIN, y, _FULL, 106 + 2 * PAD))
    columns(paper, top, panel.totals(lang))
    y = top.bottom + PAD + GAP
    area = Area(MARGIN, y, _FULL, 2 * PAD + 64 + _PITCH * len(panel.shown) - 20)
    inner = card(paper, area)
    if panel.shown:
        _legend(paper, inner, lang)
    else:
        paper.text((inner.x, inner.y + 32), say(lang, "stock_empty"), Ink(look.muted))
    for at, row in enumerate(panel.shown):
        here = Area(inner.x, inner.y + 64 + at * _PITCH, inner.width, _PITCH)
        if at:
            rule(paper, here, here.y - 12)
        _row(paper, here, row, lang)
    return round(footer(paper, area.bottom + GAP, panel.footnotes(lang)))


def _legend(paper: Paper, area: Area, lang: Lang) -> None:
    look, x = paper.palette, area.x
    ink = Ink(look.muted, SMALL)
    fills = (look.accent, look.accent_soft, look.muted)
    for key, fill in zip(("available", "reserved", "quarantined"), fills, strict=True):
        paper.box((x, area.y + 8), (24, 24), fill, 8)
        x += 36 + paper.text((x + 36, area.y + 31), say(lang, key), ink) + 36
    paper.box((x, area.y + 2), (6, 36), look.warn, 3)
    paper.text((x + 20, area.y + 31), say(lang, "threshold"), ink)


def _row(paper: Paper, area: Area, row: StockRow, lang: Lang) -> None:
    look, said = paper.palette, row.section(lang)
    careful = row.low or row.available <= 0
    number = Ink(look.warn if careful else look.ink, VALUE, bold=True, align="right")
    taken = paper.text((area.right, area.y + 54), said.note, number, 240) + 24
    if row.short:
        words, ink = row.shortage(lang), Ink(look.warn, SMALL, bold=True, align="right")
        wide = paper.text((area.right, area.y + 100), words, ink, 240)
    else:
        wide = 0
    name = Ink(look.ink, BODY)
    label = shortened(said.heading, name, area.width - taken)
    paper.text((area.x, area.y + 44), label, name)
    small = Ink(look.muted, SMALL)
    parts = " · ".join((shortened(row.sku, small, 240), *map(str, said.facts)))
    paper.text((area.x, area.y + 94), parts, small, area.width - max(wide, 0) - 24)
    _bar(paper, Area(area.x, area.y + 120, area.width, 22), row)


def _bar(paper: Paper, area: Area, row: StockRow) -> None:
    look = paper.palette
    limit = max(row.on_hand, 2 * (row.threshold or 0), 1)
    paper.box((area.x, area.y), (area.width, area.height), look.track, area.height / 2)
    # Longest first: each bar covers the left end of the one before it.
    ends = (row.on_hand, row.on_hand - row.quarantined, row.available)
    for end, fill in zip(ends, (look.muted, look.accent_soft, look.accent), strict=True):
        if end > 0:
            wide = max(end / limit * area.width, area.height)
            paper.box((area.x, area.y), (wide, area.height), fill, area.height / 2)
    if row.threshold:
        x = area.x + row.threshold / limit * area.width
        paper.box((x - 3, area.y - 8), (6, area.height + 16), look.warn, 3)
