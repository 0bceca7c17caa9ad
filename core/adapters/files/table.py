"""How does a spreadsheet look to a mapping? As rows of just the columns that the mapping names."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from operator import itemgetter
from pathlib import Path

from core.domain.errors import BadInput
from core.domain.mapping import ChannelMap
from core.sheets.row import Row
from core.sheets.sheet import Sheet, folded

Cells = tuple[str, ...]


class Table:
    """A sheet and the places of `columns` in it; a column that it lacks reads empty."""

    def __init__(self, sheet: Sheet, columns: Sequence[str]) -> None:
        self.name = sheet.name
        self.raw_heading = sheet.raw_heading
        self._sheet = sheet
        places = [_place(sheet, column) for column in columns]
        self._width = len(sheet.heading)
        self._whole = all(place is not None for place in places)
        self._pick = itemgetter(
            *(self._width if place is None else place for place in places), self._width - 1
        )

    def rows(self) -> Iterator[tuple[Row, Cells]]:
        """Yield each row with its picked cells (and one more that means nothing)."""
        pick = self._pick
        if self._whole:
            for row in self._sheet.rows():
                yield row, pick(row.cells)
        else:
            for row in self._sheet.rows():
                yield row, pick([*row.cells, ""])


def _place(sheet: Sheet, column: str) -> int | None:
    key = folded(column)
    found = [at for at, name in enumerate(sheet.folded) if name == key]
    if len(found) > 1:
        raise BadInput(
            f"{sheet.name}：标题行有两列都叫“{column}”，请删掉一列。",
            f"{sheet.name}, heading: two columns are called {column!r}; delete one.",
        )
    return found[0] if found else None


def check_heading(sheet: Sheet, channel: ChannelMap) -> None:
    """Raise BadInput if a column that the channel cannot do without is not in the heading."""
    have = set(sheet.folded)
    lacking = [
        group for group in channel.needed() if not have & {folded(column) for column in group}
    ]
    if not lacking:
        return
    wanted = {folded(group[0]) for group in channel.needed()}
    below = sheet.heading_row(wanted)
    names = "、".join(" / ".join(group) for group in lacking)
    if below:
        raise BadInput(
            f"{sheet.name}：标题在第 {below} 行，请删掉它上面的行。",
            f"{sheet.name}: the heading stands in row {below}; delete the rows above it.",
        )
    found = "、".join(name for name in sheet.heading if name)[:300]
    raise BadInput(
        f"{sheet.name}：第 1 行缺少列 {names}；有的是 {found}。请检查渠道是不是 {channel.name}。",
        f"{sheet.name}, row 1: no column {names}; found: {found}."
        f" Is {channel.name} the right channel?",
    )


def open_sheets(paths: Sequence[Path], channel: ChannelMap) -> list[Sheet]:
    """Open every file, or none: raises BadInput for the first that cannot be read."""
    with ExitStack() as undo:
        sheets = [_open(path, channel, undo) for path in paths]
        undo.pop_all()
    return sheets


def _open(path: Path, channel: ChannelMap, undo: ExitStack) -> Sheet:
    sheet = Sheet(path, channel.charset)
    undo.callback(sheet.close)
    return sheet
