"""How are the rows of a .csv read, one at a time, whatever is wrong with some of them?"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from core.sheets.cell import unguarded
from core.sheets.row import Fault, Row, damage
from core.sheets.source import Kind, opened

MOST_LINES = 200  # of one row: an address may hold line breaks, an open quote swallows the file

UNCLOSED = Fault("引号没有成对", "a quotation mark is never closed")


class _Lines:
    """Hands lines to the csv parser, remembers those of the row under way, takes them back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES:
            raise csv.Error
        if self._again:
            line = self._again.popleft()
        else:
            try:
                line = next(self._lines)
            except StopIteration:
                self.ended = True
                raise
        self.number += 1
        self.taken.append(line)
        return line

    def peek(self) -> str:
        """Return the first line that is not blank, without taking any."""
        for line in self._lines:
            self._again.append(line)
            if line.strip():
                return line
        return ""

    def keep_first(self) -> str:
        """Give all but the first line of the row back, to be read again as rows of their own."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        self.number -= len(others)
        self.ended = False
        return first


def csv_rows(path: Path, kind: Kind, charset: str) -> Iterator[Row]:
    """Yield every row that is not blank, the heading first; damaged rows carry their fault."""
    errors = "replace" if charset == "utf-16" else "surrogateescape"
    with opened(path, kind) as file:
        text = io.TextIOWrapper(file, charset, errors, newline="")
        lines = _Lines(text)
        yield from _rows(lines, _delimiter(lines.peek()))
        text.detach()


def _delimiter(heading: str) -> str:
    return max(",\t;", key=heading.count)


def _rows(lines: _Lines, delimiter: str) -> Iterator[Row]:
    """Split lines without quotation marks here, which is all of most files; parse the others."""
    for line in lines:
        if '"' in line:
            row = _quoted(lines, delimiter)
        else:
            raw = line.rstrip("\r\n")
            cells = raw.split(delimiter)
            if "'" in raw:
                cells = [unguarded(cell) for cell in cells]
            plain = raw.isascii() and "\0" not in raw
            row = Row(lines.number, cells, raw, None if plain else damage(raw))
        lines.taken = []
        if any(row.cells):
            yield row


def _quoted(lines: _Lines, delimiter: str) -> Row:
    """Parse the row that begins with the line just taken, over as many lines as it needs."""
    start = lines.number
    try:
        cells = next(csv.reader(chain(tuple(lines.taken), lines), delimiter=delimiter))
        is_open = lines.ended and _is_open(lines.taken, delimiter)
    except csv.Error:
        is_open, cells = True, []
    if is_open:
        raw = lines.keep_first().rstrip("\r\n")
        return Row(start, raw.split(delimiter), raw, damage(raw) or UNCLOSED)
    raw = "".join(lines.taken).rstrip("\r\n")
    if '="' in raw:  # how exporters keep Excel from touching a long number
        cells = [cell[2:-1] if cell.startswith('="') else cell for cell in cells]
    if "'" in raw:
        cells = [unguarded(cell) for cell in cells]
    return Row(start, cells, raw, damage(raw))


def _is_open(lines: list[str], delimiter: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
