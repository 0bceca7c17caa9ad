"""One spreadsheet file as its heading and rows, whatever its format; may be read several times."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from core.domain.errors import BadInput
from core.sheets.charset import charset_of
from core.sheets.csv_rows import csv_rows
from core.sheets.row import Fault, Row
from core.sheets.source import Kind, kind_of
from core.sheets.xlsx_rows import spooled, xlsx_rows

FIRST_ROWS = 10  # where a heading may hide below a title

_FOLD = str.maketrans({"（": "(", "）": ")", "：": ":", "\u3000": " ", "\ufeff": ""})


def folded(heading: str) -> str:
    """Return a heading in the form in which headings are compared."""
    return re.sub(r"\s+", "", heading.translate(_FOLD)).casefold()


class Sheet:
    """A file that was looked at from end to end and can be read. Close it after use.

    Raises BadInput when made, if the file cannot be read at all.
    """

    def __init__(self, path: Path, charset: str = "") -> None:
        self.name = path.name
        self._path = path
        self._kind = kind_of(path)
        self._spool: IO[bytes] | None = None
        self._charset = ""
        if self._kind is Kind.XLSX:
            self._spool = spooled(path)
        else:
            self._charset = charset_of(path, self._kind, charset)
        try:
            self._read_heading()
        except BaseException:
            self.close()
            raise

    def _read_heading(self) -> None:
        first = next(self._all(), None)
        if first is None:
            raise BadInput(f"{self.name}：没有内容。", f"{self.name}: there is nothing in it.")
        if first.fault:
            raise BadInput(
                f"{self.name}：第 1 行（标题行）{first.fault.zh}。",
                f"{self.name}, row {first.no} (the heading): {first.fault.en}.",
            )
        self.raw_heading = first.raw
        self.heading = [cell.strip() for cell in first.cells]
        self.folded = [folded(cell) for cell in self.heading]

    def rows(self) -> Iterator[Row]:
        """Yield the rows under the heading, each as wide as it or with a fault."""
        width = len(self.heading)
        for row in islice(self._all(), 1, None):
            yield row if len(row.cells) == width else _fitted(row, width)

    def heading_row(self, wanted: set[str]) -> int | None:
        """Return the row among the first ten that holds all of `wanted` (folded), if one does."""
        for row in islice(self._all(), FIRST_ROWS):
            if wanted <= {folded(cell) for cell in row.cells}:
                return row.no
        return None

    def close(self) -> None:
        """Forget what was unpacked."""
        if self._spool:
            self._spool.close()

    def _all(self) -> Iterator[Row]:
        if self._spool:
            return xlsx_rows(self._spool)
        return csv_rows(self._path, self._kind, self._charset)


def _fitted(row: Row, width: int) -> Row:
    """Drop empty cells beyond the heading; a row of any other width was broken on its way."""
    cells = row.cells
    if len(cells) > width and not any(cells[width:]):
        return row._replace(cells=cells[:width])
    fault = row.fault or Fault(
        f"有 {len(cells)} 格，标题有 {width} 格",
        f"it has {len(cells)} cells where the heading has {width}",
    )
    return row._replace(cells=(cells + [""] * width)[:width], fault=fault)
