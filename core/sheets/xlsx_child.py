"""The process that unpacks one .xlsx: run by file name, with little memory and no imports of ours.

It writes JSON lines: first `{"name": …}`, then `[row number, cell, …]` for each row that is not
blank, then `{"end": true}`; or `{"error": [zh, en]}` at any place.
"""

import contextlib
import datetime as dt
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

MEMORY = 1_536 << 20
SECONDS = 180
OUTPUT = 2 << 30
EXACT = 10**15  # Excel keeps 15 digits: beyond, a number is no longer what was typed
_HIDDEN = re.compile(rb'<row\b[^>]*?\br="(\d+)"[^>]*?\bhidden="(?:1|true)"')


def limit(memory: int, seconds: int) -> None:
    """Bind this process, as far as the system knows such limits."""
    import resource  # noqa: PLC0415 - Unix only, like the rest of the child

    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, OUTPUT),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def text(value: Any) -> str:
    """Return a cell as text: whole numbers without a point, times as ISO, long numbers as E+."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dt.datetime):
        return _rounded(value).isoformat(" ")
    return "" if value is None else str(value)


def _number(value: float) -> str:
    if abs(value) >= EXACT:
        return f"{value:.15e}"
    return str(int(value)) if value == int(value) else f"{value:.15g}"


def _rounded(moment: dt.datetime) -> dt.datetime:
    """Excel's day fractions miss whole seconds by some microseconds."""
    return (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)


def hidden_rows(path: str, title: str) -> list[int]:
    """Return the rows that a filter or a person hid; they look like no rows to whoever exports."""
    found: list[int] = []
    with zipfile.ZipFile(path) as archive, archive.open(_part(archive, title)) as sheet:
        rest = b""
        while chunk := sheet.read(1 << 20):
            chunk = rest + chunk
            found += [int(number) for number in _HIDDEN.findall(chunk)]
            rest = chunk[chunk.rfind(b"<") :] if b"<" in chunk else b""
    return sorted(set(found))


def _part(archive: zipfile.ZipFile, title: str) -> str:
    """Return the name of the part that holds the sheet `title`."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - parts with a DTD were refused

    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - see above
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - see above
    wanted = next(
        value
        for sheet in book.iter()
        if sheet.tag.endswith("}sheet") and sheet.get("name") == title
        for key, value in sheet.attrib.items()
        if key.endswith("}id")
    )
    target = next(link.get("Target", "") for link in links if link.get("Id") == wanted)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def rows(path: str, most_rows: int) -> Iterator[Any]:
    """Yield the messages of the first visible sheet. Raises ValueError((zh, en))."""
    import python_calamine  # noqa: PLC0415 - after the limits are set

    book = python_calamine.CalamineWorkbook.from_path(path)
    visible = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    if not visible:
        raise ValueError("没有可见的工作表", "there is no visible sheet")
    sheet = book.get_sheet_by_name(visible[0])
    _refuse(path, sheet, most_rows)
    yield {"name": sheet.name}
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = [text(cell) for cell in cells]
        if any(row):
            yield [number, *row]
    yield {"end": True}


def _refuse(path: str, sheet: Any, most_rows: int) -> None:
    """Refuse what would be misread: too many rows, merged cells, hidden rows."""
    if sheet.total_height > most_rows:
        raise ValueError(f"超过 {most_rows} 行", f"it has more than {most_rows} rows")
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        where = f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"
        raise ValueError(
            f"有合并的单元格 {where}，请取消合并并填好每一格",
            f"cells {where} are merged: unmerge them and fill every cell",
        )
    hidden = hidden_rows(path, sheet.name)
    if hidden:
        shown = ", ".join(map(str, hidden[:5])) + ("…" if len(hidden) > 5 else "")  # noqa: PLR2004
        raise ValueError(
            f"有隐藏的行（{shown}），请取消筛选或删除它们",
            f"rows are hidden ({shown}): clear the filter or delete them",
        )


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def main() -> None:
    """Write the rows of the file named in the arguments to standard output."""
    path, most_rows = sys.argv[1], int(sys.argv[2])
    limit(MEMORY, SECONDS)
    try:
        for message in rows(path, most_rows):
            sys.stdout.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n")
    except ValueError as error:
        sys.stdout.write(json.dumps({"error": error.args}) + "\n")
    except MemoryError:
        reason = ("打开它要用太多内存", "it needs too much memory to open")
        sys.stdout.write(json.dumps({"error": reason}) + "\n")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")  # type: ignore[union-attr] # a stream
    main()
