"""How did a day, or a stretch of days, go? Definitions: docs/kpi.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.exceptions import KINDS, Kind
from core.domain.kpi import DEFAULT_ZONE, DayReport, Figures, RangeReport, days_window
from core.domain.schedule import local_date
from core.store import catalogue, exceptions, kpi
from core.store.catalogue import Shop
from core.store.kpi import Window
from core.store.tx import Tx

QUARTER_S = 900
DEFAULT_CURRENCY = "CNY"


def report_day(tx: Tx, day: date, shop: Shop | None = None) -> DayReport:
    """Return the figures of `day`: of one shop, or of all, each by its own zone, summed.

    Averages of several shops are taken over all their orders, not over the shops' averages.
    """
    whole = report_range(tx, day, day, shop)
    return DayReport(day, whole.zone, whole.figures)


def report_range(tx: Tx, first: date, last: date, shop: Shop | None = None) -> RangeReport:
    """Return the figures of the days `first` to `last`, both included."""
    shops = [shop] if shop else catalogue.shops(tx)
    windows = [(0, one.id, *days_window(first, last, one.zone)) for one in shops]
    found = kpi.figures(tx, windows).get(0, Figures())
    return RangeReport(first, last, zones(shops), found)


def zones(shops: Sequence[Shop]) -> str:
    """Name the zones that cut the days of some shops."""
    return ", ".join(sorted({shop.zone for shop in shops})) or DEFAULT_ZONE


def shops_of(tx: Tx) -> list[Shop]:
    """Return every shop."""
    return catalogue.shops(tx)


def find_shop(tx: Tx, name: str) -> Shop | None:
    """Return the shop `name`, whatever its case, or None."""
    wanted = name.strip().casefold()
    return next((one for one in catalogue.shops(tx) if one.name.casefold() == wanted), None)


def shop_by_id(tx: Tx, shop_id: int) -> Shop | None:
    """Return a shop, or None (0 stands for all of them)."""
    return next((one for one in catalogue.shops(tx) if one.id == shop_id), None)


def days(tx: Tx, last: date, count: int, shops: Sequence[Shop]) -> list[tuple[date, Figures]]:
    """Return the figures of `count` days up to `last`, oldest first; shops summed."""
    all_days = [last - timedelta(days=back) for back in reversed(range(count))]
    windows: list[Window] = [
        (at, shop.id, *days_window(day, day, shop.zone))
        for at, day in enumerate(all_days)
        for shop in shops
    ]
    found = kpi.figures(tx, windows)
    return [(day, found.get(at, Figures())) for at, day in enumerate(all_days)]


@dataclass(frozen=True, slots=True)
class ShopFigures:
    """One shop's share of a day."""

    shop: Shop
    figures: Figures


@dataclass(frozen=True, slots=True)
class DayPanel:
    """All that the daily summary shows: the report and what stands around it.

    `trend` holds the days up to this one, oldest first; `hours` the orders of each hour on the
    wall; `open_codes` the exceptions open now, most first; `mixed` says that shops of several
    currencies were added up.
    """

    report: DayReport
    currency: str
    mixed: bool
    trend: tuple[tuple[date, Figures], ...]
    shops: tuple[ShopFigures, ...]
    hours: tuple[int, ...]
    open_codes: tuple[tuple[Kind, int], ...]


def day_panel(tx: Tx, day: date, shop: Shop | None = None, *, trend_days: int = 14) -> DayPanel:
    """Return the daily summary of `day`, of one shop or of all."""
    shops = [shop] if shop else catalogue.shops(tx)
    each = kpi.figures(tx, [(one.id, one.id, *days_window(day, day, one.zone)) for one in shops])
    ranked = sorted(shops, key=lambda one: -each[one.id].gmv_fen)
    currencies = {one.currency for one in shops}
    return DayPanel(
        report=report_day(tx, day, shop),
        currency=ranked[0].currency if ranked else DEFAULT_CURRENCY,
        mixed=len(currencies) > 1,
        trend=tuple(days(tx, day, trend_days, shops)),
        shops=tuple(ShopFigures(one, each[one.id]) for one in ranked),
        hours=_hours(tx, day, shops),
        open_codes=open_codes(tx),
    )


@dataclass(frozen=True, slots=True)
class Period:
    """Some days, oldest first, their figures together, and those of as many days before."""

    shop: str
    zone: str
    currency: str
    mixed: bool
    days: tuple[tuple[date, Figures], ...]
    now: Figures
    before: Figures
    open_codes: tuple[tuple[Kind, int], ...]


def period(tx: Tx, last: date, count: int, shop: Shop | None = None) -> Period:
    """Return the key figures of `count` days up to `last`, of one shop or of all."""
    shops = [shop] if shop else catalogue.shops(tx)
    first = last - timedelta(days=count - 1)
    currencies = sorted({one.currency for one in shops})
    return Period(
        shop=shops[0].name if len(shops) == 1 else "",
        zone=zones(shops),
        currency=currencies[0] if currencies else DEFAULT_CURRENCY,
        mixed=len(currencies) > 1,
        days=tuple(days(tx, last, count, shops)),
        now=report_range(tx, first, last, shop).figures,
        before=report_range(
            tx, first - timedelta(days=count), first - timedelta(days=1), shop
        ).figures,
        open_codes=open_codes(tx),
    )


def open_codes(tx: Tx) -> tuple[tuple[Kind, int], ...]:
    """Return how many exceptions are open, by code, the most first."""
    return tuple((KINDS[row["code"]], row["n"]) for row in exceptions.open_by_code(tx))


def _hours(tx: Tx, day: date, shops: Sequence[Shop]) -> tuple[int, ...]:
    hours = [0] * 24
    for shop in shops:
        zone = ZoneInfo(shop.zone)
        for quarter, n in kpi.quarters(tx, [(0, shop.id, *days_window(day, day, shop.zone))]):
            hours[datetime.fromtimestamp(quarter * QUARTER_S, UTC).astimezone(zone).hour] += n
    return tuple(hours)


def today(tx: Tx, now: int, shop: Shop | None = None) -> date:
    """Return the date on the wall of the shop, or of the oldest shop."""
    shops = [shop] if shop else catalogue.shops(tx)
    return local_date(now, shops[0].zone if shops else DEFAULT_ZONE)


def last_day_sold(tx: Tx, shop: Shop | None = None) -> date | None:
    """Return the newest day on which anything was sold."""
    found = []
    for one in [shop] if shop else catalogue.shops(tx):
        paid_at = kpi.newest_paid(tx, one.id)
        if paid_at is not None:
            found.append(local_date(paid_at, one.zone))
    return max(found, default=None)
