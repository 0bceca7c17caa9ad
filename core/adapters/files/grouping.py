"""How do the rows of an order come together? They need not be neighbours, so over all files."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.adapters.drafts import Batch, Draft, bad_row, digest_of, number_of
from core.adapters.files.table import Cells, Table
from core.domain.mapping import ChannelMap
from core.sheets.row import Fault, Row


@dataclass(slots=True)
class _Group:
    rows: list[Row] = field(default_factory=list)
    cells: list[Cells] = field(default_factory=list)
    fault: tuple[Row, Fault] | None = None


class Grouped:
    """Drafts of spreadsheets in which every row names its order in column number `key`.

    Two passes: the first counts the rows of each order, so that the second can hand an order on
    as soon as it is whole and keeps only those under way.
    """

    def __init__(self, channel: ChannelMap, tables: Sequence[Table], key: int) -> None:
        self._channel = channel
        self._tables = tables
        self._key = key
        self._column = channel.order["platform_no"][0].paths[0]
        self._left = Counter(cells[key].strip() for table in tables for _, cells in table.rows())
        self.total = self._left.total()

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield about `size` whole orders at a time, in the order in which they are whole."""
        batch = Batch()
        waiting: dict[str, _Group] = {}
        left = self._left.copy()
        for table in self._tables:
            for row, cells in table.rows():
                batch.rows += 1
                key = cells[self._key].strip()
                group = waiting.get(key)
                if group is None:
                    group = waiting[key] = _Group()
                group.rows.append(row)
                group.cells.append(cells)
                if row.fault and not group.fault:
                    group.fault = (row, row.fault)
                left[key] -= 1
                if not left[key]:
                    self._close(batch, table, key, waiting.pop(key))
                    if len(batch.drafts) + len(batch.bad) >= size:
                        yield batch
                        batch = Batch()
        yield batch

    def _close(self, batch: Batch, table: Table, key: str, group: _Group) -> None:
        """Hand a whole order on, or quarantine it whole; rows without a number stand alone."""
        number = number_of(key)
        if isinstance(number, Fault):
            batch.bad += [
                bad_row(table.name, row, self._column, row.fault or number, key)
                for row in group.rows
            ]
            return
        if group.fault:
            row, fault = group.fault
            raw = "\n".join(row.raw for row in group.rows)
            batch.bad.append(bad_row(table.name, row, "", fault, number, raw))
            return
        digest = digest_of(self._channel, group.rows)
        batch.drafts.append(
            Draft(number, digest, group.cells, table.name, group.rows, table.raw_heading)
        )


class Single:
    """Drafts of spreadsheets in which every row is an order of its own."""

    def __init__(self, channel: ChannelMap, tables: Sequence[Table], key: int) -> None:
        self._channel = channel
        self._tables = tables
        self._key = key
        self._column = channel.order["platform_no"][0].paths[0]
        self.total = sum(1 for table in tables for _ in table.rows())

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield about `size` orders at a time, in file order."""
        batch = Batch()
        for table in self._tables:
            for row, cells in table.rows():
                batch.rows += 1
                self._take(batch, table, row, cells)
                if len(batch.drafts) + len(batch.bad) >= size:
                    yield batch
                    batch = Batch()
        yield batch

    def _take(self, batch: Batch, table: Table, row: Row, cells: Cells) -> None:
        number = number_of(cells[self._key].strip())
        fault = row.fault or (number if isinstance(number, Fault) else None)
        if fault:
            column = "" if row.fault else self._column
            known = number if isinstance(number, str) else ""
            batch.bad.append(bad_row(table.name, row, column, fault, known))
            return
        digest = digest_of(self._channel, (row,))
        batch.drafts.append(
            Draft(str(number), digest, [cells], table.name, [row], table.raw_heading)
        )
