"""A file dropped into the watched folder is imported once it stands still, and moved away."""

from pathlib import Path

from core.adapters.files.presets import preset
from core.store.door import Store
from jobs.watch_folder import WatchedFolder
from tests.sheets import SIMPLE, csv_file, csv_text, line, retail, rows, simple


def watched(folder: Path) -> WatchedFolder:
    """Return a watcher of a folder with two channels."""
    channels = {"simple": simple(), "online-retail": preset("online-retail")}
    return WatchedFolder(folder, channels, lang="en")


async def test_a_dropped_file_is_imported_when_it_stands_still(
    store: Store, tmp_path: Path
) -> None:
    """Not at the first look, not while it grows; then it goes to done/ with its report."""
    folder = watched(tmp_path)
    (tmp_path / "simple").mkdir()
    file = csv_file(tmp_path / "simple" / "monday.csv", [line("1")], SIMPLE)
    assert await folder.look(store) == []
    file.write_text(csv_text([line("1"), line("2")], SIMPLE), "utf-8")
    assert await folder.look(store) == []
    moved = await folder.look(store)
    assert [path.relative_to(tmp_path).as_posix() for path in moved] == ["simple/done/monday.csv"]
    report = (tmp_path / "simple/done/monday.csv.report.txt").read_text("utf-8")
    assert "2 new" in report
    assert len(await rows(store, "SELECT * FROM orders")) == 2
    assert await folder.look(store) == []


async def test_what_cannot_be_read_goes_to_failed_with_the_reason(
    store: Store, tmp_path: Path
) -> None:
    """A wrong heading, and a file of no channel: both are named, nothing is lost."""
    folder = watched(tmp_path)
    csv_file(tmp_path / "online-retail_x.csv", [line("1")], SIMPLE)
    csv_file(tmp_path / "holiday.csv", [line("1")], SIMPLE)
    await folder.look(store)
    moved = await folder.look(store)
    assert {path.parent.name for path in moved} == {"failed"}
    assert "InvoiceNo" in (tmp_path / "failed/online-retail_x.csv.report.txt").read_text("utf-8")
    assert "Which channel" in (tmp_path / "failed/holiday.csv.report.txt").read_text("utf-8")


async def test_live_and_skus_have_folders_of_their_own(store: Store, tmp_path: Path) -> None:
    """`live` locks stock, `skus` takes a list, an equal name gets a number."""
    folder = watched(tmp_path)
    for name in ("online-retail/live", "skus", "skus/done"):
        (tmp_path / name).mkdir(parents=True)
    csv_file(tmp_path / "online-retail/live/a.csv", [retail("1", "A", 1)])
    csv_file(tmp_path / "skus/b.csv", [("A", "茶")], ("编码", "名称"))
    (tmp_path / "skus/done/b.csv").write_text("older", "utf-8")
    await folder.look(store)
    await folder.look(store)
    assert (tmp_path / "skus/done/2-b.csv").exists()
    assert [one["mode"] for one in await rows(store, "SELECT mode FROM orders")] == ["live"]
    assert [one["code"] for one in await rows(store, "SELECT code FROM sku")] == ["A"]
