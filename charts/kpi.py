"""What the key figures of a period are: the values of the KPI picture and the same as text."""

from dataclasses import dataclass
from datetime import date

from charts import say as s
from charts.style import Theme
from charts.words import Lang, say

_TILES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class KpiTile:
    """One key figure.

    Attributes:
        code: Short code that a person sends to get the orders behind the figure.
        zh: Name in Chinese.
        en: Name in English.
        kind: How the figures are written: "count", "money" (minor units), "rate", "hours".
        value: The figure of the period; None if unknown, as for the three that follow.
        before: The same figure one period earlier.
        baseline: The figure it is measured against, say from before the system.
        spark: The course of the period, oldest first; None where a point is unknown.
        good: Which direction is welcome.
    """

    code: str
    zh: str
    en: str
    kind: s.Kind
    value: float | None
    before: float | None = None
    baseline: float | None = None
    spark: tuple[float | None, ...] = ()
    good: s.Good = "neither"

    def change(self, lang: Lang) -> s.Change:
        """Returns the change against the period before."""
        return s.change(self.value, self.before, lang, points=self.kind == "rate")

    def section(self, currency: str, lang: Lang) -> s.Section:
        """Returns name, value and comparisons in words; the last facts are the sparkline's."""
        facts = [s.Fact("", say(lang, "before", value=self._written(self.before, currency, lang)))]
        if self.baseline is not None:
            value = self._written(self.baseline, currency, lang)
            facts.append(s.Fact("", say(lang, "baseline", value=value)))
        name = s.clean(self.zh if lang == "zh" else self.en)
        return s.Section(name, tuple(facts), self._written(self.value, currency, lang))

    def line(self, currency: str, lang: Lang) -> str:
        """Returns the tile as one line of text, with the course of the period at its end."""
        said = self.section(currency, lang)
        course = " → ".join(self._written(point, currency, lang) for point in self.spark)
        facts = (s.Fact("", str(self.change(lang))), *said.facts, s.Fact("", course))
        return s.Section(f"{self.code} {said.heading}".strip(), facts, said.note).line(lang)

    def _written(self, value: float | None, currency: str, lang: Lang) -> str:
        return s.figure(value, self.kind, currency, lang)


@dataclass(frozen=True, slots=True)
class KpiPanel:
    """Up to eight key figures of a period; further ones are counted, not drawn.

    Attributes:
        shop: Name shown at the top; free text.
        start: First day of the period.
        end: Last day of the period.
        zone: Time zone of the days, which begin at `cutoff` (HH:MM).
        currency: ISO 4217 code of all money tiles.
        tiles: Most important first.
        notes: Definitions and remarks below the tiles; free text in the panel's language.
    """

    shop: str
    start: date
    end: date
    zone: str
    currency: str
    tiles: tuple[KpiTile, ...]
    cutoff: str = "00:00"
    notes: tuple[str, ...] = ()
    lang: Lang = "zh"
    theme: Theme = "light"

    @property
    def shown(self) -> tuple[KpiTile, ...]:
        """The tiles that are drawn."""
        return self.tiles[:_TILES_SHOWN]

    def heading(self, lang: Lang) -> tuple[str, str]:
        """Returns the title and the line below it: period, zone and cut-off."""
        period = s.long_day(self.start, lang)
        if self.end != self.start:
            first, last = s.short_day(self.start), s.short_day(self.end)
            if self.start.year != self.end.year:
                first, last = self.start.isoformat(), self.end.isoformat()
            period = say(lang, "from_to", start=first, end=last)
        below = f"{period} · {self.zone} · {say(lang, 'cutoff', at=self.cutoff)}"
        return s.clean(self.shop) or say(lang, "kpi"), below

    def footnotes(self, lang: Lang) -> tuple[str, ...]:
        """Returns what stands below the tiles: a mention of tiles left out, then the notes."""
        left_out = len(self.tiles) - len(self.shown)
        more = (say(lang, "kpi_more", n=left_out),) if left_out else ()
        return (*more, *(note for note in map(s.clean, self.notes) if note))

    def words(self, lang: Lang | None = None) -> str:
        """Returns the figures of the picture as plain text, one figure a line."""
        tongue = lang or self.lang
        tiles = (tile.line(self.currency, tongue) for tile in self.shown)
        return "\n".join((" · ".join(self.heading(tongue)), *tiles, *self.footnotes(tongue)))
