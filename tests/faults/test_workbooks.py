"""H01, H02, H04, H05: workbooks that would hurt, mislead, or run what they hold."""

import csv
import io
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.exceptions import IllegalCharacterError

from core.domain.errors import BadInput
from core.sheets import xlsx_guard
from core.sheets.cell import CUT, LONGEST, clean
from core.sheets.sheet import Sheet
from core.sheets.write import write_csv, write_xlsx
from core.store.door import Store
from tests.lag import loop_lag
from tests.sheets import SIMPLE, line, rows, simple, take

SHEET = "xl/worksheets/sheet1.xml"


def workbook(path: Path, *lines: tuple[object, ...]) -> Path:
    """Write a small honest workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for one in lines:
        sheet.append(one)
    book.save(path)
    return path


def repacked(path: Path, part: str, text: bytes | None, extra: int = 0) -> Path:
    """Replace one part of a workbook, or add `extra` sheets to it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if text is not None:
        parts[part] = text
    for number in range(extra):
        parts[f"xl/worksheets/sheet{number + 2}.xml"] = b"<worksheet/>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def _big(rows_: int) -> bytes:
    row = b"<row><c><v>1</v></c><c><v>2</v></c></row>"
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>" + row * rows_ + b"</sheetData></worksheet>"
    )


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<worksheet><sheetData/></worksheet>"
)
DECLARED = (
    b'<worksheet><dimension ref="A1:J1000000"/><sheetData>'
    + b"<row/>" * 1000
    + b"</sheetData></worksheet>"
)
BOMBS: dict[str, Callable[[Path], Path]] = {
    "packed zeros": lambda path: repacked(path, SHEET, b"0" * (40 << 20)),
    "a million rows": lambda path: repacked(path, SHEET, DECLARED),
    "many sheets": lambda path: repacked(path, SHEET, None, 3_000),
    "billion laughs": lambda path: repacked(path, SHEET, LAUGHS),
    "laughs in UTF-16": lambda path: repacked(path, SHEET, LAUGHS.decode().encode("utf-16")),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_H01_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, bomb: Callable[[Path], Path]
) -> None:
    """No child is started and no memory is taken: the directory alone tells."""
    path = bomb(workbook(tmp_path / "bomb.xlsx", ("编码",), ("A",)))
    started = time.perf_counter()
    with pytest.raises(BadInput, match="bomb"):
        xlsx_guard.check(path)
    assert time.perf_counter() - started < 1


async def test_H01_a_big_sheet_neither_blocks_nor_fills_the_program(
    store: Store, tmp_path: Path
) -> None:
    """While a sheet is unpacked and refused, the loop answers within 200 ms and stays small."""
    path = repacked(workbook(tmp_path / "big.xlsx", ("编码",), ("A",)), SHEET, _big(800_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with loop_lag() as lag, pytest.raises(BadInput, match="700000 rows"):
        await take(store, [path], simple())
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert lag.slowest < 0.2
    assert grown < 150 * 1024


def test_H01_control_without_the_guard_the_child_still_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: past a guard that is off, a bomb ends in the child's limits, not in our memory."""
    path = BOMBS["packed zeros"](workbook(tmp_path / "bomb.xlsx", ("编码",), ("A",)))
    monkeypatch.setattr(xlsx_guard, "check", lambda _: None)
    with pytest.raises(BadInput):
        Sheet(path)


def _merged(path: Path) -> Path:
    book = openpyxl.load_workbook(workbook(path, SIMPLE, line("1"), line("1", "B")))
    sheet = book.active
    assert sheet is not None
    sheet.merge_cells("A2:A3")
    book.save(path)
    return path


def _hidden(path: Path) -> Path:
    book = openpyxl.load_workbook(workbook(path, SIMPLE, line("1"), line("2")))
    sheet = book.active
    assert sheet is not None
    sheet.row_dimensions[3].hidden = True
    book.save(path)
    return path


def _with(data: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


def _macros(path: Path) -> Path:
    return repacked(workbook(path, SIMPLE, line("1")), "xl/vbaProject.bin", b"macro")


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "old xls": (_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "old .xls"),
    "web page": (_with(b"<html><table><tr><td>1</td></tr></table></html>"), "web page"),
    "empty": (_with(b""), "empty"),
    "not a zip": (_with(b"PK\x03\x04 rubbish"), "damaged"),
    "cut": (lambda path: _with(workbook(path, SIMPLE).read_bytes()[:-200])(path), "damaged"),
    "another zip": (lambda path: _zip(path, "a.txt"), "not an .xlsx"),
    "macros": (_macros, "macros"),
    "merged": (_merged, "A2:A3"),
    "hidden row": (_hidden, r"hidden \(3\)"),
    "title above": (lambda path: workbook(path, ("三月订单",), SIMPLE, line("1")), "row 2"),
    "wrong columns": (lambda path: workbook(path, ("a", "b"), ("1", "2")), "no column 订单号"),
    "nothing": (lambda path: workbook(path, (None,)), "nothing in it"),
    "two columns of a name": (
        lambda path: workbook(path, (*SIMPLE, "订单号"), (*line("1"), "2")),
        "two columns",
    ),
    "cut archive": (_with(b"\x1f\x8b\x08\x00rubbish"), "incomplete"),
}


def _zip(path: Path, name: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")
    return path


@pytest.mark.parametrize(("make", "reason"), BAD.values(), ids=BAD.keys())
async def test_H02_a_bad_workbook_is_refused_with_a_reason(
    store: Store, tmp_path: Path, make: Callable[[Path], Path], reason: str
) -> None:
    """One clear sentence, where it can with the cell; and nothing is half-imported."""
    path = make(tmp_path / "orders.xlsx")
    with pytest.raises(BadInput, match=reason) as caught:
        await take(store, [path], simple())
    assert "orders.xlsx" in caught.value.zh
    assert not await rows(store, "SELECT * FROM orders")


async def test_H02_a_second_heading_row_is_put_aside(store: Store, tmp_path: Path) -> None:
    """A heading repeated in English below the Chinese one is a bad row, not an order."""
    english = ("no", "time", "status", "amount", "note", "code", "name", "qty")
    path = workbook(tmp_path / "o.xlsx", SIMPLE, english, line("1"))
    report = await take(store, [path], simple())
    assert (report.tally.new, [bad.row for bad in report.bad]) == (1, [2])


async def test_H02_a_good_workbook_reads_as_its_csv(store: Store, tmp_path: Path) -> None:
    """Numbers typed as numbers and times as times come out as a .csv would have them."""
    path = workbook(tmp_path / "o.xlsx", SIMPLE, line("1", amount=19.9), line("1", "B", 2))
    report = await take(store, [path], simple())
    assert report.bad == []
    order = (await rows(store, "SELECT gmv_fen, units FROM orders"))[0]
    assert order == {"gmv_fen": 1990, "units": 3}


RISKY = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "＝1+1", "'=1", "'", "-", "a,b",
         'a "b"', "a\nb", "https://x", "00123", "1234567890123456789"]  # fmt: skip


def _written(kind: str, path: Path, texts: list[str]) -> list[str]:
    """Write texts and read them back."""
    with path.open("wb") as file:
        lines: list[list[str | int]] = [[text, number] for number, text in enumerate(texts)]
        if kind == "csv":
            write_csv(file, ["备注", "n"], lines)
        else:
            write_xlsx(file, "表", ["备注", "n"], lines)
    sheet = Sheet(path)
    found = [row.cells[0] for row in sheet.rows()]
    sheet.close()
    return found


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_H04_what_looks_like_a_formula_stays_text(tmp_path: Path, kind: str) -> None:
    """No cell is a formula, and every text comes back as it was."""
    path = tmp_path / f"out.{kind}"
    assert _written(kind, path, RISKY) == [clean(text) for text in RISKY]
    if kind == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [row[0] for row in csv.reader(file)]
        assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\0＝"))]
    else:
        sheet = openpyxl.load_workbook(path).active
        assert sheet is not None
        assert {cell.data_type for cell in sheet["A"]} == {"s"}
        assert not [cell for cell in sheet["A"] if cell.hyperlink]


def test_H04_control_the_plain_writer_makes_a_formula() -> None:
    """Control: openpyxl, left to itself, stores "=1+1" as something that runs."""
    file = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["=1+1"])
    book.save(file)
    again = openpyxl.load_workbook(file).active
    assert again is not None
    assert again["A1"].data_type == "f"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_H05_control_characters_and_long_remarks_are_written(tmp_path: Path, kind: str) -> None:
    """A \\x0b becomes its picture; 40,000 characters are cut with a mark that says so."""
    found = _written(kind, tmp_path / f"out.{kind}", ["加\x0b急", "长" * 40_000, "x" * LONGEST])
    assert found[0] == "加␋急"
    assert found[1].endswith(CUT)
    assert len(found[1]) == LONGEST
    assert found[2] == "x" * LONGEST


def test_H05_control_the_plain_writer_raises() -> None:
    """Control: openpyxl refuses the same remark, which would lose the whole export."""
    sheet = openpyxl.Workbook().active
    assert sheet is not None
    with pytest.raises(IllegalCharacterError):
        sheet.append(["加\x0b急"])
