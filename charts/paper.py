"""How shapes and words reach the pixels: a sheet in pixel coordinates on a matplotlib figure.

Only the rendering process imports this file. `Figure` objects and the Agg canvas are used, never
pyplot, whose shared state mixes the pictures of two callers.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Polygon
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from charts.say import clean
from charts.style import BODY, BOLD, PALETTES, REGULAR, WIDTH, Theme

mpl.rcParams.update(mpl.rcParamsDefault)  # a matplotlibrc on the machine must not change a picture
mpl.rcParams["text.hinting"] = "none"

Point = tuple[float, float]
_DPI = 72  # one typographic point is one pixel
_MISSING = "〓"


@dataclass(frozen=True, slots=True)
class Ink:
    """How a text is set: size in pixels, colour, weight, and which end stands at its point."""

    colour: str
    size: float = BODY
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"


class Paper:
    """A sheet 1080 px wide; x runs right and y runs down from the top left corner.

    Attributes:
        palette: The colours of the theme.
        said: Every text drawn so far, in order, as it was drawn.
    """

    def __init__(self, theme: Theme) -> None:
        self.palette = PALETTES[theme]
        self.said: list[str] = []
        self._figure = Figure(dpi=_DPI, facecolor=self.palette.ground)
        self._down = Affine2D()  # completed by png(), when the height is known
        self._drawn = 0

    def box(self, at: Point, size: Point, fill: str, radius: float = 0) -> None:
        """Fills a rectangle of `size` whose top left corner is `at`."""
        round_by = min(radius, size[0] / 2, size[1] / 2)
        style = f"round,pad=0,rounding_size={round_by}" if round_by else "square,pad=0"
        patch = FancyBboxPatch(at, *size, boxstyle=style, facecolor=fill, linewidth=0)
        self._add(patch)

    def dot(self, centre: Point, radius: float, fill: str) -> None:
        """Fills a circle."""
        self._add(Circle(centre, radius, facecolor=fill, linewidth=0))

    def shape(self, corners: Sequence[Point], fill: str, opacity: float = 1) -> None:
        """Fills a polygon."""
        self._add(Polygon(list(corners), facecolor=fill, linewidth=0, alpha=opacity))

    def line(self, points: Sequence[Point], colour: str, width: float = 3) -> None:
        """Strokes a line through `points` with round joins and ends."""
        xs, ys = zip(*points, strict=True)
        ends: Literal["round"] = "round"
        self._add(
            Line2D(
                xs,
                ys,
                color=colour,
                linewidth=width,
                solid_capstyle=ends,
                solid_joinstyle=ends,
            )
        )

    def text(self, at: Point, words: str, ink: Ink, room: float | None = None) -> float:
        """Sets `words` with their baseline at `at`; returns their width in pixels.

        Args:
            at: The left end, middle or right end of the baseline, as `ink.align` says.
            words: One line. Emoji and control characters are left out; a character that the
                fonts do not hold becomes 〓.
            ink: How it is set.
            room: The width that there is: a wider text is set smaller, never cut, because half a
                figure is a wrong figure. For names see `shortened`.
        """
        shown = _drawable(words)
        if not shown:
            return 0
        if room is not None:
            ink = replace(ink, size=ink.size * min(1, room / measure(shown, ink)))
        self.said.append(shown)
        self._add(
            Text(
                *at,
                shown,
                color=ink.colour,
                fontproperties=FontProperties(fname=_font(shown, ink), size=ink.size),
                horizontalalignment=ink.align,
                verticalalignment="baseline",
                parse_math=False,
            )
        )
        return measure(shown, ink)

    def png(self, height: int, title: str, description: str) -> bytes:
        """Returns the sheet, cut at `height` pixels, as a PNG that carries its own text.

        The same calls give the same bytes: neither date nor version is written into the file.
        """
        self._figure.set_size_inches(WIDTH / _DPI, height / _DPI)
        self._down.scale(1, -1).translate(0, height)
        out = io.BytesIO()
        about = {"Software": None, "Title": title, "Description": description}
        quick = {"compress_level": 3}  # a third of the time for a tenth more bytes
        FigureCanvasAgg(self._figure)  # the figure draws itself with the canvas made last
        self._figure.savefig(out, format="png", metadata=about, pil_kwargs=quick)
        self._figure.clear()
        return out.getvalue()

    def _add(self, artist: Artist) -> None:
        self._drawn += 1
        artist.set_zorder(self._drawn)
        artist.set_transform(self._down)
        self._figure.add_artist(artist)


def measure(words: str, ink: Ink) -> float:
    """Returns the width of `words` in pixels."""
    shown = _drawable(words)
    font = get_font(_font(shown, ink))
    font.set_size(ink.size, _DPI)
    font.set_text(shown, 0.0, flags=LoadFlags.NO_HINTING)
    width, _height = font.get_width_height()
    return float(width) / 64  # FreeType counts 64ths of a pixel


def shortened(words: str, ink: Ink, room: float) -> str:
    """Returns `words`, cut with "…" if they are wider than `room` pixels: for names."""
    shown = _drawable(words)
    if measure(shown, ink) <= room:
        return shown
    while shown and measure(f"{shown}…", ink) > room:
        shown = shown[:-1]
    return f"{shown.rstrip()}…"


@cache
def _held(font: Path) -> frozenset[str]:
    return frozenset(map(chr, get_font(str(font)).get_charmap()))


def _font(words: str, ink: Ink) -> str:
    # The bold file holds our phrases and all digits; what people typed is set in regular.
    return str(BOLD if ink.bold and _held(BOLD).issuperset(words) else REGULAR)


def _drawable(words: str) -> str:
    held = _held(REGULAR)
    return "".join(char if char in held else _MISSING for char in clean(words))
