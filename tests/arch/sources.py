"""Which files are ours, and how are they read for the checks of this folder?"""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "charts", "core", "handlers", "jobs", "sandbox")
OTHERS = ("bench", "docs", "tests", ".ci")

Check = Callable[[ast.AST], Iterator[tuple[int, str]]]
"""Yields the line and the reason of each breach in a parsed file."""


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Return our Python files under `folders` (all packages if none is named), sorted."""
    return tuple(
        sorted(file for name in folders or PACKAGES for file in (ROOT / name).rglob("*.py"))
    )


@cache
def text_files() -> tuple[Path, ...]:
    """Return every file of ours that is text: code, documents and settings."""
    at_root = [file for file in ROOT.iterdir() if file.is_file()]
    deeper = [file for name in PACKAGES + OTHERS for file in (ROOT / name).rglob("*")]
    wanted = {".py", ".md", ".toml", ".lock", ".html", ".js", ".css", ".json", ".svg", ""}
    return tuple(
        sorted(
            file
            for file in at_root + deeper
            if file.is_file()
            and file.suffix in wanted
            and "__pycache__" not in file.parts
            and not file.name.startswith((".git", ".coverage"))
        )
    )


@cache
def tree(file: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def breaches(check: Check, files: tuple[Path, ...]) -> list[str]:
    """Return what `check` finds in `files`, as "path:line reason"."""
    return [
        f"{file.relative_to(ROOT)}:{line} {reason}"
        for file in files
        for line, reason in check(tree(file))
    ]


def found_in(check: Check, code: str) -> int:
    """Return how many breaches `check` finds in a piece of code: the control of a check."""
    return len(list(check(ast.parse(code))))
