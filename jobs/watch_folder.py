"""A watched folder: a spreadsheet that is dropped there is imported and moved out of the way.

`FOLDER/CHANNEL/file.csv` and `FOLDER/CHANNEL-whatever.csv` are orders of that channel (in the
folder `live` inside it, `FOLDER/CHANNEL/live/`, they lock stock); `FOLDER/skus/` takes lists of
SKUs. A file is touched only after it stood still between two looks. It goes to `done/` or
`failed/` with a report beside it; nothing is ever deleted.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.domain.errors import BadInput
from core.domain.intake import Mode
from core.domain.mapping import ChannelMap
from core.store.door import Store
from jobs.import_files import Options, import_orders
from jobs.import_skus import SkuOptions, import_skus

log = logging.getLogger("zhanggui.files")

SUFFIXES = (".csv", ".csv.gz", ".xlsx")
DONE, FAILED, LIVE, SKUS = "done", "failed", "live", "skus"


@dataclass(slots=True)
class WatchedFolder:
    """Looks at a folder whenever it is told to; between looks it remembers sizes and times."""

    folder: Path
    channels: Mapping[str, ChannelMap]
    lang: str = "zh"
    _still: dict[Path, tuple[int, int]] = field(default_factory=dict)

    async def look(self, store: Store) -> list[Path]:
        """Import what stood still since the last look; return where the files went."""
        ready = self._ready()
        moved: list[Path] = []
        for channel, mode, paths in self._groups(ready):
            moved += await self._orders(store, channel, mode, paths)
        for path in ready:
            if path.exists() and path.parent.name == SKUS:
                moved += await self._skus(store, path)
        for path in ready:
            if path.exists():
                names = ", ".join(self.channels)
                zh = f"不知道是哪个渠道的文件，请放进文件夹 {names} 之一。"
                en = f"Which channel is this? Put it into one of the folders {names}."
                moved += self._put_away([path], FAILED, [zh if self.lang == "zh" else en])
        return moved

    def _ready(self) -> list[Path]:
        """Return the files that have not changed since the last look, oldest first."""
        now: dict[Path, tuple[int, int]] = {}
        for path in sorted(self.folder.rglob("*")):
            if (
                not path.is_file()
                or path.is_symlink()
                or {DONE, FAILED} & set(path.relative_to(self.folder).parts)
            ):
                continue
            if path.name.startswith((".", "~$")) or not path.name.lower().endswith(SUFFIXES):
                continue
            found = path.stat()
            now[path] = (found.st_size, found.st_mtime_ns)
        ready = [path for path, state in now.items() if self._still.get(path) == state]
        self._still = now
        return sorted(ready, key=lambda path: (now[path][1], path.name))

    def _groups(self, ready: list[Path]) -> list[tuple[ChannelMap, Mode, list[Path]]]:
        """Put together what belongs together: the parts of a joined channel, else one by one."""
        found: dict[tuple[str, Mode, str], list[Path]] = {}
        for path in ready:
            channel, mode = self._channel_of(path)
            if channel:
                alone = "" if channel.parts else str(path)
                found.setdefault((channel.name, mode, alone), []).append(path)
        return [(self.channels[name], mode, paths) for (name, mode, _), paths in found.items()]

    def _channel_of(self, path: Path) -> tuple[ChannelMap | None, Mode]:
        folders = path.relative_to(self.folder).parts[:-1]
        mode = Mode.LIVE if LIVE in folders[1:] else Mode.HISTORY
        if folders:
            return self.channels.get(folders[0]), mode
        named = [name for name in self.channels if path.name.startswith((f"{name}-", f"{name}_"))]
        return (self.channels[max(named, key=len)] if named else None), mode

    async def _orders(
        self, store: Store, channel: ChannelMap, mode: Mode, paths: list[Path]
    ) -> list[Path]:
        try:
            report = await import_orders(store, paths, channel, Options(mode, actor="folder"))
        except BadInput as error:
            return self._put_away(paths, FAILED, [error.say(self.lang)])
        return self._put_away(paths, DONE, report.lines(self.lang))

    async def _skus(self, store: Store, path: Path) -> list[Path]:
        try:
            report = await import_skus(store, path, SkuOptions(actor="folder"))
        except BadInput as error:
            return self._put_away([path], FAILED, [error.say(self.lang)])
        where = DONE if report.imported else FAILED
        return self._put_away([path], where, report.lines(self.lang))

    def _put_away(self, paths: list[Path], where: str, report: list[str]) -> list[Path]:
        """Move files next to others of their kind; an equal name gets a number."""
        moved = []
        for path in paths:
            home = path.parent / where
            home.mkdir(exist_ok=True)
            target = _free(home / path.name)
            path.rename(target)
            target.with_name(f"{target.name}.report.txt").write_text(
                "\n".join(report) + "\n", "utf-8"
            )
            self._still.pop(path, None)
            moved.append(target)
            log.info("%s -> %s: %s", path.name, where, report[0])
        return moved


def _free(path: Path) -> Path:
    number = 2
    free = path
    while free.exists():
        free = path.with_name(f"{number}-{path.name}")
        number += 1
    return free
