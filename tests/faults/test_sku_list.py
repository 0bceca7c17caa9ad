"""H07: a list of 50,000 SKUs, some rows wrong, twice, and while orders hold stock."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from core.domain.errors import BadInput
from core.domain.intake import Mode
from core.store.door import Store
from jobs.import_skus import SkuOptions, SkuReport, import_skus
from tests.sheets import SIMPLE, csv_file, line, rows, simple, take

HEADING = ("商家编码", "商品名称", "库存", "预警", "组合")


def sku_file(path: Path, lines: Sequence[tuple[Any, ...]]) -> Path:
    """Write a list of (code, name, quantity, low_at, bundle)."""
    return csv_file(path, lines, HEADING)


async def load(store: Store, path: Path, **options: Any) -> SkuReport:
    """Import a list."""
    return await import_skus(store, path, SkuOptions(**options))


async def _skus(store: Store) -> int:
    return int((await rows(store, "SELECT COUNT(*) AS n FROM sku"))[0]["n"])


async def test_H07_one_bad_row_in_a_hundred_keeps_all_out(store: Store, tmp_path: Path) -> None:
    """50,000 rows: 1 % bad means nothing imported and 500 reasons; `skip_bad` takes the rest."""
    lines = [
        (f"K{at:05}", f"红茶{at}号", "x" if at % 100 == 7 else at % 50, 3, "")
        for at in range(50_000)
    ]
    file = sku_file(tmp_path / "skus.csv", lines)
    report = await load(store, file, stock="add")
    assert (report.imported, len(report.bad), await _skus(store)) == (False, 500, 0)
    assert (report.bad[0].row, report.bad[0].column) == (9, "quantity")
    report = await load(store, file, stock="add", skip_bad=True)
    assert (report.tally.new, await _skus(store)) == (49_500, 49_500)
    again = await load(store, file, stock="add", skip_bad=True)
    assert (again.tally.new, again.tally.changed, again.tally.moved) == (0, 0, 0)
    named = await rows(store, "SELECT pinyin, initials FROM sku WHERE code = 'K00001'")
    assert named == [{"pinyin": "hongcha1hao", "initials": "hc1h"}]


async def test_H07_a_newer_list_leaves_what_orders_hold(store: Store, tmp_path: Path) -> None:
    """Orders hold 4 of 10; a count of 12 keeps them held, a count of 3 takes one back."""
    await load(store, sku_file(tmp_path / "a.csv", [("A", "茶", 10, "", "")]), stock="add")
    order = csv_file(tmp_path / "o.csv", [line("1", "A", 4)], SIMPLE)
    await take(store, [order], simple(), mode=Mode.LIVE)
    await load(store, sku_file(tmp_path / "b.csv", [("a", "好茶", 12, 5, "")]), stock="count")
    level = (await rows(store, "SELECT on_hand, reserved FROM stock"))[0]
    assert level == {"on_hand": 12, "reserved": 4}
    sku = (await rows(store, "SELECT code, name, low_at FROM sku"))[0]
    assert sku == {"code": "A", "name": "好茶", "low_at": 5}
    await load(store, sku_file(tmp_path / "c.csv", [("A", "好茶", 3, "", "")]), stock="count")
    level = (await rows(store, "SELECT on_hand, reserved FROM stock"))[0]
    assert level == {"on_hand": 3, "reserved": 3}


async def test_H07_control_set_without_looking_would_lose_the_reservation(
    store: Store, tmp_path: Path
) -> None:
    """Control: without the guard of the shelves, a count of 3 over 4 held pieces cannot stand."""
    await load(store, sku_file(tmp_path / "a.csv", [("A", "茶", 10, "", "")]), stock="add")
    order = csv_file(tmp_path / "o.csv", [line("1", "A", 4)], SIMPLE)
    await take(store, [order], simple(), mode=Mode.LIVE)
    with pytest.raises(Exception, match=r"(?i)check"):
        await store.write(lambda tx: tx.run("UPDATE stock SET on_hand = 3"))


async def test_H07_quantities_need_a_word(store: Store, tmp_path: Path) -> None:
    """Without `stock` the quantities are left alone, and the report says so."""
    file = sku_file(tmp_path / "a.csv", [("A", "茶", 10, "", "")])
    report = await load(store, file)
    assert report.quantities_ignored
    assert "--stock" in "\n".join(report.lines("zh"))
    assert not await rows(store, "SELECT * FROM ledger")
    with pytest.raises(BadInput, match="add or count"):
        await load(store, file, stock="set")


async def test_H07_bundles_come_with_the_list(store: Store, tmp_path: Path) -> None:
    """A*2+B*1 is read; a bundle of something unknown, of itself or of a bundle is a bad row."""
    good = [("A", "茶", "", "", ""), ("B", "杯", "", "", ""), ("SET", "礼盒", "", "", "A*2+B")]
    await load(store, sku_file(tmp_path / "a.csv", good))
    parts = await rows(
        store,
        "SELECT s.code, b.pieces FROM bundle_part AS b JOIN sku AS s ON s.id = b.part_id"
        " ORDER BY s.code",
    )
    assert parts == [{"code": "A", "pieces": 2}, {"code": "B", "pieces": 1}]
    bad = [("X", "", "", "", "NO*2"), ("Y", "", "", "", "Y*2"), ("Z", "", "", "", "SET*2")]
    report = await load(store, sku_file(tmp_path / "b.csv", [*bad, ("x", "", "", "", "")]))
    assert [(one.row, one.column) for one in report.bad] == [
        (2, "bundle"),
        (3, "bundle"),
        (4, "bundle"),
        (5, "code"),
    ]
    assert not report.imported


async def test_H07_a_dry_run_writes_nothing(store: Store, tmp_path: Path) -> None:
    """It reads and judges every row, and that is all."""
    report = await load(
        store, sku_file(tmp_path / "a.csv", [("A", "茶", 1, "", "")]), dry_run=True, stock="add"
    )
    assert (report.imported, report.rows, await _skus(store)) == (False, 1, 0)
