"""Whether the fonts hold our words and the colours can be told apart."""

import pytest

from charts.style import PALETTES, Palette, self_test
from charts.words import every_phrase, say


def light(colour: str) -> float:
    """Relative luminance of #RRGGBB, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours: 1 to 21."""
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_self_test_finds_every_glyph_of_ours() -> None:
    """Both font files hold all phrases, digits and marks, on a machine without any other font."""
    assert self_test() == []


def test_self_test_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a phrase with a rare character is found."""
    monkeypatch.setattr("charts.style.every_phrase", lambda: ["𠮷店"])
    assert "𠮷" in self_test()


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES.keys())
def test_text_can_be_read_in_sunlight(palette: Palette) -> None:
    """Every text stands out from its ground by 4.5, the bound for small type."""
    pairs = [
        (palette.ink, palette.card),
        (palette.muted, palette.card),
        (palette.muted, palette.ground),
        (palette.muted, palette.track),
        (palette.warn, palette.warn_soft),
        (palette.ink, palette.warn_soft),
        (palette.good, palette.good_soft),
    ]
    assert min(contrast(one, other) for one, other in pairs) >= 4.5


def test_every_phrase_exists_in_both_languages() -> None:
    """No phrase is empty, and both languages fill the same places."""
    phrases = every_phrase()
    for zh, en in zip(phrases[::2], phrases[1::2], strict=True):
        assert zh
        assert en
        assert {part.split("}")[0] for part in zh.split("{")[1:]} == {
            part.split("}")[0] for part in en.split("{")[1:]
        }
    assert say("en", "orders_n", n=3) == "3 orders"
