"""C08: bytes in another encoding than they claim. Read right or put aside, never half-read."""

from pathlib import Path

import pytest

from core.domain.errors import BadInput
from core.sheets.csv_rows import csv_rows
from core.sheets.row import LOST
from core.sheets.sheet import Sheet
from core.sheets.source import Kind
from core.store.door import Store
from tests.sheets import SIMPLE, csv_text, line, rows, simple, take

TEXT = csv_text([line("1", note="加急"), line("2", note="生日礼物")], SIMPLE)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gbk"),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", "\t").encode("utf-16"),
    ],
    ids=["utf-8", "bom", "gbk", "gb18030", "utf-16", "utf-16-tabs"],
)
async def test_C08_every_usual_encoding_reads_the_same(
    store: Store, tmp_path: Path, data: bytes
) -> None:
    """The notes come out as they were written, whatever the bytes."""
    file = tmp_path / "orders.csv"
    file.write_bytes(data)
    report = await take(store, [file], simple())
    assert report.bad == []
    notes = await rows(store, "SELECT buyer_note FROM orders ORDER BY platform_no")
    assert [one["buyer_note"] for one in notes] == ["加急", "生日礼物"]


async def test_C08_a_file_cut_inside_a_character_keeps_its_good_rows(
    store: Store, tmp_path: Path
) -> None:
    """The cut row is put aside with its number; nothing with a lost character is stored."""
    file = tmp_path / "orders.csv"
    whole = TEXT.encode().rstrip()
    file.write_bytes(whole[: whole.rfind("品".encode()) + 1])
    report = await take(store, [file], simple())
    assert (report.tally.new, report.tally.quarantined) == (1, 1)
    assert report.bad[0].row == 3
    kept = (await rows(store, "SELECT raw FROM quarantine"))[0]["raw"]
    assert "\\xe5" in kept
    assert not any("\ufffd" in str(one) for one in await rows(store, "SELECT * FROM orders"))


GARBLED = {
    "as GBK": "生日礼物".encode().decode("gb18030"),
    "as Latin-1": "生日礼物".encode().decode("latin-1"),
    "lost": "\ufffd急",
    "lost and read as GBK": "锟斤拷",
}


@pytest.mark.parametrize("note", GARBLED.values(), ids=GARBLED.keys())
async def test_C08_garbled_text_is_put_aside(store: Store, tmp_path: Path, note: str) -> None:
    """Text that was saved once in a wrong encoding is no buyer's note."""
    file = tmp_path / "orders.csv"
    file.write_text(csv_text([line("1"), line("2", note=note)], SIMPLE), "utf-8")
    report = await take(store, [file], simple())
    assert (report.tally.new, [bad.row for bad in report.bad]) == (1, [3])


async def test_C08_a_forced_encoding_that_is_wrong_is_said(store: Store, tmp_path: Path) -> None:
    """The mapping says UTF-8 and the bytes are GBK: refused with the row, nothing imported."""
    file = tmp_path / "orders.csv"
    file.write_bytes(TEXT.encode("gbk"))
    with pytest.raises(BadInput, match="row 1"):
        await take(store, [file], simple(charset="utf-8"))
    assert not await rows(store, "SELECT * FROM orders")


def test_C08_control_a_lenient_decoder_would_store_lost_characters(tmp_path: Path) -> None:
    """Control: what most readers do (replace) turns GBK into U+FFFD without a word."""
    file = tmp_path / "orders.csv"
    file.write_bytes(TEXT.encode("gbk"))
    assert "\ufffd" in file.read_bytes().decode("utf-8", "replace")
    read = list(csv_rows(file, Kind.TEXT, "utf-8"))
    assert all(row.fault == LOST for row in read)
    assert Sheet(file).heading == list(SIMPLE)
