"""Which pieces the pictures are built from: header, card, change, rows and columns of figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from charts.paper import Ink, Paper, Point, measure, shortened
from charts.say import Change, Fact, Good, is_known
from charts.style import BODY, LABEL, MARGIN, PAD, RADIUS, SMALL, VALUE, WIDTH

_GROUND, _ROD, _FIVE, _ONE = "#1D5FD6", "#8FB4F5", "#FFB27A", "#FFFFFF"
_BEAM = 23  # the mark stands on a grid of 64; this bar parts the fives from the ones
_RODS = ((17, (18, 31, 50)), (32, (14, 31, 40)), (47, (18, 41, 50)))  # x, then y of each bead
HEADER = 132  # height of the header with its distance to the first card


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the sheet, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    def inside(self, by: float) -> "Area":
        """Returns the area without a border of `by` pixels."""
        return Area(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


def header(paper: Paper, title: str, below: str) -> float:
    """Draws the mark of the project, the title and a line below it; returns the next y."""
    look, side = paper.palette, 92
    mark(paper, (MARGIN, MARGIN), side)
    x, room = MARGIN + side + 28, WIDTH - 2 * MARGIN - side - 28
    name = Ink(look.ink, 50)
    paper.text((x, MARGIN + 40), shortened(title, name, room), name)
    paper.text((x, MARGIN + 88), below, Ink(look.muted, LABEL), room)
    return MARGIN + HEADER


def mark(paper: Paper, at: Point, side: float) -> None:
    """Draws the project's mark, an abacus, into a square: the same as docs/pictures/logo.svg."""
    unit = side / 64

    def piece(corner: Point, size: Point, fill: str) -> None:
        place = (at[0] + corner[0] * unit, at[1] + corner[1] * unit)
        paper.box(place, (size[0] * unit, size[1] * unit), fill, min(size) * unit / 2)

    paper.box(at, (side, side), _GROUND, 15 * unit)
    for x, beads in _RODS:
        piece((x - 1, 10), (2, 44), _ROD)
        for y in beads:
            piece((x - 6, y - 4), (12, 8), _FIVE if y < _BEAM else _ONE)
    piece((9, _BEAM), (46, 3), _ONE)


def card(paper: Paper, area: Area) -> Area:
    """Draws an empty card; returns the area for what stands on it."""
    look = paper.palette
    paper.box((area.x, area.y), (area.width, area.height), look.edge, RADIUS)
    inner = area.inside(2)
    paper.box((inner.x, inner.y), (inner.width, inner.height), look.card, RADIUS - 2)
    return area.inside(PAD)


def heading(paper: Paper, area: Area, words: str, note: str = "") -> None:
    """Sets the heading of a card at its left and a note at its right, on one baseline."""
    look = paper.palette
    y = area.y + 32
    taken = paper.text((area.x, y), words, Ink(look.ink, BODY, bold=True), area.width)
    ink = Ink(look.muted, LABEL, align="right")
    paper.text((area.right, y), note, ink, area.width - taken - 32)


def pill(paper: Paper, at: Point, change: Change, good: Good) -> float:
    """Draws a change in a rounded box whose top left is `at`; returns its width."""
    look = paper.palette
    fill, ink = look.track, look.muted
    if change.direction and good != "neither":
        well = (change.direction > 0) == (good == "up")
        fill, ink = (look.good_soft, look.good) if well else (look.warn_soft, look.warn)
    type_ = Ink(ink, LABEL, bold=True)
    words = change.arrow + change.text
    wide = measure(words, type_) + 40
    paper.box(at, (wide, 56), fill, 28)
    paper.text((at[0] + 20, at[1] + 41), words, type_)
    return wide


def figure(paper: Paper, at: Point, value: str, ink: Ink, room: float) -> float:
    """Sets a figure, or "no data" in a lighter voice; returns its width."""
    if not is_known(value):
        ink = replace(ink, colour=paper.palette.muted, bold=False, size=ink.size * 0.8)
    return paper.text(at, value, ink, room)


def columns(paper: Paper, area: Area, facts: Sequence[Fact]) -> None:
    """Sets figures side by side: a small label and the value below it."""
    look = paper.palette
    wide = (area.width + 24) / len(facts)
    for at, fact in enumerate(facts):
        x = area.x + at * wide
        paper.text((x, area.y + 28), fact.label, Ink(look.muted, LABEL), wide - 24)
        value = Ink(look.ink, VALUE, bold=True)
        figure(paper, (x, area.y + 92), fact.value, value, wide - 24)


def rows(paper: Paper, area: Area, facts: Sequence[Fact]) -> None:
    """Sets figures below each other: label at the left, value at the right."""
    look = paper.palette
    pitch = area.height / len(facts)
    for at, fact in enumerate(facts):
        y = area.y + at * pitch + 40
        value = Ink(look.ink, LABEL, bold=True, align="right")
        taken = min(measure(fact.value, value), area.width * 0.62)
        figure(paper, (area.right, y), fact.value, value, taken)
        paper.text((area.x, y), fact.label, Ink(look.muted, SMALL), area.width - taken - 20)


def rule(paper: Paper, area: Area, y: float) -> None:
    """Draws a hairline across `area`."""
    paper.box((area.x, y), (area.width, 2), paper.palette.edge)


def footer(paper: Paper, y: float, notes: Sequence[str]) -> float:
    """Sets the definitions below the cards; returns the height of the picture."""
    for note in notes:
        paper.text((MARGIN + 8, y + 30), note, Ink(paper.palette.muted, SMALL), WIDTH - 96)
        y += 44
    return y + MARGIN - 12
