"""Are the figures of real orders those of a straight pandas calculation, day for day?"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.adapters.files import presets
from core.domain.kpi import HOUR_MS, Figures
from core.services import summary
from core.store.door import Store
from jobs.import_files import Options, import_orders

DATA = Path(__file__).parents[3] / "shared" / "data"
RETAIL = DATA / "online_retail" / "online_retail_dev.csv.gz"
OLIST = [
    DATA / "olist" / f"olist_{name}_dev.csv.gz"
    for name in ("orders", "items", "payments", "customers")
]
pytestmark = pytest.mark.data


def retail_days() -> Any:
    """Return orders, units, GMV, refunds and their value by day, straight from the file."""
    rows = pd.read_csv(RETAIL, dtype=str)
    rows["pieces"] = rows.Quantity.astype(int)
    rows["fen"] = [
        int((Decimal(price) * pieces * 100).quantize(Decimal(1), ROUND_HALF_UP))
        for price, pieces in zip(rows.UnitPrice, rows.pieces, strict=True)
    ]
    first = pd.to_datetime(rows.groupby("InvoiceNo").InvoiceDate.transform("first"))
    rows["day"] = first.dt.date
    refunds = rows[rows.InvoiceNo.str.startswith("C")]
    adjusted = rows.InvoiceNo.str.startswith("A")
    sold = rows[~rows.InvoiceNo.str.startswith("C") & ~adjusted & (rows.pieces > 0)]
    by_day, back = sold.groupby("day"), refunds.groupby("day")
    columns = {
        "orders": by_day.InvoiceNo.nunique(),
        "units": by_day.pieces.sum(),
        "gmv_fen": by_day.fen.sum(),
        "refund_orders": back.InvoiceNo.nunique(),
        "refund_fen": -back.fen.sum(),
    }
    return pd.DataFrame(columns).fillna(0).astype(int)


def on_the_wall(texts: Any) -> Any:
    """Return the moments of times in São Paulo: hours across a change of the clock are real."""
    return pd.to_datetime(texts).dt.tz_localize(
        "America/Sao_Paulo", ambiguous=True, nonexistent="shift_forward"
    )


async def test_every_day_of_online_retail(store: Store) -> None:
    """Each of the days equals pandas to the penny, and so does the sum over all of them."""
    await import_orders(store, [RETAIL], presets.preset("online-retail"), Options())
    wanted = retail_days()
    for day, row in wanted.iterrows():
        when = date.fromisoformat(str(day))
        found = await store.read(partial(summary.report_day, day=when))
        figures = found.figures
        assert {name: getattr(figures, name) for name in wanted.columns} == row.to_dict(), day
    first, last = wanted.index.min(), wanted.index.max()
    whole = await store.read(lambda tx: summary.report_range(tx, first, last))
    assert {name: getattr(whole.figures, name) for name in wanted.columns} == dict(wanted.sum())
    report = (await store.read(lambda tx: summary.report_day(tx, date(2011, 8, 30)))).to_json()
    assert (report["zone"], report["pay_to_pickup_h"]["missing"]) == ("Europe/London", 43)
    assert report["refund_rate_count"] == pytest.approx(7 / 43)


async def test_pay_to_pickup_of_olist_in_2017(store: Store) -> None:
    """Over the unbiased tenth the hours equal pandas': median 50.69, five negative apart."""
    await import_orders(store, OLIST, presets.preset("olist"), Options())
    rows = pd.read_csv(OLIST[0])
    paid = on_the_wall(rows.order_approved_at)
    picked = on_the_wall(rows.order_delivered_carrier_date)
    counted = (rows.in_random10 == 1) & (paid.dt.year == 2017)
    hours = (picked - paid)[counted].dt.total_seconds() * 1000 / HOUR_MS
    good = hours[hours >= 0]
    found: Figures = (
        await store.read(lambda tx: summary.report_range(tx, date(2017, 1, 1), date(2017, 12, 31)))
    ).figures
    pickup = found.pickup
    assert (found.orders, pickup.n, pickup.negative) == (counted.sum(), len(good), 5)
    assert pickup.missing == hours.isna().sum()
    assert pickup.median == pytest.approx(good.median())
    assert pickup.median == pytest.approx(50.69, abs=0.005)
    assert pickup.mean == pytest.approx(good.mean())
    assert pickup.p90 == pytest.approx(good.quantile(0.9))
