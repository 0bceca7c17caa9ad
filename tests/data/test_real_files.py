"""The real files of ../shared/data, against a straight pandas calculation."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.services import summary
from core.store.door import Store
from tests.sheets import rows, take

DATA = Path(__file__).parents[3] / "shared" / "data"
RETAIL = DATA / "online_retail" / "online_retail_dev.csv.gz"
OLIST = [
    DATA / "olist" / f"olist_{name}_dev.csv.gz"
    for name in ("items", "customers", "payments", "orders")
]

pytestmark = [
    pytest.mark.data,
    pytest.mark.slow,
    pytest.mark.skipif(not RETAIL.exists(), reason="left out: no data"),
]

DAYS = ["2010-12-01", "2011-03-27", "2011-08-12", "2011-08-30", "2011-08-20"]


def retail_by_pandas(frame: pd.DataFrame, day: str) -> dict[str, Any]:
    """Return a day's figures by the definitions of the report, without our code."""
    number = frame["InvoiceNo"]
    first = frame.groupby("InvoiceNo")["InvoiceDate"].transform("first").str[:10]
    of_day = frame[first == day]
    plain = of_day[number.str.isdigit() & (of_day["Quantity"] > 0)]
    back = of_day[number.str.startswith("C")]
    orders, refunds = plain["InvoiceNo"].nunique(), back["InvoiceNo"].nunique()
    gmv, refund = _fen(plain).sum(), _fen(back).sum()
    return {
        "date": day,
        "zone": "Europe/London",
        "orders": orders,
        "units": int(plain["Quantity"].sum()),
        "gmv_fen": int(gmv),
        "refund_orders": refunds,
        "refund_fen": int(refund),
        "refund_rate_count": refunds / orders if orders else None,
        "refund_rate_value": refund / gmv if gmv else None,
    }


def _fen(lines: pd.DataFrame) -> pd.Series:
    """Return quantity x price per line in fen, half up: in thousandths, so that it is exact."""
    thousandths = lines["Quantity"].abs() * (lines["UnitPrice"] * 1000).round().astype("int64")
    return (thousandths + 5) // 10


async def test_online_retail_equals_pandas(store: Store) -> None:
    """Whole days of the retail file, with the refunds of their own day, are equal to the fen."""
    report = await take(store, [RETAIL], "online-retail")
    tally = report.tally
    assert (tally.new, tally.refunds, tally.write_offs, tally.quarantined) == (12977, 2554, 925, 3)
    assert report.rows == 320_705
    frame = pd.read_csv(RETAIL, dtype={"InvoiceNo": str, "StockCode": str, "CustomerID": str})
    for day in DAYS:
        wanted = retail_by_pandas(frame, day)
        found = (
            await store.read(lambda tx, day=day: summary.report_day(tx, date.fromisoformat(day)))
        ).to_json()
        for key in ("date", "zone", "orders", "units", "gmv_fen", "refund_orders", "refund_fen"):
            assert found[key] == wanted[key], (day, key)
        for key in ("refund_rate_count", "refund_rate_value"):
            assert found[key] == (
                pytest.approx(wanted[key], abs=1e-6) if wanted[key] is not None else None
            ), (day, key)
    again = await take(store, [RETAIL], "online-retail")
    assert (again.tally.new, again.tally.changed, again.tally.unchanged) == (0, 0, 12977)


async def test_olist_pay_to_pickup(store: Store) -> None:
    """2017 by pay date over the unbiased sample: median 50.69 h, five negatives apart."""
    report = await take(store, OLIST, "olist")
    assert (report.tally.new, report.tally.quarantined) == (8225, 0)
    without = await rows(
        store,
        "SELECT COUNT(*) AS n FROM orders AS o WHERE NOT EXISTS"
        " (SELECT 1 FROM order_line AS l WHERE l.order_id = o.id)",
    )
    assert without[0]["n"] == 8225 - 3510
    found = (
        await store.read(lambda tx: summary.report_range(tx, date(2017, 1, 1), date(2017, 12, 31)))
    ).to_json()
    hours = found["pay_to_pickup_h"]
    assert hours["negative"] == 5
    assert hours["n"] == 4426
    assert hours["median"] == pytest.approx(50.69, abs=0.005)
