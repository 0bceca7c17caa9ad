"""Do the imports go only where architecture allows, and would a breach be seen?"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.arch.sources import PACKAGES, ROOT

PLANTED = {
    "charts.planted": ["handlers"],
    "core.domain.planted": ["core.store.door", "pydantic"],
    "core.services.planted": ["core.ports", "matplotlib"],
    "core.store.planted": ["core.services"],
    "handlers.planted": ["jobs", "core.store.tables", "sqlalchemy", "telegram"],
    "jobs.planted": ["handlers"],
    "sandbox.planted": ["bot"],
    "charts.planted_a": ["charts.planted_b"],
    "charts.planted_b": ["charts.planted_a"],
}
"""Modules that must not be: each import in them breaks a contract."""


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    command: list[str | Path] = [linter, "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_contract_is_kept() -> None:
    """The architecture of docs and code is the same one."""
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_planted_breaches_are_found(tmp_path: Path) -> None:
    """The control: in a copy with forbidden imports, each of them is named."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module, imports in PLANTED.items():
        file = tmp_path / (module.replace(".", "/") + ".py")
        file.write_text("".join(f"import {name}\n" for name in imports))
    done = lint(tmp_path)
    assert done.returncode == 1
    said = done.stdout
    missed = [
        f"{module} -> {name}"
        for module, imports in PLANTED.items()
        for name in imports
        if not any(module in line and name in line for line in said.splitlines())
        and "planted_" not in module
    ]
    assert not missed, said
    assert "No cycles BROKEN" in said
