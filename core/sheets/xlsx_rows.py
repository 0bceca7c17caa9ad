"""How are the rows of an .xlsx read without trusting it? By a child process into a spool file."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from core.domain.errors import BadInput
from core.sheets import xlsx_guard
from core.sheets.row import Row, damage

_CHILD = Path(__file__).with_name("xlsx_child.py")


def spooled(path: Path) -> IO[bytes]:
    """Unpack `path` in a child process and return its rows as a temporary file of JSON lines.

    The file vanishes when it is closed. Raises BadInput for bombs, broken files and those that
    would be misread; nothing was handed out then.
    """
    xlsx_guard.check(path)
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    command = [sys.executable, "-I", str(_CHILD), str(path), str(xlsx_guard.MOST_ROWS)]
    done = subprocess.run(  # noqa: S603 - our own file, no shell
        command, stdout=spool, stderr=subprocess.DEVNULL, check=False
    )
    last = _last_line(spool)
    if last.get("end") and done.returncode == 0:
        spool.seek(0)
        return spool
    spool.close()
    zh, en = last.get("error", ("读不出来（文件损坏或太大）", "it is damaged or too big to read"))
    raise BadInput(f"{path.name}：{zh}。", f"{path.name}: {en}.")


def _last_line(spool: IO[bytes]) -> dict[str, Any]:
    spool.seek(max(0, spool.seek(0, 2) - 4096))
    lines = spool.read().splitlines()
    try:
        last = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return last if isinstance(last, dict) else {}


def xlsx_rows(spool: IO[bytes]) -> Iterator[Row]:
    """Yield the rows of a spool, the first one (the heading) first."""
    spool.seek(0)
    next(spool)
    for line in spool:
        if line.startswith(b"{"):
            return
        number, *cells = json.loads(line)
        raw = "\t".join(cells).rstrip("\t")
        yield Row(number, cells, raw, damage(raw))
