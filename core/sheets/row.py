"""What is one row of a spreadsheet, and what can be wrong with its text?"""

import re
from typing import NamedTuple


class Fault(NamedTuple):
    """Why a row cannot be read, in both languages."""

    zh: str
    en: str


class Row(NamedTuple):
    """One row: its line in the file (from 1), its cells as text, and the text as it stood.

    A row with a `fault` may lack cells; what could be read is there.
    """

    no: int
    cells: list[str]
    raw: str
    fault: Fault | None = None


LOST = Fault(
    "文字已损坏（编码不对，或文件在一个字中间被截断）",
    "the text is damaged (wrong encoding, or the file was cut in the middle of a character)",
)
NUL = Fault("含有空字符（NUL）", "it holds a NUL character")
GARBLED = Fault(
    "文字是乱码（用错编码另存过）", "the text is garbled (saved once in a wrong encoding)"
)

_LOST = re.compile("[\ud800-\udfff\ufffd]|锟斤拷")
_RUN = re.compile("[^\x00-\x7f]{2,}")
_CODECS = ("gb18030", "latin-1", "cp1252")
_ENOUGH = 2  # two whole characters by chance are too rare to be an accident


def damage(text: str) -> Fault | None:
    """Say whether characters of `text` were lost or garbled before it came to us."""
    if "\0" in text:
        return NUL
    if text.isascii():
        return None
    if _LOST.search(text):
        return LOST
    runs = _RUN.findall(text)
    return GARBLED if any(_reads_better(runs, codec) for codec in _CODECS) else None


def _reads_better(runs: list[str], codec: str) -> bool:
    """Say whether some of `runs` are UTF-8 that somebody read as `codec`."""
    most = "\u2e80" if codec == "gb18030" else "\x80"  # Chinese that became Chinese is three bytes
    found = 0
    for run in runs:
        try:
            again = run.encode(codec).decode()
        except UnicodeError:
            continue
        found += sum(character >= most for character in again)
    return found >= _ENOUGH


def shown(raw: str) -> str:
    r"""Return `raw` so that every database keeps it: lost bytes as \\xNN, NUL as its picture."""
    if raw.isascii() and "\0" not in raw:
        return raw
    kept = re.sub("[\udc80-\udcff]", lambda m: f"\\x{ord(m[0]) - 0xDC00:02x}", raw)
    return re.sub("[\ud800-\udfff]", "\ufffd", kept).replace("\0", "\u2400")
