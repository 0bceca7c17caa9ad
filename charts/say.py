"""How a number, a day or a name is said: the same text for the picture and for a screen reader."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from charts.words import NO_DATA, Lang, say

Kind = Literal["count", "money", "rate", "hours"]
Good = Literal["up", "down", "neither"]  # which direction of a change is welcome
_SYMBOLS = {
    "CNY": "¥",
    "GBP": "£",
    "BRL": "R$",
    "USD": "$",
    "EUR": "€",
    "JPY": "JP¥",
    "HKD": "HK$",
}
_NO_DECIMALS_FROM = 1000  # percent: a change of 16,302.2% is no more exact than 16,302%
_NO_MINOR_UNIT = {"JPY", "KRW", "VND"}
# Control, format (joiners, direction marks), private, surrogate, unassigned.
_NOT_DRAWN = {"Cc", "Cf", "Co", "Cs", "Cn"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled figure, already in words; `more` stands beside it in smaller type."""

    label: str
    value: str
    more: str = ""

    def __str__(self) -> str:
        """Returns label, value and more on one line, for the text beside the picture."""
        return " ".join(part for part in (self.label, self.value, self.more) if part)


@dataclass(frozen=True, slots=True)
class Section:
    """One subject of a picture: a heading, a note beside it, and its figures."""

    heading: str
    facts: tuple[Fact, ...] = ()
    note: str = ""

    def line(self, lang: Lang) -> str:
        """Returns the section as one line of text."""
        colon, comma = ("：", "；") if lang == "zh" else (": ", "; ")
        parts = [part for part in (self.note, *map(str, self.facts)) if part]
        return colon.join(part for part in (self.heading, comma.join(parts)) if part)


@dataclass(frozen=True, slots=True)
class Change:
    """A change against an earlier figure: `direction` is -1, 0 or 1; `text` has no arrow."""

    text: str
    direction: int = 0

    @property
    def arrow(self) -> str:
        """The mark that shows the direction without any colour."""
        return {-1: "▼ ", 0: "", 1: "▲ "}[self.direction]

    def __str__(self) -> str:
        """Returns the change with its sign, for the text beside the picture."""
        return {-1: "-", 0: "", 1: "+"}[self.direction] + self.text


def clean(text: str) -> str:
    """Returns `text` on one line, without emoji, control and direction characters."""
    kept = (" " if char in "\t\r\n" else char for char in text if not _dropped(char))
    return " ".join("".join(kept).split())


def _dropped(char: str) -> bool:
    if char in "\t\r\n":
        return False
    emoji = "\U0001f000" <= char <= "\U0001faff" or char in "\ufe0e\ufe0f"
    return emoji or unicodedata.category(char) in _NOT_DRAWN


def count(value: int | None, lang: Lang) -> str:
    """Returns a whole number with thousands marks, or "no data"."""
    return say(lang, NO_DATA) if value is None else f"{value:,}"


def money(minor: int | None, currency: str, lang: Lang) -> str:
    """Returns an amount of minor units (fen, pence) in full, or "no data"."""
    if minor is None:
        return say(lang, NO_DATA)
    sign = "-" if minor < 0 else ""
    symbol = _SYMBOLS.get(currency, f"{clean(currency)} ")
    if currency in _NO_MINOR_UNIT:
        return f"{sign}{symbol}{abs(minor):,}"
    whole, rest = divmod(abs(minor), 100)
    return f"{sign}{symbol}{whole:,}.{rest:02d}"


def orders(value: int, lang: Lang) -> str:
    """Returns a number of orders with its noun: 12 单, 1 order, 12 orders."""
    return say(lang, "order_one" if value == 1 else "orders_n", n=f"{value:,}")


def is_known(value: str) -> bool:
    """Tells whether a text of this module is a figure rather than "no data"."""
    return value not in {say("zh", NO_DATA), say("en", NO_DATA)}


def rate(value: float | None, lang: Lang) -> str:
    """Returns a share (0.031) as a percentage with two decimals, or "no data"."""
    return say(lang, NO_DATA) if value is None else f"{value * 100:.2f}%"


def hours(value: float | None, lang: Lang) -> str:
    """Returns a duration in hours with one decimal, or "no data"."""
    return say(lang, NO_DATA) if value is None else say(lang, "hours_unit", n=f"{value:,.1f}")


def figure(value: float | None, kind: Kind, currency: str, lang: Lang) -> str:
    """Returns `value` as its `kind` asks; counts and money are whole numbers."""
    if kind == "rate":
        return rate(value, lang)
    if kind == "hours":
        return hours(value, lang)
    whole = None if value is None else int(value)
    return money(whole, currency, lang) if kind == "money" else count(whole, lang)


def change(now: float | None, before: float | None, lang: Lang, *, points: bool = False) -> Change:
    """Returns how `now` differs from `before`: in percent, or in percentage points for rates."""
    if now is None or before is None:
        return Change(say(lang, NO_DATA))
    if now == before:
        return Change(say(lang, "same"))
    direction = 1 if now > before else -1
    if points:
        return Change(say(lang, "points", n=f"{abs(now - before) * 100:.2f}"), direction)
    if before == 0:
        return Change(say(lang, "before_zero"), direction)
    percent = abs(now - before) / abs(before) * 100
    digits = 0 if percent >= _NO_DECIMALS_FROM else 1
    return Change(f"{percent:,.{digits}f}%", direction)


def long_day(day: date, lang: Lang) -> str:
    """Returns a date with its weekday: 2026年11月24日 周二, Tue 24 Nov 2026."""
    weekday = say(lang, "weekdays").split(",")[day.weekday()]
    month = say(lang, "months").split(",")[day.month - 1]
    return say(lang, "day", y=day.year, m=month, d=day.day, w=weekday)


def short_day(day: date) -> str:
    """Returns month and day as digits: 11-24."""
    return f"{day.month:02d}-{day.day:02d}"
