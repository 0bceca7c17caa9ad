"""What is an order before it is mapped: its rows or its payload, whole, and their digest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from core.domain import convert
from core.domain.assemble import Unfit, assemble
from core.domain.intake import BadRow, Page
from core.domain.mapping import ChannelMap
from core.sheets.row import Fault, Row, shown
from core.tools.compile_mapping import Problem, Reader


@dataclass(slots=True)
class Draft:
    """One order as it came; `payload` is what the compiled mapping reads.

    From a spreadsheet it has `rows` under a `heading`, from JSON its `text` and its place `at`.
    """

    number: str
    digest: bytes
    payload: Any
    source: str
    rows: Sequence[Row] = ()
    heading: str = ""
    text: bytes = b""
    at: int = 0

    @property
    def raw(self) -> str:
        """All of it: enough to map it again."""
        if not self.rows:
            return self.text.decode("utf-8", "backslashreplace")
        return "\n".join([self.heading, *(row.raw for row in self.rows)])

    def row(self, line: int | None) -> Row:
        """Return the row of a line, or the first."""
        if not self.rows:
            return Row(self.at, [], self.raw)
        return self.rows[line if line is not None and line < len(self.rows) else 0]


@dataclass(slots=True)
class Batch:
    """Some drafts in file order, the rows that are none, and how many rows were read for them."""

    drafts: list[Draft] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    rows: int = 0


def digest_of(channel: ChannelMap, rows: Iterable[Row]) -> bytes:
    """Return what changes when a row or the mapping does."""
    text = "\n".join([row.raw for row in rows])
    hashed = blake2b(channel.digest, digest_size=16)
    hashed.update(text.encode("utf-8", "surrogatepass"))
    return hashed.digest()


@lru_cache(65_536)
def number_of(cell: str) -> str | Fault:
    """Return an order number, or why the cell holds none."""
    try:
        found = convert.identifier(cell)
    except convert.BadValue as error:
        return Fault(error.zh, error.en)
    if found is None:
        return Fault("没有单号", "there is no order number")
    return found


def bad_row(
    source: str, row: Row, column: str, fault: Fault, number: str = "", raw: str = ""
) -> BadRow:
    """Return a row for quarantine; `raw` where more than the row itself belongs to it."""
    kept = shown(raw or row.raw)
    return BadRow(source, row.no, column, fault.zh, fault.en, kept, shown(number))


def map_page(channel: ChannelMap, reader: Reader, drafts: Iterable[Draft]) -> Page:
    """Map drafts; one that cannot be mapped is quarantined whole."""
    page = Page()
    for draft in drafts:
        try:
            values, lines = reader(draft.payload)
            made = assemble(channel, values, lines, draft.digest, draft.raw)
        except (Problem, Unfit) as error:
            page.bad.append(_quarantined(draft, error))
            continue
        if made.order:
            page.orders.append(made.order)
        if made.refund:
            page.refunds.append(made.refund)
        page.write_offs += made.write_offs
    return page


def _quarantined(draft: Draft, error: Problem | Unfit) -> BadRow:
    column = error.path if isinstance(error, Problem) else error.field
    raw = "\n".join(row.raw for row in draft.rows)
    fault = Fault(error.zh, error.en)
    return bad_row(draft.source, draft.row(error.line), column, fault, draft.number, raw)
