"""Are the figures of a day what docs/kpi.md says, to the fen and on both databases?"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.intake import Mode, OrderIn, Page, RefundIn
from core.domain.kpi import HOUR_MS, day_start, days_window, pickup_time, ranks
from core.domain.order import PlatformStatus, Refund
from core.services import Tx, intake, summary
from core.services.intake import How
from core.store import catalogue
from core.store.door import Store
from tests.shop import order

HISTORY = How(Mode.HISTORY, "test", create_skus=True)
ZONES = ("Asia/Shanghai", "Europe/London", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC")


def at(zone: str, text: str) -> int:
    """Return the moment of a time on the wall of `zone`."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def sold(number: str, paid_at: int, hours: float | None = None, **more: object) -> OrderIn:
    picked = None if hours is None else paid_at + round(hours * HOUR_MS)
    made = order(number, ("A", 2), paid_at=paid_at)
    return replace(made, picked_up_at=picked, **more)  # type: ignore[arg-type]


async def fill(store: Store, shop: str, zone: str, page: Page) -> None:
    def take(tx: Tx) -> None:
        intake.take_in(tx, catalogue.ensure_shop(tx, shop, "file", zone, "CNY"), page, HISTORY)

    await store.write(take)


def refund(number: str, moment: int, fen: int) -> RefundIn:
    return RefundIn(number, number.encode(), "{}", moment, fen, 1)


@pytest.mark.parametrize("zone", [*ZONES, "Africa/Cairo", "America/Havana"])
def test_days_tile_the_year(zone: str) -> None:
    """Each day ends where the next begins, and its noon is inside it, summer time or not."""
    day = date(2017, 1, 1)
    while day.year == 2017:
        start, end = days_window(day, day, zone)
        assert end == day_start(day + timedelta(days=1), zone)
        assert start < at(zone, f"{day}T12:00") < end
        assert datetime.fromtimestamp(start / 1000, ZoneInfo(zone)).date() == day
        assert datetime.fromtimestamp(end / 1000 - 0.001, ZoneInfo(zone)).date() == day
        day += timedelta(days=1)


@given(st.lists(st.integers(0, 10**10), min_size=1, max_size=60))
def test_averages_are_those_of_pandas(times: list[int]) -> None:
    """Median, mean and p90 from ranks equal pandas' default (linear) over the same hours."""
    ordered = sorted(times)
    wanted = {rank for low, high, _ in ranks(len(times)).values() for rank in (low, high)}
    got = pickup_time(len(times), sum(times), {rank: ordered[rank] for rank in wanted}, 0, 0)
    hours = pd.Series(times, dtype="float64") / HOUR_MS
    assert got.median == pytest.approx(hours.median())
    assert got.mean == pytest.approx(hours.mean())
    assert got.p90 == pytest.approx(hours.quantile(0.9))


async def test_a_day_has_the_keys_and_definitions(store: Store) -> None:
    """One day with every case: counted or not, negative, missing, refunded, and its edges."""
    zone = "Asia/Shanghai"
    day = at(zone, "2026-03-02T00:00")
    await fill(
        store,
        "taobao",
        zone,
        Page(
            orders=[
                sold("first-ms", day, 1.0),
                sold("second", day + HOUR_MS, 2.0),
                sold("third", day + 2 * HOUR_MS, 4.0),
                sold("last-ms", day + 24 * HOUR_MS - 1, None),
                sold("negative", day + 3 * HOUR_MS, -5.0),
                sold("left out", day + 3 * HOUR_MS, 1.0, counted=False),
                sold("yesterday", day - 1, 1.0),
                sold("tomorrow", day + 24 * HOUR_MS, 1.0),
                replace(sold("never paid", day), paid_at=None, status=PlatformStatus.WAIT_PAY),
            ],
            refunds=[refund("C1", day + 5, 1234), refund("C2", day - 5, 99)],
        ),
    )
    report = await store.read(lambda tx: summary.report_day(tx, date(2026, 3, 2)))
    assert report.to_json() == {
        "date": "2026-03-02",
        "zone": zone,
        "orders": 5,
        "units": 10,
        "gmv_fen": 10_000,
        "refund_orders": 1,
        "refund_fen": 1234,
        "refund_rate_count": 0.2,
        "refund_rate_value": 0.1234,
        "pay_to_pickup_h": {
            "n": 3,
            "median": 2.0,
            "mean": pytest.approx(7 / 3),
            "p90": pytest.approx(3.6),
            "negative": 1,
            "missing": 1,
        },
    }


async def test_a_day_without_orders_has_no_rates(store: Store) -> None:
    """J05: a day with nothing in it has zeros and no rate, with and without a shop."""
    empty = await store.read(lambda tx: summary.report_day(tx, date(2026, 3, 2)))
    assert empty.zone == "Asia/Shanghai"
    await fill(store, "taobao", "Europe/London", Page())
    report = (await store.read(lambda tx: summary.report_day(tx, date(2026, 3, 2)))).to_json()
    assert (report["orders"], report["gmv_fen"], report["zone"]) == (0, 0, "Europe/London")
    assert report["refund_rate_count"] is None
    assert report["refund_rate_value"] is None
    assert report["pay_to_pickup_h"]["median"] is None


async def test_sum_of_shops_is_the_total_and_days_are_the_range(store: Store) -> None:
    """I11: every order is in one shop-day; shops add up to the total, days to the range."""
    for number, zone in enumerate(ZONES):
        spring = day_start(date(2017, 3, 24), zone)
        await fill(
            store,
            f"shop {number}",
            zone,
            Page(
                orders=[
                    sold(f"{number}-{step}", spring + step * 7 * HOUR_MS // 2, (step % 7) - 1.0)
                    for step in range(40)
                ],
                refunds=[refund(f"C{number}", spring + HOUR_MS, 500)],
            ),
        )

    first, last = date(2017, 3, 22), date(2017, 4, 1)

    def check(tx: Tx) -> None:
        for span in [(first, last)] + [
            (first + timedelta(n), first + timedelta(n)) for n in range((last - first).days + 1)
        ]:
            whole = summary.report_range(tx, *span).figures
            each = [summary.report_range(tx, *span, shop).figures for shop in summary.shops_of(tx)]
            for name in ("orders", "units", "gmv_fen", "refund_orders", "refund_fen"):
                assert getattr(whole, name) == sum(getattr(one, name) for one in each)
            for name in ("n", "negative", "missing"):
                assert getattr(whole.pickup, name) == sum(
                    getattr(one.pickup, name) for one in each
                )
        days = summary.days(tx, last, (last - first).days + 1, summary.shops_of(tx))
        total = summary.report_range(tx, first, last).figures
        assert sum(day.orders for _, day in days) == total.orders == 40 * len(ZONES)
        assert [day for _, day in days] == [
            summary.report_day(tx, when).figures for when, _ in days
        ]
        panel = summary.day_panel(tx, date(2017, 3, 26))
        assert sum(panel.hours) == panel.report.figures.orders
        assert sum(one.figures.gmv_fen for one in panel.shops) == panel.report.figures.gmv_fen

    await store.read(check)


async def test_a_platform_refund_counts_once_on_the_day_of_its_last_step(store: Store) -> None:
    """A refund first of a part, then of all, is one refund of the later day."""
    zone = "Asia/Shanghai"
    paid = at(zone, "2026-03-02T09:00")
    bought = replace(sold("one", paid), modified_at=paid)
    await fill(store, "taobao", zone, Page(orders=[bought]))
    for days, how, fen in ((1, Refund.PARTIAL, 300), (3, Refund.REFUNDED, 2000)):
        later = replace(
            bought,
            digest=str(days).encode(),
            modified_at=paid + days * 24 * HOUR_MS,
            refund=how,
            refund_fen=fen,
        )
        await fill(store, "taobao", zone, Page(orders=[later]))
    found = await store.read(
        lambda tx: [summary.report_day(tx, date(2026, 3, day)).figures for day in (2, 3, 5)]
    )
    assert [one.refund_orders for one in found] == [0, 0, 1]
    assert [one.refund_fen for one in found] == [0, 0, 2000]
