"""Is an .xlsx safe to unpack? Judged from its directory and a few first kilobytes only."""

import re
import zipfile
import zlib
from pathlib import Path

from core.domain.errors import BadInput

MOST_PACKED = 64 << 20
MOST_UNPACKED = 512 << 20
MOST_PARTS = 2_000
MOST_SHEETS = 100
MOST_ROWS = 700_000
MOST_COLUMNS = 300
MOST_RATIO = 250  # a real sheet packs 5 to 60 times; deflate's limit is about 1,030
SMALL = 8 << 20  # below this no ratio matters

_HEAD = 16 << 10
_DIMENSION = re.compile(rb'<dimension\s+ref="[A-Z]+\d+:([A-Z]+)(\d+)"')


def check(path: Path) -> None:
    """Raise BadInput if unpacking `path` could hurt, or if it is no workbook."""
    if path.stat().st_size > MOST_PACKED:
        raise _refusal(path, f"超过 {MOST_PACKED >> 20} MB", f"over {MOST_PACKED >> 20} MB")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(path, archive.infolist())
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    _check_head(path, part.filename, _head(archive, part))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError):
        raise BadInput(
            f"{path.name}：文件损坏，打不开。请在 Excel 里重新另存为 .xlsx。",
            f"{path.name}: the file is damaged. Save it again as .xlsx in Excel.",
        ) from None
    except RuntimeError:  # zipfile's word for an encrypted part
        raise BadInput(
            f"{path.name}：带密码。请去掉密码再导入。",
            f"{path.name}: it has a password. Remove it and import again.",
        ) from None


def _head(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    with archive.open(part) as file:
        return file.read(_HEAD)


def _check_parts(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names:
        raise BadInput(
            f"{path.name}：不是 .xlsx 表格。", f"{path.name}: this is not an .xlsx workbook."
        )
    if any(name.endswith("vbaProject.bin") for name in names):
        raise BadInput(
            f"{path.name}：含有宏。请另存为不带宏的 .xlsx。",
            f"{path.name}: it holds macros. Save it as .xlsx without macros.",
        )
    if len(parts) > MOST_PARTS or sum("worksheets/" in name for name in names) > MOST_SHEETS:
        raise _refusal(path, "工作表太多", "too many sheets")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        raise _refusal(path, f"解开有 {unpacked >> 20} MB", f"it unpacks to {unpacked >> 20} MB")
    for part in parts:
        if part.file_size > SMALL and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            raise _refusal(path, "压缩得不正常", "it is packed in an abnormal way")


def _check_head(path: Path, name: str, head: bytes) -> None:
    plain = head.replace(b"\0", b"")  # UTF-16 is no hiding place
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise _refusal(path, "含有 DTD", "it holds a DTD")
    found = _DIMENSION.search(plain) if "worksheets/" in name else None
    if found is None:
        return
    rows, columns = int(found[2]), _column(found[1])
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise _refusal(path, f"有 {rows} 行 {columns} 列", f"{rows} rows, {columns} columns")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refusal(path: Path, zh: str, en: str) -> BadInput:
    return BadInput(
        f"{path.name}：{zh}，为安全起见不打开。请只留一张表、最多 {MOST_ROWS} 行，或另存为 .csv。",
        f"{path.name}: {en}, so it is not opened. Keep one sheet of at most {MOST_ROWS} rows,"
        " or save it as .csv.",
    )
