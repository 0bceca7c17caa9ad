"""Would ruff and mypy, as they are set up here, see what must not be written?"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.arch.sources import ROOT

STYLE = {
    "TID251": [
        "import asyncio\n\nasyncio.create_task(work())",
        "import asyncio\n\nasyncio.ensure_future(work())",
        "import asyncio\n\nasyncio.wait_for(work(), 1)",
        "import os\n\nprint(os.environ)",
        "import os\n\nprint(os.getenv('A'))",
        "import datetime\n\nprint(datetime.datetime.now(tz=datetime.UTC))",
        "import matplotlib.pyplot",
        "import time\n\nprint(time.time())",
    ],
    "TID252": ["from . import neighbour"],
    "S608": [
        "def find(name: str) -> str:\n    return f\"SELECT * FROM orders WHERE nick = '{name}'\""
    ],
    "BLE001": ["try:\n    work()\nexcept Exception:\n    x = 1"],
    "D103": ["def public() -> None:\n    return None"],
    "PLR0913": ["def many(a: int, b: int, c: int, d: int, e: int, f: int, g: int) -> None: ..."],
    "PGH003": ["x = 1  # type: ignore"],
    "B023": ["fs = []\nfor i in range(3):\n    fs.append(lambda: i)"],
}
TYPES = {
    "no-untyped-def": "def f(x): return x",
    "arg-type": "def f(x: int) -> int:\n    return x\n\n\nf('a')",
    "exhaustive-match": (
        "from core.domain.staff import Role\n\n\ndef f(r: Role) -> int:\n    match r:\n"
        "        case Role.OWNER:\n            return 1\n    return 2"
    ),
}


@pytest.mark.parametrize("code", STYLE)
def test_ruff_finds(code: str) -> None:
    """Each planted breach of style is reported under its rule."""
    for planted in STYLE[code]:
        done = subprocess.run(
            [
                program("ruff"),
                "check",
                "--output-format=concise",
                "--stdin-filename=core/a.py",
                "-",
            ],
            cwd=ROOT,
            input=f'"""Planted."""\n\n{planted}\n',
            capture_output=True,
            text=True,
            check=False,
        )
        assert code in done.stdout, planted


@pytest.mark.slow
def test_mypy_finds(tmp_path: Path) -> None:
    """Each planted error of type is reported under its code."""
    for code, planted in TYPES.items():
        (tmp_path / f"{code.replace('-', '_')}.py").write_text(planted + "\n")
    done = subprocess.run(
        [program("mypy"), "--config-file", ROOT / "pyproject.toml", *tmp_path.glob("*.py")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = set(re.findall(r"\[([a-z-]+)\]$", done.stdout, re.MULTILINE))
    assert found >= set(TYPES), done.stdout


def program(name: str) -> Path:
    """Return a program of the environment that the tests run in."""
    return Path(sys.executable).with_name(name)
