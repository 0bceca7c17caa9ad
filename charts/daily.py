"""What a day of the shop was: the values of the daily picture and the same figures as text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from charts import say as s
from charts.style import Theme
from charts.words import NO_DATA, Lang, say

_HOURS = 24
_SHOPS_SHOWN = 5
_CODES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Pickup:
    """Hours from payment to the first carrier scan; `negative` and `missing` are counted apart."""

    n: int | None
    median: float | None = None
    mean: float | None = None
    p90: float | None = None
    negative: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class DayPoint:
    """One day of the trend; None means that nothing is known, not that nothing was sold."""

    day: date
    gmv_fen: int | None


@dataclass(frozen=True, slots=True)
class ShopDay:
    """One shop's share of the day; None means no data (the shop was down all day)."""

    name: str
    orders: int | None
    gmv_fen: int | None


@dataclass(frozen=True, slots=True)
class OpenCode:
    """How many exceptions of one code are open, with the code's name in both languages."""

    code: str
    zh: str
    en: str
    count: int


@dataclass(frozen=True, slots=True)
class DailySummary:
    """The figures of one business day.

    Attributes:
        shop: Name shown at the top; free text.
        day: The business day.
        zone: The shop's time zone, with `cutoff` (HH:MM) the bounds of the day.
        currency: ISO 4217 code; amounts are in its minor unit.
        orders: Orders of the day; this and the following figures are None if unknown.
        refund_rate_count: Refund orders / orders, as a share.
        refund_rate_value: Refund value / GMV, as a share.
        hours: Orders per local hour: 24 numbers, or empty if unknown.
        trend: Past days up to this one, oldest first, at most one per day.
        shops: In the order in which they are shown.
        exceptions: Open now, most important first; None if unknown.
        note: One more line, such as "restated +3"; free text.

    Raises:
        ValueError: `hours` is neither empty nor 24 numbers.
    """

    shop: str
    day: date
    zone: str
    currency: str
    orders: int | None = None
    units: int | None = None
    gmv_fen: int | None = None
    refund_orders: int | None = None
    refund_fen: int | None = None
    refund_rate_count: float | None = None
    refund_rate_value: float | None = None
    pickup: Pickup | None = None
    hours: tuple[int, ...] = ()
    trend: tuple[DayPoint, ...] = ()
    shops: tuple[ShopDay, ...] = ()
    exceptions: tuple[OpenCode, ...] | None = None
    cutoff: str = "00:00"
    note: str = ""
    lang: Lang = "zh"
    theme: Theme = "light"

    def __post_init__(self) -> None:
        """Refuses a day that has not 24 hours of the clock."""
        if len(self.hours) not in {0, _HOURS}:
            raise ValueError(f"DailySummary.hours: 24 numbers or none, not {len(self.hours)}")

    def words(self, lang: Lang | None = None) -> str:
        """Returns the figures of the picture as plain text, one subject a line."""
        said = say_daily(self, lang or self.lang)
        return "\n".join((f"{said.title} · {said.when}", *said.lines()))


@dataclass(frozen=True, slots=True)
class DailySaid:
    """Every text of the daily picture in one language: the one source of picture and words."""

    lang: Lang
    title: str
    when: str
    bounds: str
    gmv: s.Section
    counts: s.Section
    trend: s.Section
    refunds: s.Section
    pickup: s.Section
    hours: s.Section
    shops: s.Section
    exceptions: s.Section
    notes: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yields the text below the title, one subject a line."""
        yield self.bounds
        for section in (self.gmv, self.counts, self.trend, self.refunds, self.pickup):
            yield section.line(self.lang)
        for section in (self.hours, self.shops, self.exceptions):
            yield section.line(self.lang)
        yield from self.notes


def say_daily(day: DailySummary, lang: Lang) -> DailySaid:
    """Puts the day into words: labels, figures with their units, and "no data" where it is so."""
    notes = (s.clean(day.note), say(lang, "daily_defs"), say(lang, "daily_apart"))
    return DailySaid(
        lang=lang,
        title=s.clean(day.shop) or say(lang, "daily"),
        when=s.long_day(day.day, lang),
        bounds=f"{day.zone} · {say(lang, 'cutoff', at=day.cutoff)}",
        gmv=_gmv(day, lang),
        counts=_counts(day, lang),
        trend=_trend(day, lang),
        refunds=_refunds(day, lang),
        pickup=_pickup(day.pickup, lang),
        hours=_hours(day.hours, lang),
        shops=_shops(day, lang),
        exceptions=_exceptions(day.exceptions, lang),
        notes=tuple(note for note in notes if note),
    )


def moves(day: DailySummary, lang: Lang) -> tuple[tuple[str, s.Change], ...]:
    """Returns how GMV moved against the day before and the same weekday of the week before."""
    known = {point.day: point.gmv_fen for point in day.trend}
    pairs = (("vs_day", 1), ("vs_week", 7))
    return tuple(
        (say(lang, key), s.change(day.gmv_fen, known[day.day - timedelta(days=back)], lang))
        for key, back in pairs
        if day.day - timedelta(days=back) in known
    )


def _gmv(day: DailySummary, lang: Lang) -> s.Section:
    facts = tuple(s.Fact(label, str(move)) for label, move in moves(day, lang))
    return s.Section(say(lang, "gmv"), facts, s.money(day.gmv_fen, day.currency, lang))


def _counts(day: DailySummary, lang: Lang) -> s.Section:
    average = None
    if day.orders and day.gmv_fen is not None:
        average = (2 * day.gmv_fen + day.orders) // (2 * day.orders)  # half up, whole fen
    facts = (
        s.Fact(say(lang, "orders"), s.count(day.orders, lang)),
        s.Fact(say(lang, "units"), s.count(day.units, lang)),
        s.Fact(say(lang, "average"), s.money(average, day.currency, lang)),
    )
    return s.Section("", facts)


def _trend(day: DailySummary, lang: Lang) -> s.Section:
    facts = tuple(
        s.Fact(s.short_day(point.day), s.money(point.gmv_fen, day.currency, lang))
        for point in day.trend
    )
    known = [(point.gmv_fen, point.day) for point in day.trend if point.gmv_fen is not None]
    note = say(lang, NO_DATA)
    if known:
        top, when = max(known)
        value = s.money(top, day.currency, lang)
        note = say(lang, "trend_peak", day=s.short_day(when), value=value)
    return s.Section(say(lang, "trend", n=len(day.trend)), facts, note)


def _refunds(day: DailySummary, lang: Lang) -> s.Section:
    net = None
    if day.gmv_fen is not None and day.refund_fen is not None:
        net = day.gmv_fen - day.refund_fen
    facts = (
        s.Fact(say(lang, "refund_rate_value"), s.rate(day.refund_rate_value, lang)),
        s.Fact(say(lang, "refund_rate_count"), s.rate(day.refund_rate_count, lang)),
        s.Fact(say(lang, "refund_value"), s.money(day.refund_fen, day.currency, lang)),
        s.Fact(say(lang, "refund_orders"), s.count(day.refund_orders, lang)),
        s.Fact(say(lang, "net"), s.money(net, day.currency, lang)),
    )
    return s.Section(say(lang, "refunds"), facts)


def _pickup(known: Pickup | None, lang: Lang) -> s.Section:
    pickup = known or Pickup(None)
    apart = say(lang, NO_DATA) if known is None else f"{pickup.negative:,} / {pickup.missing:,}"
    facts = (
        s.Fact(say(lang, "median"), s.hours(pickup.median, lang)),
        s.Fact(say(lang, "mean"), s.hours(pickup.mean, lang)),
        s.Fact(say(lang, "p90"), s.hours(pickup.p90, lang)),
        s.Fact(say(lang, "samples"), s.count(pickup.n, lang)),
        s.Fact(say(lang, "apart"), apart),
    )
    return s.Section(say(lang, "pickup"), facts)


def _hours(hours: tuple[int, ...], lang: Lang) -> s.Section:
    note = say(lang, NO_DATA)
    if hours:
        top = max(hours)
        note = s.orders(0, lang)
        if top:
            note = say(lang, "hour_peak", hour=hours.index(top), n=s.orders(top, lang))
    facts = tuple(s.Fact(f"{at:02d}", f"{n:,}") for at, n in enumerate(hours) if n)
    return s.Section(say(lang, "by_hour"), facts, note)


def _shops(day: DailySummary, lang: Lang) -> s.Section:
    facts = []
    shown = shops_shown(day.shops)
    for at, shop in enumerate(shown):
        name = s.clean(shop.name) or "?"
        if at == len(shown) - 1 and len(shown) < len(day.shops):
            name = say(lang, "other_shops", n=len(day.shops) - at)
        money = s.money(shop.gmv_fen, day.currency, lang)
        orders = "" if shop.orders is None else s.orders(shop.orders, lang)
        facts.append(s.Fact(name, money, orders))
    return s.Section(say(lang, "shops"), tuple(facts), "" if facts else say(lang, NO_DATA))


def shops_shown(shops: tuple[ShopDay, ...]) -> tuple[ShopDay, ...]:
    """Returns at most five rows: the last one, without a name, is the sum of all that remain."""
    if len(shops) <= _SHOPS_SHOWN:
        return shops
    first, rest = shops[: _SHOPS_SHOWN - 1], shops[_SHOPS_SHOWN - 1 :]
    orders = [shop.orders for shop in rest if shop.orders is not None]
    money = [shop.gmv_fen for shop in rest if shop.gmv_fen is not None]
    others = ShopDay("", sum(orders) if orders else None, sum(money) if money else None)
    return (*first, others)


def _exceptions(found: tuple[OpenCode, ...] | None, lang: Lang) -> s.Section:
    heading = say(lang, "exceptions")
    if found is None:
        return s.Section(heading, (), say(lang, NO_DATA))
    total = sum(code.count for code in found)
    if not total:
        return s.Section(heading, (), say(lang, "none_open"))
    kept = found if len(found) <= _CODES_SHOWN else found[: _CODES_SHOWN - 1]
    facts = [s.Fact(s.clean(c.zh if lang == "zh" else c.en), f"{c.count:,}") for c in kept]
    rest = total - sum(code.count for code in kept)
    if rest:
        facts.append(s.Fact(say(lang, "other_codes"), f"{rest:,}"))
    return s.Section(heading, tuple(facts), f"{total:,}")
