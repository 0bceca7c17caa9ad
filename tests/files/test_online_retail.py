"""The rules of the Online Retail file, on files small enough to read."""

from pathlib import Path

import pytest

from core.domain.intake import Mode
from core.store.door import Store
from tests.sheets import csv_file, csv_text, everything, retail, rows, take

FILE = [
    retail("536365", "85123A", 6, "2.55", "2010-12-01 08:26:00"),
    retail("536365", "85123a", 6, "2.55", "2010-12-01 08:27:00"),
    retail("536366", "22423", 1, "0.125", "2010-12-01 08:28:00"),
    retail("536365", "POST", 1, "18.00", "2010-12-01 08:26:00"),
    retail("536366", "22423", 2, "0.0", "2010-12-01 08:28:00"),
    retail("C536379", "D", -1, "27.50", "2010-12-01 09:41:00"),
    retail("C536379", "22423", -2, "1.255", "2010-12-01 09:41:00"),
    retail("536589", "21777", -10, "0.0", "2010-12-01 16:50:00"),
    retail("A563185", "B", 1, "11062.06", "2011-08-12 14:50:00"),
]


async def test_invoices_become_orders(store: Store, tmp_path: Path) -> None:
    """Lines of one invoice meet over the whole file; its time is its first row's, in London."""
    report = await take(store, [csv_file(tmp_path / "r.csv", FILE)], "online-retail")
    tally = report.tally
    assert (tally.new, tally.refunds, tally.write_offs, tally.quarantined) == (2, 1, 1, 1)
    orders = await rows(store, "SELECT * FROM orders ORDER BY platform_no")
    assert [one["platform_no"] for one in orders] == ["536365", "536366"]
    assert orders[0]["placed_at"] == orders[0]["paid_at"] == 1_291_191_960_000
    assert orders[0]["gmv_fen"] == 2 * 1530 + 1800
    assert orders[1]["gmv_fen"] == 13  # 0.125 is half a penny: up
    assert [one["units"] for one in orders] == [13, 3]
    assert {one["buyer_nick"] for one in orders} == {"17850"}
    assert {one["platform_status"] for one in orders} == {"PAID"}


async def test_identical_rows_are_lines_and_codes_have_no_case(
    store: Store, tmp_path: Path
) -> None:
    """Two equal rows stay two lines of one SKU; postage is a SKU that holds no stock."""
    await take(store, [csv_file(tmp_path / "r.csv", FILE)], "online-retail")
    lines = await rows(
        store,
        "SELECT l.no, s.code_key, s.holds_stock FROM order_line AS l"
        " JOIN orders AS o ON o.id = l.order_id JOIN sku AS s ON s.id = l.sku_id"
        " WHERE o.platform_no = '536365' ORDER BY l.no",
    )
    assert [tuple(one.values()) for one in lines] == [
        (1, "85123a", 1),
        (2, "85123a", 1),
        (3, "post", 0),
    ]


async def test_refunds_and_write_offs_are_documents_of_their_own(
    store: Store, tmp_path: Path
) -> None:
    """A C invoice is a positive refund of its day; a negative line keeps its note."""
    await take(store, [csv_file(tmp_path / "r.csv", FILE)], "online-retail")
    refund = (await rows(store, "SELECT * FROM refund_doc"))[0]
    assert (refund["doc_no"], refund["amount_fen"], refund["pieces"]) == ("C536379", 3001, 3)
    gone = (await rows(store, "SELECT * FROM write_off"))[0]
    assert (gone["outer_code"], gone["pieces"], gone["note"]) == ("21777", 10, "THING 21777")


async def test_an_adjustment_is_quarantined_with_its_place(store: Store, tmp_path: Path) -> None:
    """An A invoice is no order: file, row, reason and the raw text are kept."""
    report = await take(store, [csv_file(tmp_path / "r.csv", FILE)], "online-retail")
    kept = (await rows(store, "SELECT * FROM quarantine"))[0]
    assert (kept["source"], kept["row_no"], kept["platform_no"]) == ("r.csv", 10, "A563185")
    assert "11062.06" in kept["raw"]
    assert "A" in report.bad[0].reason_zh


async def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    """The second import finds every order unchanged and says that the file is known."""
    file = csv_file(tmp_path / "r.csv", FILE)
    await take(store, [file], "online-retail")
    before = await everything(store)
    report = await take(store, [file], "online-retail")
    assert (report.tally.new, report.tally.changed, report.tally.unchanged) == (0, 0, 2)
    assert (report.tally.refunds, report.tally.write_offs) == (0, 0)
    assert report.seen_before == ["r.csv"]
    assert await everything(store) == before


async def test_a_whole_order_replaces_its_earlier_version(store: Store, tmp_path: Path) -> None:
    """A line that is gone in the newer file is gone in the store; the others are new."""
    await take(store, [csv_file(tmp_path / "r.csv", FILE[:2])], "online-retail")
    report = await take(
        store, [csv_file(tmp_path / "s.csv", [retail("536365", "X1", 3)])], "online-retail"
    )
    assert report.tally.changed == 1
    lines = await rows(store, "SELECT outer_code, pieces FROM order_line")
    assert [tuple(one.values()) for one in lines] == [("X1", 3)]


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0)])
async def test_a_file_cut_between_orders_may_arrive_in_any_order(
    store: Store, tmp_path: Path, order: tuple[int, ...]
) -> None:
    """Three pieces of a file in each order leave the tables that the whole file leaves."""
    parts = [FILE[:5], FILE[5:8], FILE[8:]]
    for at in order:
        await take(store, [csv_file(tmp_path / f"{at}.csv", parts[at])], "online-retail")
    pieces = await everything(store)
    report = await take(store, [csv_file(tmp_path / "r.csv", FILE)], "online-retail")
    assert report.tally.new == report.tally.changed == 0
    assert await everything(store) == pieces


async def test_a_dry_run_counts_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    """`dry_run` says what an import would do, first on an empty store, then on a full one."""
    file = csv_file(tmp_path / "r.csv", FILE)
    dry = await take(store, [file], "online-retail", dry_run=True)
    assert not any(await everything(store))
    assert not await rows(store, "SELECT * FROM shop")
    real = await take(store, [file], "online-retail")
    assert dry.tally == real.tally
    again = await take(store, [file], "online-retail", dry_run=True)
    assert (again.tally.new, again.tally.unchanged) == (0, 2)


async def test_live_orders_lock_stock(store: Store, tmp_path: Path) -> None:
    """`--as live` treats an invoice as paid: with empty shelves it is short, and says so."""
    report = await take(
        store, [csv_file(tmp_path / "r.csv", FILE)], "online-retail", mode=Mode.LIVE
    )
    assert report.tally.short == 2
    assert {one["stock"] for one in await rows(store, "SELECT stock FROM orders")} == {"SHORT"}


async def test_a_bad_row_takes_its_whole_order_and_no_other(store: Store, tmp_path: Path) -> None:
    """A row with a wrong number of cells, a bad quantity and a bad date: three orders apart."""
    text = csv_text([retail("1", "A", 1), retail("1", "B", "x"), retail("2", "C", 2)])
    text += "3,C,THING,1\r\n"
    text += csv_text([retail("4", "D", 1, at="30/08/2011")]).split("\n", 1)[1]
    file = tmp_path / "r.csv"
    file.write_text(text, "utf-8")
    report = await take(store, [file], "online-retail")
    assert report.tally.new == 1
    assert report.tally.quarantined == 3
    found = {(bad.platform_no, bad.row, bad.column) for bad in report.bad}
    assert found == {("1", 3, "Quantity"), ("3", 5, ""), ("4", 6, "InvoiceDate")}
    kept = await rows(store, "SELECT raw FROM quarantine WHERE platform_no = '1'")
    assert "THING A" in kept[0]["raw"]
    assert "THING B" in kept[0]["raw"]
