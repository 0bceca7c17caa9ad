"""What kind of file was given, whatever its name says, and how are its bytes opened?"""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast

from core.domain.errors import BadInput


class Kind(StrEnum):
    """What the first bytes say."""

    TEXT = "text"
    GZIP = "gzip"
    XLSX = "xlsx"


_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BROKEN = (OSError, EOFError, zlib.error)
"""What reading a cut or broken .gz raises."""


def kind_of(path: Path) -> Kind:
    """Say what `path` is. Raises BadInput for what cannot be read, with what to do instead."""
    head = _head(path)
    if head.startswith(_OLD_EXCEL):
        raise BadInput(
            f"{path.name}：这是旧的 .xls 或带密码的表格。请在 Excel 里去掉密码，另存为 .xlsx。",
            f"{path.name}: this is an old .xls or a workbook with a password."
            " Remove the password and save it as .xlsx in Excel.",
        )
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doctype", b"<table")):
        raise BadInput(
            f"{path.name}：这是网页，不是表格。请重新导出 .csv 或 .xlsx。",
            f"{path.name}: this is a web page, not a spreadsheet. Export it as .csv or .xlsx.",
        )
    if not head.strip():
        raise BadInput(f"{path.name}：文件是空的。", f"{path.name}: the file is empty.")
    if head.startswith(b"PK"):
        return Kind.XLSX
    return Kind.GZIP if head.startswith(b"\x1f\x8b") else Kind.TEXT


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(512)
    except FileNotFoundError:
        raise BadInput(f"没有这个文件：{path}。", f"There is no file {path}.") from None
    except OSError as error:
        raise BadInput(
            f"{path} 打不开：{error.strerror}。", f"{path} cannot be opened: {error.strerror}."
        ) from None


@contextmanager
def opened(path: Path, kind: Kind) -> Iterator[BinaryIO]:
    """Open the bytes of a text file, unpacked."""
    if kind is Kind.GZIP:
        with gzip.open(path, "rb") as packed:
            yield cast("BinaryIO", packed)
    else:
        with path.open("rb") as plain:
            yield plain
