"""A list of SKUs from a spreadsheet into the store: all of it, or nothing and a report why."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.adapters.files.order_files import file_digest
from core.adapters.files.sku_list import SkuList, read_sku_list
from core.domain.errors import BadInput
from core.domain.intake import BadRow
from core.domain.sku_list import SkuRow
from core.services import Tx, sku_lists
from core.services.sku_lists import ADD, COUNT, ListHow, SkuTally
from core.store.door import Store
from core.texts import Text
from core.tools.pinyin import pinyin_of


@dataclass(frozen=True, slots=True)
class SkuOptions:
    """How a list is taken in.

    `stock` says what its quantities mean: "add" (they came in) or "count" (they were counted);
    without it they are left alone. `skip_bad` takes the good rows of a list that has bad ones.
    """

    stock: str = ""
    skip_bad: bool = False
    dry_run: bool = False
    actor: str = "import"


@dataclass(slots=True)
class SkuReport:
    """What the import of a list did. `imported` is False if bad rows kept all of it out."""

    file: str
    imported: bool
    dry_run: bool
    rows: int
    quantities_ignored: bool = False
    tally: SkuTally = field(default_factory=SkuTally)
    bad: list[BadRow] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return asdict(self)

    def lines(self, lang: str) -> list[str]:
        """Say it in words; every bad row has its line."""
        bad = len(self.bad)
        if not self.imported and bad:
            said = [REFUSED.say(lang, file=self.file, bad=bad)]
        else:
            title = DRY if self.dry_run else DONE
            said = [title.say(lang, file=self.file, rows=self.rows, **asdict(self.tally))]
            said += [SKIPPED.say(lang, bad=bad)] if bad else []
        if self.quantities_ignored:
            said.append(IGNORED.say(lang))
        for one in self.bad:
            reason = one.reason_en if lang == "en" else one.reason_zh
            said.append("  " + BAD.say(lang, row=one.row, column=one.column or "-") + reason)
        return said


DONE = Text(
    "{file}：{rows} 个商品，新 {new}，有变化 {changed}，无变化 {unchanged}；"
    "组合 {bundles}；库存变动 {moved} 项，{pieces} 件",
    "{file}: {rows} SKUs, {new} new, {changed} changed, {unchanged} unchanged;"
    " {bundles} bundles; {moved} stock movements, {pieces} pieces",
)
DRY = Text("{file}：试运行，{rows} 个商品都看得懂", "{file}: dry run, {rows} SKUs make sense")
REFUSED = Text(
    "{file}：有 {bad} 行不对，什么都没有导入。改好再来，或加 --skip-bad 跳过这些行",
    "{file}: {bad} rows are wrong, nothing was imported. Correct them, or add --skip-bad",
)
SKIPPED = Text("跳过了 {bad} 行", "{bad} rows were skipped")
IGNORED = Text(
    "表里的数量没有动库存：加 --stock add（入库）或 --stock count（盘点）才算数",
    "The quantities were left alone: add --stock add (they came in) or --stock count (counted)",
)
BAD = Text("第 {row} 行 [{column}]：", "row {row} [{column}]: ")


async def import_skus(store: Store, path: Path, options: SkuOptions) -> SkuReport:
    """Take a list of SKUs in. Raises BadInput if the file cannot be read at all."""
    if options.stock not in {"", ADD, COUNT}:
        raise BadInput(
            f"--stock 应为 add 或 count，不是 {options.stock}。",
            f"--stock is add or count, not {options.stock}.",
        )
    with ThreadPoolExecutor(1, "zhanggui-files") as pool:
        loop = asyncio.get_running_loop()
        listed = await loop.run_in_executor(pool, read_sku_list, path)
        digest = await loop.run_in_executor(pool, file_digest, path)
        names = [row.name or "" for row in listed.rows]
        await loop.run_in_executor(pool, _learn, names)
    rows = await _without_bad_bundles(store, path.name, listed)
    report = SkuReport(path.name, imported=False, dry_run=options.dry_run, rows=len(rows))
    report.bad = sorted(listed.bad, key=lambda one: one.row)
    report.quantities_ignored = listed.has_quantity and not options.stock
    if report.bad and not options.skip_bad:
        return report
    if not options.dry_run:
        how = ListHow(digest, options.actor, options.stock, pinyin_of)
        report.tally = await store.write(lambda tx: sku_lists.take_in_skus(tx, rows, how))
        report.imported = True
    return report


def _learn(names: Sequence[str]) -> None:
    """Spell names beforehand, outside the transaction."""
    for name in names:
        pinyin_of(name)


async def _without_bad_bundles(store: Store, source: str, listed: SkuList) -> list[SkuRow]:
    def wrong(tx: Tx) -> dict[int, str]:
        return sku_lists.unknown_parts(tx, listed.rows)

    unknown = await store.read(wrong)
    for number, code in unknown.items():
        zh = f"组合里的 {code} 不是已有的单品"
        en = f"{code} in the bundle is no known single SKU"
        listed.bad.append(BadRow(source, number, "bundle", zh, en, code))
    return [row for row in listed.rows if row.row not in unknown]
