"""How are rows written to .csv and .xlsx so that every text stays a text?"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO

from core.sheets.cell import Cell, clean, guarded

WIDTH = 18  # of a column, in characters


def write_csv(file: IO[bytes], heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write UTF-8 with BOM, which Excel needs to see Chinese; `file` stays open."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([guarded(title) for title in heading])
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    text.detach()


def write_xlsx(
    file: IO[bytes], title: str, heading: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write one sheet called `title`; texts are never formulas, links or numbers."""
    import xlsxwriter  # noqa: PLC0415 - only exports need it

    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
    sheet = book.add_worksheet(title)
    sheet.set_column(0, max(len(heading) - 1, 0), WIDTH)
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for column, cell in enumerate(heading):
        sheet.write_string(0, column, clean(cell), bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, clean(value))
            elif isinstance(value, int | Decimal):
                sheet.write_number(number, column, value)
    book.close()
