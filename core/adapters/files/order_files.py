"""From files to pages of orders: the one thing that the import job knows of spreadsheets."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from core.adapters.drafts import Batch, Draft, map_page
from core.adapters.files.grouping import Grouped, Single
from core.adapters.files.joining import Joined
from core.adapters.files.table import Table, check_heading, open_sheets
from core.domain.intake import Page
from core.domain.mapping import ChannelMap
from core.tools.compile_mapping import Reader

SIZE = 1_000
"""Orders per page: one transaction each."""


class OrderFiles:
    """Files of one channel, read as one stream. Close it after use.

    Making it looks at every byte once (encoding, archive, rows per order) and raises BadInput
    before anything is handed out if a file cannot be used. It blocks: call it from a thread.
    """

    def __init__(self, paths: Sequence[Path], channel: ChannelMap) -> None:
        self.channel = channel
        self._sheets = open_sheets(paths, channel)
        try:
            self._from: Grouped | Single | Joined
            columns = channel.columns()
            if channel.parts:
                self._from = Joined(channel, self._sheets)
            else:
                for sheet in self._sheets:
                    check_heading(sheet, channel)
                tables = [Table(sheet, columns) for sheet in self._sheets]
                way = Grouped if channel.rows == "line" else Single
                key = columns.index(channel.order["platform_no"][0].paths[0])
                self._from = way(channel, tables, key)
            self._reader = Reader(channel, columns)
        except BaseException:
            self.close()
            raise
        self.total = self._from.total

    def batches(self, size: int = SIZE) -> Iterator[Batch]:
        """Yield drafts, about `size` orders at a time; each batch tells how many rows it took."""
        return self._from.batches(size)

    def page(self, drafts: Iterable[Draft]) -> Page:
        """Map drafts to what the intake takes."""
        return map_page(self.channel, self._reader, drafts)

    def close(self) -> None:
        """Close every file."""
        for sheet in self._sheets:
            sheet.close()


def file_digest(path: Path, channel: ChannelMap | None = None) -> str:
    """Return what names a file's content (and the mapping it is read with)."""
    hashed = blake2b(channel.digest if channel else b"", digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            hashed.update(chunk)
    return hashed.hexdigest()
