"""How key figures are drawn: tiles two abreast, each with its change and its course."""

from charts.bars import spark
from charts.kpi import KpiPanel, KpiTile
from charts.paper import Ink, Paper, measure, shortened
from charts.parts import Area, card, figure, footer, header, pill
from charts.say import is_known
from charts.style import BIG, GAP, LABEL, MARGIN, SMALL, WIDTH

_WIDE = (WIDTH - 2 * MARGIN - GAP) / 2
_TALL = 410


def paint_kpi(panel: KpiPanel, paper: Paper) -> int:
    """Draws the panel; returns the height of the picture in pixels."""
    y = header(paper, *panel.heading(panel.lang))
    for at, tile in enumerate(panel.shown):
        x = MARGIN + at % 2 * (_WIDE + GAP)
        _tile(paper, Area(x, y + at // 2 * (_TALL + GAP), _WIDE, _TALL), tile, panel)
    lines = (len(panel.shown) + 1) // 2
    notes = panel.footnotes(panel.lang)
    return round(footer(paper, y + lines * (_TALL + GAP), notes))


def _tile(paper: Paper, area: Area, tile: KpiTile, panel: KpiPanel) -> None:
    look, inner, lang = paper.palette, card(paper, area), panel.lang
    said = tile.section(panel.currency, lang)
    code = Ink(look.muted, SMALL, align="right")
    taken = measure(tile.code, code) + 24 if tile.code else 0
    if tile.code:
        paper.box((inner.right - taken, inner.y - 4), (taken, 46), look.track, 14)
        paper.text((inner.right - 12, inner.y + 30), tile.code, code)
    room = inner.width - taken - 16
    fits = measure(said.heading, Ink(look.muted, LABEL)) <= room
    name = Ink(look.muted, LABEL if fits else SMALL)
    paper.text((inner.x, inner.y + 30), shortened(said.heading, name, room), name)
    value = Ink(look.ink, BIG, bold=True)
    figure(paper, (inner.x, inner.y + 122), said.note, value, inner.width)
    change = tile.change(lang)
    if is_known(change.text):
        pill(paper, (inner.x, inner.y + 150), change, tile.good)
    past = " · ".join(fact.value for fact in said.facts)
    paper.text((inner.x, inner.y + 248), past, Ink(look.muted, SMALL), inner.width)
    plot = Area(inner.x, inner.y + 268, inner.width, inner.height - 268)
    spark(paper, plot, tile.spark)
