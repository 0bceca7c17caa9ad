"""C14-C17, H03: amounts, numbers, codes and quantities as marketplaces and Excel write them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.domain import convert
from core.domain.convert import BadValue
from core.domain.intake import Mode
from core.services import allocation
from core.store import catalogue, shelves
from core.store.door import Store
from core.tools.json_text import read_json
from tests.sheets import SIMPLE, csv_file, line, rows, simple, take


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        ("1,299.00", 129_900),
        ("￥99.9", 9_990),
        ("¥ 1,000,000.01", 100_000_001),
        ("99.90元", 9_990),
        (19.9, 1_990),
        (0.1 + 0.2, 30),
        (20, 2_000),
        ("", None),
        (None, None),
        ("１９.９０", 1_990),
        ("0", 0),
    ],
)
def test_C14_an_amount_becomes_exact_fen(value: object, fen: int | None) -> None:
    """Every usual way to write money is exact."""
    assert convert.yuan(value) == fen


@pytest.mark.parametrize(
    "value", ["-5.00", "19.905", "1,29.00", "abc", float("nan"), float("inf"), True, "1e3", [1]]
)
def test_C14_an_amount_in_doubt_is_refused(value: object) -> None:
    """Negative, half a fen, a strange grouping: never a guess."""
    with pytest.raises(BadValue):
        convert.yuan(value)


def test_C14_fen_and_prices() -> None:
    """Fen are whole already; a line is rounded half up once, from an exact price."""
    assert convert.fen("1990") == convert.fen(1990.0) == 1990
    with pytest.raises(BadValue):
        convert.fen(19.9)
    price = convert.price("0.125")
    assert price is not None
    assert convert.amount_of(price, 1) == 13
    assert convert.amount_of(price, -1) == -13
    assert convert.amount_of(price, 2) == 25


def test_C14_a_million_times_1990_is_exact_where_floats_drift() -> None:
    """Control: the same sum in floats is off."""
    one = convert.yuan("19.90")
    assert one is not None
    assert sum([one] * 1_000_000) == 1_990_000_000
    floats = 0.0
    for _ in range(1_000_000):
        floats += 19.90
    assert Decimal(floats) != Decimal(19_900_000)


def test_C15_a_number_of_19_digits_stays_text() -> None:
    """As JSON number and as text it is the same; a float of it is refused, not rounded."""
    data, _ = read_json(b'{"tid": 1234567890123456789}')
    assert convert.identifier(data["tid"]) == "1234567890123456789"
    assert convert.identifier("'1234567890123456789\t") == "1234567890123456789"
    with pytest.raises(BadValue, match="Excel"):
        convert.identifier(1234567890123456789.0)
    assert str(int(1234567890123456789.0)) != "1234567890123456789"  # control: the guess is wrong


@pytest.mark.parametrize("cell", ["1.23457E+18", "1E+18", 1.234567890123457e18])
def test_H03_an_id_damaged_by_excel_is_named(cell: Any) -> None:
    """The reason says what happened and what to do, in both languages."""
    with pytest.raises(BadValue) as caught:
        convert.identifier(cell)
    assert "Excel" in caught.value.zh
    assert "damaged by Excel" in caught.value.en
    assert convert.identifier("85123E") == "85123E"
    assert convert.identifier("17850.0") == "17850"


async def test_H03_damaged_ids_are_put_aside_row_by_row(store: Store, tmp_path: Path) -> None:
    """In a workbook: the number typed as number is flagged, the one kept as text is taken."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(SIMPLE)
    for number in (1234567890123456789, 1234567890123456790, "1234567890123456791"):
        sheet.append(("", *line("x")[1:]))
        sheet.cell(sheet.max_row, 1, number)
    book.save(tmp_path / "orders.xlsx")
    report = await take(store, [tmp_path / "orders.xlsx"], simple())
    assert [(bad.row, bad.column) for bad in report.bad] == [(2, "订单号"), (3, "订单号")]
    assert all("Excel" in bad.reason_zh for bad in report.bad)
    numbers = await rows(store, "SELECT platform_no FROM orders")
    assert [one["platform_no"] for one in numbers] == ["1234567890123456791"]


async def test_C16_an_unknown_sku_waits_alone(store: Store, tmp_path: Path) -> None:
    """The order is kept, its other line is reserved, and the code is asked about once."""

    def stocked(tx: Any) -> None:
        catalogue.write_skus(tx, [catalogue.SkuIn("A", "茶")])
        sku = catalogue.sku_ids(tx, ["A"])["a"]
        move = shelves.Move("in", sku, catalogue.main_warehouse(tx), 10)
        allocation.receive(tx, [move], "test", "test")

    await store.write(stocked)
    lines = [line("1", "A", 2), line("1", "NEU", 1), line("2", "neu", 1)]
    file = csv_file(tmp_path / "o.csv", lines, SIMPLE)
    await take(store, [file], simple(), mode=Mode.LIVE)
    held = await rows(store, "SELECT reserved FROM allocation")
    assert [one["reserved"] for one in held] == [2]
    asked = await rows(store, "SELECT code FROM exception WHERE code = 'SKU_UNMAPPED'")
    assert len(asked) == 1


async def test_C16_a_code_learned_later_and_an_alias_that_wins(
    store: Store, tmp_path: Path
) -> None:
    """A shop's own alias decides what a code means, even if a SKU has the same code."""

    def learned(tx: Any) -> int:
        catalogue.write_skus(tx, [catalogue.SkuIn("A", "茶"), catalogue.SkuIn("B", "杯")])
        ids = catalogue.sku_ids(tx, ["A", "B"])
        shop = catalogue.ensure_shop(tx, "simple", "simple", "Asia/Shanghai", "CNY")
        catalogue.learn_alias(tx, shop.id, "a", ids["b"])
        return ids["b"]

    cup = await store.write(learned)
    await take(store, [csv_file(tmp_path / "o.csv", [line("1", "A")], SIMPLE)], simple())
    assert [one["sku_id"] for one in await rows(store, "SELECT sku_id FROM order_line")] == [cup]


@pytest.mark.parametrize("pieces", [0, -3, 10**9, 1.5, "", "many"])
async def test_C17_a_quantity_that_cannot_be_is_put_aside(
    store: Store, tmp_path: Path, pieces: object
) -> None:
    """The whole order goes into quarantine; no stock moves, and the next order is taken."""
    file = csv_file(tmp_path / "o.csv", [line("1", "A", pieces), line("2", "A", 1)], SIMPLE)
    report = await take(store, [file], simple(create_skus=True), mode=Mode.LIVE)
    assert [(bad.platform_no, bad.column) for bad in report.bad] == [("1", "数量")]
    assert report.tally.new == 1
    assert not await rows(store, "SELECT * FROM ledger WHERE on_hand <> 0")
    wanted = await rows(store, "SELECT wanted FROM allocation")
    assert [one["wanted"] for one in wanted] == [1]
