"""What does a list of SKUs say, row by row, and which of its rows make no sense?"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from core.domain import convert
from core.domain.errors import BadInput
from core.domain.intake import BadRow
from core.domain.sku_list import SkuRow
from core.sheets.row import Fault, Row, shown
from core.sheets.sheet import Sheet, folded

T = TypeVar("T")

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("编码", "商品编码", "商家编码", "货号", "SKU", "SKU编码", "code", "StockCode"),
    "name": ("名称", "商品名称", "品名", "标题", "name", "title", "Description"),
    "quantity": ("数量", "库存", "库存数量", "quantity", "qty", "stock", "on_hand"),
    "low_at": ("预警", "预警值", "库存预警", "low_at"),
    "image": ("图片", "图片地址", "image"),
    "bundle": ("组合", "组合商品", "bundle"),
}
"""What we look for, under whatever name the list has it."""

_PART = re.compile(r"\s*(.+?)\s*(?:[*×xX＊]\s*(\d{1,6}))?\s*")


@dataclass(slots=True)
class SkuList:
    """A whole list: its good rows and its bad ones."""

    rows: list[SkuRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    has_quantity: bool = False


class _Wrong(ValueError):
    def __init__(self, column: str, fault: Fault) -> None:
        super().__init__(fault.en)
        self.column = column
        self.fault = fault


def read_sku_list(path: Path) -> SkuList:
    """Read a .csv, .csv.gz or .xlsx. Raises BadInput if it cannot be read or has no codes."""
    sheet = Sheet(path)
    try:
        places = _places(sheet)
        listed = SkuList(has_quantity="quantity" in places)
        seen: dict[str, int] = {}
        for row in sheet.rows():
            try:
                one = _sku(row, places)
                _unique(one, seen)
            except _Wrong as wrong:
                listed.bad.append(_bad(sheet.name, row, wrong))
            else:
                listed.rows.append(one)
        return listed
    finally:
        sheet.close()


def _places(sheet: Sheet) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, headings in HEADINGS.items():
        known = {folded(heading) for heading in headings}
        places = [at for at, heading in enumerate(sheet.folded) if heading in known]
        if len(places) > 1:
            both = ", ".join(sheet.heading[at] for at in places)
            raise BadInput(
                f"{sheet.name}：{both} 说的是同一件事，请只留一列。",
                f"{sheet.name}: {both} mean the same; keep one column.",
            )
        if places:
            found[name] = places[0]
    if "code" not in found:
        wanted = " / ".join(HEADINGS["code"])
        raise BadInput(
            f"{sheet.name}：第 1 行里没有编码列（{wanted}）。",
            f"{sheet.name}, row 1: there is no column of codes ({wanted}).",
        )
    return found


def _sku(row: Row, places: Mapping[str, int]) -> SkuRow:
    if row.fault:
        raise _Wrong("", row.fault)

    def cell(name: str, converter: Callable[[Any], T | None]) -> T | None:
        if name not in places:
            return None
        try:
            return converter(row.cells[places[name]])
        except convert.BadValue as error:
            raise _Wrong(name, Fault(error.zh, error.en)) from None

    code = cell("code", convert.identifier)
    if not code:
        raise _Wrong("code", Fault("没有编码", "there is no code"))
    return SkuRow(
        row.no,
        code,
        cell("name", convert.text),
        cell("quantity", _count),
        cell("low_at", _count),
        cell("image", convert.text),
        tuple(_parts(cell("bundle", convert.text) or "", code)),
    )


def _count(value: object) -> int | None:
    found = convert.whole(value)
    if found is None or 0 <= found <= convert.MOST_PIECES:
        return found
    raise convert.BadValue(f"{value!r} 不是合理的数量", f"{value!r} is no quantity")


def _parts(text: str, code: str) -> Iterator[tuple[str, int]]:
    """Read a bundle such as A*2+B*1."""
    for part in filter(None, re.split(r"[+＋,，;；]", text)):
        found = _PART.fullmatch(part)
        pieces = int(found[2] or 1) if found else 0
        if not found or not pieces or found[1].casefold() == code.casefold():
            raise _Wrong(
                "bundle",
                Fault(f"组合“{text}”看不懂，应写成 A*2+B*1", f"bundle {text!r}: write A*2+B*1"),
            )
        yield found[1], pieces


def _unique(one: SkuRow, seen: dict[str, int]) -> None:
    key = one.code.casefold()
    if key in seen:
        raise _Wrong(
            "code",
            Fault(f"和第 {seen[key]} 行是同一个编码", f"the same code as in row {seen[key]}"),
        )
    seen[key] = one.row


def _bad(source: str, row: Row, wrong: _Wrong) -> BadRow:
    return BadRow(source, row.no, wrong.column, wrong.fault.zh, wrong.fault.en, shown(row.raw))
