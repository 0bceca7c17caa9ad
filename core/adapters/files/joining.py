"""How do the files of one channel come together when orders, lines and payments stand apart?"""

from collections.abc import Iterator, Sequence
from typing import Any

from core.adapters.drafts import Batch, Draft, bad_row, digest_of, number_of
from core.domain.errors import BadInput
from core.domain.mapping import ChannelMap, Part
from core.sheets.row import Fault, Row
from core.sheets.sheet import Sheet, folded

Record = dict[str, str]

ORPHAN = Fault("这些文件里没有它的订单", "its order is in none of these files")


class _Side:
    """The rows of one part, by key, until their order comes."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.rows: dict[str, list[tuple[str, Row, Record]]] = {}

    def add(self, sheet: Sheet) -> int:
        """Take all rows of a file; return how many they were."""
        names, key = sheet.heading, _place(sheet, self.part.key)
        count = 0
        for row in sheet.rows():
            count += 1
            record = dict(zip(names, row.cells, strict=True))
            self.rows.setdefault(row.cells[key].strip(), []).append((sheet.name, row, record))
        return count


class Joined:
    """Drafts of files that are told apart by their headings; any order of files will do.

    All but the main part are held in memory while the main part streams.
    """

    def __init__(self, channel: ChannelMap, sheets: Sequence[Sheet]) -> None:
        self._channel = channel
        self._main = channel.parts[0]
        self._sides = [_Side(part) for part in channel.parts[1:]]
        self._sheets = []
        self.total = 0
        for sheet in sheets:
            part = _part_of(channel, sheet)
            if part is self._main:
                self._sheets.append(sheet)
                self.total += sum(1 for _ in sheet.rows())
            else:
                side = next(side for side in self._sides if side.part is part)
                self.total += side.add(sheet)
        if not self._sheets:
            raise BadInput(
                f"少了有 {self._main.has} 列的文件（{self._main.name}），请和其他文件一起导入。",
                f"The file with the column {self._main.has} ({self._main.name}) is missing:"
                " import it together with the others.",
            )

    def batches(self, size: int) -> Iterator[Batch]:
        """Yield about `size` orders at a time, as the main part lists them."""
        batch = Batch(rows=self.total)
        for sheet in self._sheets:
            key = _place(sheet, self._main.key)
            for row in sheet.rows():
                self._take(batch, sheet, row, row.cells[key])
                if len(batch.drafts) + len(batch.bad) >= size:
                    yield batch
                    batch = Batch()
        for side in self._sides:
            if side.part.many:
                for listed in side.rows.values():
                    batch.bad += [
                        bad_row(name, row, side.part.key, row.fault or ORPHAN)
                        for name, row, _ in listed
                    ]
        yield batch

    def _take(self, batch: Batch, sheet: Sheet, row: Row, key: str) -> None:
        record = dict(zip(sheet.heading, row.cells, strict=True))
        payload: dict[str, Any] = {self._main.name: record}
        rows = [row]
        for side in self._sides:
            to = record.get(side.part.to, "").strip()
            found = side.rows.pop(to, []) if side.part.many else side.rows.get(to, [])[:1]
            found = sorted(found, key=lambda one: one[1].raw)
            rows += [one for _, one, _ in found]
            records = [one for _, _, one in found]
            payload[side.part.name] = records if side.part.many else next(iter(records), None)
        number = number_of(key.strip())
        broken = next((one for one in rows if one.fault), None)
        fault = broken.fault if broken else number if isinstance(number, Fault) else None
        known = number if isinstance(number, str) else ""
        if fault:
            raw = "\n".join(one.raw for one in rows)
            batch.bad.append(bad_row(sheet.name, broken or row, "", fault, known, raw))
            return
        digest = digest_of(self._channel, rows)
        batch.drafts.append(Draft(known, digest, payload, sheet.name, rows, sheet.raw_heading))


def _place(sheet: Sheet, column: str) -> int:
    key = folded(column)
    if key not in sheet.folded:
        raise BadInput(
            f"{sheet.name}：第 1 行缺少列 {column}。", f"{sheet.name}, row 1: no column {column}."
        )
    return sheet.folded.index(key)


def _part_of(channel: ChannelMap, sheet: Sheet) -> Part:
    for part in channel.parts:
        if folded(part.has) in sheet.folded:
            return part
    listed = ", ".join(part.has for part in channel.parts)
    raise BadInput(
        f"{sheet.name}：认不出是哪一种文件，标题行要有这些列之一：{listed}。",
        f"{sheet.name}: which file is this? Its heading should hold one of {listed}.",
    )
