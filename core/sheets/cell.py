"""What may stand in a cell that we write, so that no program runs it, refuses it or cuts it?"""

import re
from decimal import Decimal

Cell = str | int | Decimal | None

LONGEST = 32_767  # what Excel keeps of a cell
CUT = "…〔已截断 cut〕"

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_RISKY = "=+-@\t\r\n＝＋－＠"  # what Excel, WPS and Numbers take for the start of a formula
_NEEDS_MARK = re.compile(f"[{re.escape(_RISKY)}']")
MARKED = re.compile(f"'[{re.escape(_RISKY)}']")
"""A cell that `guarded` marked, and no other."""


def clean(text: str) -> str:
    r"""Return `text` as a cell can hold it.

    Control characters become their pictures (␋), line ends become \\n, and what is longer than
    32,767 characters is cut with a mark.
    """
    plain = _CONTROL.sub(_picture, text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain if len(plain) <= LONGEST else plain[: LONGEST - len(CUT)] + CUT


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:  # noqa: PLR2004 - the pictures stand in the order of the characters
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "�"  # noqa: PLR2004 - DEL


def guarded(text: str) -> str:
    """Return clean text for a .csv: a leading ' keeps a formula from being one."""
    safe = clean(text)
    return f"'{safe}"[:LONGEST] if _NEEDS_MARK.match(safe) else safe


def unguarded(cell: str) -> str:
    """Return what `guarded` was given."""
    return cell[1:] if MARKED.match(cell) else cell
