"""Orders from spreadsheets into the store: page by page, so that a file of any size will do.

Reading and mapping happen in a thread of their own while the store writes the page before.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from core.adapters.drafts import Batch
from core.adapters.files.order_files import OrderFiles, file_digest
from core.domain.intake import BadRow, Mode, Page, Tally
from core.domain.mapping import ChannelMap
from core.services import Tx, files, intake
from core.store.door import Store
from core.texts import Text

Progress = Callable[[int, int], None]
"""Called with the rows done and the rows there are."""

SHOWN = 100  # bad rows kept in a report; the quarantine keeps all


@dataclass(frozen=True, slots=True)
class Options:
    """How files are taken in; `dry_run` maps and compares everything and writes nothing."""

    mode: Mode = Mode.HISTORY
    dry_run: bool = False
    actor: str = "import"
    progress: Progress | None = None


@dataclass(slots=True)
class Report:
    """What an import did. `seen_before` names files that had been taken in already."""

    channel: str
    files: list[str]
    mode: str
    dry_run: bool
    tally: Tally = field(default_factory=Tally)
    rows: int = 0
    bad: list[BadRow] = field(default_factory=list)
    seen_before: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {**asdict(self), "tally": asdict(self.tally)}

    def lines(self, lang: str) -> list[str]:
        """Say it in words, the first bad rows included."""
        title = DRY if self.dry_run else DONE
        said = [title.say(lang, files=", ".join(self.files), rows=self.rows)]
        said.append(COUNTS.say(lang, **asdict(self.tally)))
        if self.tally.short:
            said.append(SHORT.say(lang, short=self.tally.short))
        for one in self.bad[:10]:
            reason = one.reason_en if lang == "en" else one.reason_zh
            where = BAD.say(lang, source=one.source, row=one.row, column=one.column or "-")
            said.append(f"  {where}{reason}")
        if self.tally.quarantined > len(self.bad[:10]):
            said.append(MORE.say(lang, more=self.tally.quarantined - len(self.bad[:10])))
        if self.seen_before:
            said.append(AGAIN.say(lang, files=", ".join(self.seen_before)))
        return said


DONE = Text("已导入 {files}：{rows} 行", "Imported {files}: {rows} rows")
DRY = Text(
    "试运行 {files}：{rows} 行，什么都没有写入", "Dry run of {files}: {rows} rows, nothing written"
)
COUNTS = Text(
    "订单：新 {new}，有变化 {changed}，无变化 {unchanged}，较旧 {older}，隔离 {quarantined}；"
    "行 {lines}；退款单 {refunds}；报损 {write_offs}",
    "Orders: {new} new, {changed} changed, {unchanged} unchanged, {older} older, {quarantined}"
    " quarantined; {lines} lines; {refunds} refund documents; {write_offs} write-offs",
)
SHORT = Text("缺货的订单：{short}", "Orders short of stock: {short}")
BAD = Text("{source} 第 {row} 行 [{column}]：", "{source}, row {row} [{column}]: ")
MORE = Text("  还有 {more} 条在隔离区", "  and {more} more in quarantine")
AGAIN = Text("以前导入过：{files}", "Taken in before: {files}")


async def import_orders(
    store: Store, paths: Sequence[Path], channel: ChannelMap, options: Options
) -> Report:
    """Take the orders of files in and say what happened.

    The shop is called as the channel is. Raises BadInput before anything is written if a file
    cannot be read at all; a bad row never stops a file.
    """
    report = Report(
        channel.name, [path.name for path in paths], options.mode.value, options.dry_run
    )
    with ThreadPoolExecutor(1, "zhanggui-files") as pool:
        loop = asyncio.get_running_loop()
        source = await loop.run_in_executor(pool, OrderFiles, paths, channel)
        try:
            await _all_pages(_Run(store, source, options, report, pool))
        finally:
            await loop.run_in_executor(pool, source.close)
        digests = [await loop.run_in_executor(pool, file_digest, path, channel) for path in paths]
    await _note_files(store, report, options, digests)
    return report


@dataclass(slots=True)
class _Run:
    store: Store
    source: OrderFiles
    options: Options
    report: Report
    pool: ThreadPoolExecutor

    @property
    def channel(self) -> ChannelMap:
        return self.source.channel


async def _all_pages(run: _Run) -> None:
    loop = asyncio.get_running_loop()
    batches = run.source.batches()
    shop = await _shop(run)
    how = intake.How(
        run.options.mode, run.options.actor, run.channel.create_skus, run.channel.services
    )
    batch: Batch | None = await loop.run_in_executor(run.pool, next, batches, None)
    while batch is not None:
        page = await _mapped(run, shop, batch)
        ahead = loop.run_in_executor(run.pool, next, batches, None)
        try:
            await _take(run, shop, page, how)
        finally:
            following = await ahead
        run.report.rows += batch.rows
        if run.options.progress:
            run.options.progress(run.report.rows, run.source.total)
        batch = following


async def _shop(run: _Run) -> files.Shop:
    channel = run.channel
    if run.options.dry_run:
        return await run.store.read(partial(files.shop_of, name=channel.name))
    return await run.store.write(
        lambda tx: files.ensure_shop(
            tx, channel.name, channel.name, channel.zone, channel.currency
        )
    )


async def _mapped(run: _Run, shop: files.Shop, batch: Batch) -> Page:
    """Map what is new or changed: an order whose rows are known by their digest is done."""
    numbers = [draft.number for draft in batch.drafts]
    stored = await run.store.read(lambda tx: files.digests(tx, shop.id, numbers))
    fresh = [draft for draft in batch.drafts if stored.get(draft.number) != draft.digest]
    run.report.tally.unchanged += len(batch.drafts) - len(fresh)
    loop = asyncio.get_running_loop()
    page = await loop.run_in_executor(run.pool, run.source.page, fresh)
    page.bad += batch.bad
    run.report.bad += page.bad[: max(0, SHOWN - len(run.report.bad))]
    return page


async def _take(run: _Run, shop: files.Shop, page: Page, how: intake.How) -> None:
    if run.options.dry_run:
        run.report.tally.add(await run.store.read(lambda tx: files.preview(tx, shop, page)))
    elif page.orders or page.refunds or page.write_offs or page.bad:
        run.report.tally.add(await run.store.write(lambda tx: intake.take_in(tx, shop, page, how)))


async def _note_files(
    store: Store, report: Report, options: Options, digests: Sequence[str]
) -> None:
    """Remember the files, so that one that is dropped again is known."""
    told = json.dumps(asdict(report.tally))

    def known(tx: Tx) -> list[str]:
        pairs = zip(report.files, digests, strict=True)
        return [name for name, one in pairs if files.seen(tx, _lane(report), one)]

    def note(tx: Tx) -> None:
        for name, digest in zip(report.files, digests, strict=True):
            files.note(tx, _lane(report), digest, name, told)

    report.seen_before = await store.read(known)
    if not options.dry_run:
        await store.write(note)


def _lane(report: Report) -> str:
    return f"{report.channel}:{report.mode}"
