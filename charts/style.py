"""What all pictures share: colours, type sizes, distances, and the fonts that must hold."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from charts.words import every_phrase

Theme = Literal["light", "dark"]

FONTS = Path(__file__).parent / "fonts"
REGULAR = FONTS / "NotoSansSC-Regular.subset.ttf"
BOLD = FONTS / "NotoSansSC-Bold.subset.ttf"
OWN_MARKS = "▲▼…·−〓✓¥£€$%,.:-+0123456789"  # drawn by code rather than written in a phrase

# Pixels. The picture is 1080 wide and is read at 360: a third of each size reaches the eye.
WIDTH = 1080
MARGIN = 40
GAP = 20
PAD = 36
RADIUS = 36
HERO, BIG, VALUE, BODY, LABEL, SMALL = 120, 76, 54, 40, 35, 31


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme.

    Blue and orange stay apart for every common kind of colour blindness; whatever a colour says,
    an arrow, a position or a word says too.
    """

    ground: str
    card: str
    edge: str
    ink: str
    muted: str
    track: str
    accent: str
    accent_soft: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str


PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        ground="#F2F4F8",
        card="#FFFFFF",
        edge="#E3E8F0",
        ink="#0F1B2D",
        muted="#5A6780",
        track="#E8EDF5",
        accent="#1D5FD6",
        accent_soft="#B9D0F8",
        good="#0B6E69",
        good_soft="#DCF2EF",
        warn="#B93C06",
        warn_soft="#FDE9DD",
    ),
    "dark": Palette(
        ground="#0A101C",
        card="#141D2E",
        edge="#223049",
        ink="#F3F6FB",
        muted="#9DABC2",
        track="#223049",
        accent="#74A5FF",
        accent_soft="#3D5F9A",
        good="#5AD3C8",
        good_soft="#12383B",
        warn="#FFA069",
        warn_soft="#462A1B",
    ),
}


def self_test() -> list[str]:
    """Returns the characters of our own phrases that a font cannot draw: none, if all is well.

    Raises:
        FileNotFoundError: The font file is not where the package keeps it.
    """
    from matplotlib.font_manager import get_font  # noqa: PLC0415 - only the child process pays

    needed = {*OWN_MARKS, *"".join(every_phrase())}
    files = [get_font(str(file)).get_charmap() for file in (REGULAR, BOLD)]
    return sorted(char for char in needed if any(ord(char) not in held for held in files))
