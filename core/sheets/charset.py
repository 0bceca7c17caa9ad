"""In which encoding is a text file written, and is all of it there?

UTF-8 (with or without BOM) is tried first, then GB18030, which holds GBK. A file that is mostly
valid UTF-8 stays UTF-8 with damaged rows: it is never read as Chinese that nobody wrote.
"""

import codecs
import re
from pathlib import Path

from core.domain.errors import BadInput
from core.sheets.source import BROKEN, Kind, opened

CHUNK = 1 << 20
LONGEST_LINE = 8 << 20
MOST_UNPACKED = 4 << 30

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class _Look:
    """What one pass over the bytes found."""

    def __init__(self) -> None:
        self.whole = 0  # characters beyond ASCII that are valid UTF-8
        self.broken = 0  # bytes that are not
        self.last_broken = 0  # of these, at the very end
        self.size = 0
        self.line = 0
        self.longest = 0

    def take(self, data: bytes, text: str) -> None:
        """Count one chunk; undecodable bytes stand in `text` as lone surrogates."""
        self.size += len(data)
        self._measure(data)
        if text.isascii():
            return
        beyond = len(text) - len(text.encode("ascii", "ignore"))
        lost = len(_LOST.findall(text))
        self.whole += beyond - lost
        self.broken += lost
        self.last_broken = len(text) - len(_LOST_AT_END.sub("", text)) if lost else 0

    def _measure(self, data: bytes) -> None:
        """Follow a line over chunks; within one chunk no line is too long."""
        first = data.find(b"\n")
        self.longest = max(self.longest, self.line + (len(data) if first < 0 else first))
        self.line = self.line + len(data) if first < 0 else len(data) - data.rfind(b"\n") - 1


_LOST = re.compile("[\udc80-\udcff]")
_LOST_AT_END = re.compile("[\udc80-\udcff]+$")


def charset_of(path: Path, kind: Kind, forced: str = "") -> str:
    """Return the codec of a text file; `forced` is the mapping's word and wins.

    Every byte is looked at once, so a cut archive, a bomb and a line without end are refused
    (BadInput) before anything is imported.
    """
    if forced:
        _known(path, forced)
    look = _Look()
    head = b""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    try:
        with opened(path, kind) as file:
            while data := file.read(CHUNK):
                head = head or data[:4]
                look.take(data, decoder.decode(data))
                _bounded(path, look)
            look.take(b"", decoder.decode(b"", final=True))
    except BROKEN as error:
        raise BadInput(
            f"{path.name}：压缩文件不完整（{error}），请重新下载。",
            f"{path.name}: the archive is incomplete ({error}); download it again.",
        ) from None
    return forced or next((name for mark, name in _MARKS if head.startswith(mark)), _judge(look))


def _judge(look: _Look) -> str:
    only_the_end_is_cut = look.broken and look.broken == look.last_broken
    if not look.broken or look.whole > look.broken or only_the_end_is_cut:
        return "utf-8"
    return "gb18030"


def _known(path: Path, name: str) -> None:
    try:
        codecs.lookup(name)
    except LookupError:
        raise BadInput(
            f"{path.name}：没有“{name}”这种编码，请改渠道的 charset。",
            f"{path.name}: there is no encoding {name!r}; change the channel's charset.",
        ) from None


def _bounded(path: Path, look: _Look) -> None:
    if look.longest > LONGEST_LINE:
        raise BadInput(
            f"{path.name}：有一行超过 {LONGEST_LINE >> 20} MB，这不是订单表格。",
            f"{path.name}: a line is longer than {LONGEST_LINE >> 20} MB;"
            " this is no list of orders.",
        )
    if look.size > MOST_UNPACKED:
        raise BadInput(
            f"{path.name}：解开后超过 {MOST_UNPACKED >> 30} GB，请分成几个文件。",
            f"{path.name}: it unpacks to more than {MOST_UNPACKED >> 30} GB; split it.",
        )
