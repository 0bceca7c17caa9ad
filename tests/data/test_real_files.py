"""The real files of ../shared/data come in whole, and twice is once (figures: test_figures)."""

from pathlib import Path

import pytest

from core.store.door import Store
from tests.sheets import rows, take

DATA = Path(__file__).parents[3] / "shared" / "data"
RETAIL = DATA / "online_retail" / "online_retail_dev.csv.gz"
OLIST = [
    DATA / "olist" / f"olist_{name}_dev.csv.gz"
    for name in ("items", "customers", "payments", "orders")
]

pytestmark = [pytest.mark.data, pytest.mark.slow]


async def test_the_retail_file_comes_in_whole_and_once(store: Store) -> None:
    """Every invoice is an order, a refund, a write-off or in quarantine; again: no change."""
    report = await take(store, [RETAIL], "online-retail")
    tally = report.tally
    assert (tally.new, tally.refunds, tally.write_offs, tally.quarantined) == (12977, 2554, 925, 3)
    assert report.rows == 320_705
    again = await take(store, [RETAIL], "online-retail")
    assert (again.tally.new, again.tally.changed, again.tally.unchanged) == (0, 0, 12977)
    assert again.seen_before == [RETAIL.name]


async def test_olist_orders_without_items_are_kept(store: Store) -> None:
    """Four files in any order become 8,225 orders, most of them without items."""
    report = await take(store, OLIST, "olist")
    assert (report.tally.new, report.tally.quarantined, report.tally.lines) == (8225, 0, 4003)
    without = await rows(
        store,
        "SELECT COUNT(*) AS n FROM orders AS o WHERE NOT EXISTS"
        " (SELECT 1 FROM order_line AS l WHERE l.order_id = o.id)",
    )
    assert without[0]["n"] == 8225 - 3510
    counted = await rows(store, "SELECT SUM(counted) AS n FROM orders")
    assert int(counted[0]["n"]) == 4573
