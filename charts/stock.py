"""What the stock is, SKU by SKU, against its threshold: values of the picture and same as text."""

from dataclasses import dataclass
from datetime import date

from charts import say as s
from charts.style import Theme
from charts.words import Lang, say

_ROWS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class StockRow:
    """One SKU in pieces; `short` counts pieces that paid orders still wait for.

    `threshold` is None where no warning is wanted.
    """

    sku: str
    name: str
    on_hand: int
    reserved: int = 0
    quarantined: int = 0
    threshold: int | None = None
    short: int = 0

    @property
    def available(self) -> int:
        """Pieces that can still be promised."""
        return self.on_hand - self.reserved - self.quarantined

    @property
    def low(self) -> bool:
        """Tells whether fewer pieces are available than the threshold asks for."""
        return self.threshold is not None and self.available < self.threshold

    def section(self, lang: Lang) -> s.Section:
        """Returns the row in words: name, available pieces, then what they are made of."""
        facts = [
            s.Fact(say(lang, "on_hand"), s.count(self.on_hand, lang)),
            s.Fact(say(lang, "reserved"), s.count(self.reserved, lang)),
        ]
        if self.quarantined:
            facts.append(s.Fact(say(lang, "quarantined"), s.count(self.quarantined, lang)))
        if self.threshold is not None:
            facts.append(s.Fact(say(lang, "threshold"), s.count(self.threshold, lang)))
        name = s.clean(self.name) or s.clean(self.sku)
        return s.Section(name, tuple(facts), s.count(self.available, lang))

    def shortage(self, lang: Lang) -> str:
        """Returns how many pieces paid orders wait for, or nothing."""
        return say(lang, "short", n=f"{self.short:,}") if self.short else ""


@dataclass(frozen=True, slots=True)
class StockPanel:
    """The stock of a warehouse, or of all of them, at one moment.

    Attributes:
        place: Name shown at the top; free text.
        day: Local date of the figures.
        at: Local time of the figures (HH:MM).
        zone: Time zone of both.
        rows: Every SKU; the ten that need care most are drawn, all are counted.
    """

    place: str
    day: date
    at: str
    zone: str
    rows: tuple[StockRow, ...]
    lang: Lang = "zh"
    theme: Theme = "light"

    @property
    def shown(self) -> tuple[StockRow, ...]:
        """The rows that are drawn: shortages first, then below threshold, then the fewest."""
        rows = sorted(self.rows, key=lambda row: (-row.short, not row.low, row.available, row.sku))
        return tuple(rows[:_ROWS_SHOWN])

    def heading(self, lang: Lang) -> tuple[str, str]:
        """Returns the title and the line below it."""
        below = f"{s.long_day(self.day, lang)} {self.at} · {self.zone}"
        return s.clean(self.place) or say(lang, "stock"), below

    def totals(self, lang: Lang) -> tuple[s.Fact, ...]:
        """Returns the four figures over all SKUs."""
        low = sum(row.low for row in self.rows)
        gone = sum(row.available <= 0 for row in self.rows)
        pieces = sum(row.on_hand for row in self.rows)
        pairs = (("skus", len(self.rows)), ("below", low), ("sold_out", gone), ("pieces", pieces))
        return tuple(s.Fact(say(lang, key), s.count(n, lang)) for key, n in pairs)

    def footnotes(self, lang: Lang) -> tuple[str, ...]:
        """Returns what stands below the rows: how many are left out, and the definition."""
        left_out = len(self.rows) - len(self.shown)
        more = (say(lang, "stock_more", n=f"{left_out:,}"),) if left_out else ()
        return (*more, say(lang, "stock_defs"))

    def words(self, lang: Lang | None = None) -> str:
        """Returns the figures of the picture as plain text, one SKU a line."""
        tongue = lang or self.lang
        return "\n".join(
            (
                " · ".join(self.heading(tongue)),
                s.Section("", self.totals(tongue)).line(tongue),
                *(self._line(row, tongue) for row in self.shown),
                *self.footnotes(tongue),
            )
        )

    @staticmethod
    def _line(row: StockRow, lang: Lang) -> str:
        said = row.section(lang)
        available = s.Fact(say(lang, "available"), said.note)
        facts = (available, *said.facts, s.Fact("", row.shortage(lang)))
        heading = f"{said.heading} {s.clean(row.sku)}"
        return s.Section(heading, facts).line(lang)
