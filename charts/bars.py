"""How a series becomes bars or a line that stays readable beside one huge value."""

from collections.abc import Sequence

from charts.paper import Ink, Paper, Point
from charts.parts import Area
from charts.style import SMALL

_BREAK_FROM = 4  # a bar this many times the second one is drawn broken: it would flatten the rest
_BROKEN_TOP = 1.6


def scaled(values: Sequence[int | None]) -> tuple[list[float], list[bool]]:
    """Returns each value as a share of the plot (0 to 1), and which ones are drawn broken.

    None and negative values have the share 0. A value that is more than four times the second
    largest is cut at the top, and said to be so, so that the others keep a visible height.
    """
    known = sorted({max(value or 0, 0) for value in values}, reverse=True)
    top = known[0] if known else 0
    second = next((value for value in known[1:] if value), 0)
    broken = bool(second) and top > _BREAK_FROM * second
    limit = second * _BROKEN_TOP if broken else top
    shares = [min(max(value or 0, 0) / limit, 1.0) if limit else 0.0 for value in values]
    return shares, [broken and value == top for value in values]


def bars(paper: Paper, area: Area, values: Sequence[int | None], strong: int) -> None:
    """Draws upright bars on a base line; the bar at index `strong` has the full colour.

    A value that is not known gets a dotted mark instead of a bar, so that it does not read as 0.
    """
    look = paper.palette
    shares, broken = scaled(values)
    pitch = area.width / len(values)
    wide = pitch * 0.66
    for at, value in enumerate(values):
        x = area.x + at * pitch + (pitch - wide) / 2
        if value is None:
            for dot in range(3):
                paper.dot((x + wide / 2, area.bottom - 8 - dot * 16), 3, look.muted)
            continue
        tall = max(shares[at] * area.height, 4)
        fill = look.accent if at == strong else look.accent_soft
        paper.box((x, area.bottom - tall), (wide, tall), fill, min(10, tall / 2))
        if broken[at]:
            _break(paper, Area(x, area.y + area.height * 0.16, wide, 10))


def _break(paper: Paper, gap: Area) -> None:
    """Cuts a slanting gap through a bar: the sign that it is higher than drawn."""
    corners = (
        (gap.x - 4, gap.y + 12),
        (gap.right + 4, gap.y),
        (gap.right + 4, gap.y + 10),
        (gap.x - 4, gap.y + 22),
    )
    paper.shape(corners, paper.palette.card)


def lying(paper: Paper, area: Area, share: float, *, broken: bool = False) -> None:
    """Draws a bar that lies on its track: `share` of the width is filled."""
    look = paper.palette
    paper.box((area.x, area.y), (area.width, area.height), look.track, area.height / 2)
    if share > 0:
        wide = max(share * area.width, area.height)
        paper.box((area.x, area.y), (wide, area.height), look.accent, area.height / 2)
    if broken:
        x = area.x + area.width * 0.86
        slant = ((x, area.bottom + 2), (x + 8, area.y - 2), (x + 18, area.y - 2))
        paper.shape((*slant, (x + 10, area.bottom + 2)), look.card)


def ticks(paper: Paper, area: Area, labels: Sequence[tuple[float, str]]) -> None:
    """Sets few labels below a plot; each stands at its share of the width."""
    for share, label in labels:
        align = "left" if share <= 0 else "right" if share >= 1 else "center"
        ink = Ink(paper.palette.muted, SMALL, align=align)  # type: ignore[arg-type]
        paper.text((area.x + share * area.width, area.bottom + 38), label, ink)


def spark(paper: Paper, area: Area, values: Sequence[float | None]) -> None:
    """Draws the course of a figure as a line with a faint area and a dot at its end.

    The line has a gap where a point is unknown; a lone point is a dot.
    """
    look = paper.palette
    known = [value for value in values if value is not None]
    if not known:
        return
    low, high = min(known), max(known)
    step = area.width / max(len(values) - 1, 1)
    runs: list[list[Point]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        share = (value - low) / (high - low) if high > low else 0.5
        runs[-1].append((area.x + at * step, area.bottom - 8 - share * (area.height - 16)))
    for run in filter(None, runs):
        if len(run) > 1:
            ends = ((run[-1][0], area.bottom), (run[0][0], area.bottom))
            paper.shape((*run, *ends), look.accent, 0.12)
            paper.line(run, look.accent, 5)
        else:
            paper.dot(run[0], 4, look.accent)
    if runs[-1]:
        paper.dot(runs[-1][-1], 12, look.card)
        paper.dot(runs[-1][-1], 8, look.accent)
