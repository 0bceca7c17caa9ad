"""Are the files themselves as they should be: locks, addresses, sizes?"""

import re
from pathlib import Path

from tests.arch.sources import ROOT, python_files, text_files

LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-browser.lock")
PINNED = re.compile(r"^([A-Za-z0-9_.-]+(?:\[[a-z,]+\])?)==([^ ;]+)(.*)$", re.MULTILINE)
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.", "deb." + "debian.org")
LONGEST = 400


def blocks(lock: str) -> dict[tuple[str, str], str]:
    """Return what stands under each pinned name and version."""
    text = (ROOT / lock).read_text("utf-8")
    starts = list(PINNED.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return {
        (start[1], start[2]): text[start.start() : end]
        for start, end in zip(starts, ends, strict=True)
    }


def test_lock_files_name_no_address() -> None:
    """Whoever installs says where from; the files only say what."""
    for lock in LOCKS:
        assert "://" not in (ROOT / lock).read_text("utf-8"), lock


def test_every_locked_package_has_its_hash() -> None:
    """Nothing but the very files that were locked can be installed."""
    for lock in LOCKS:
        pinned = blocks(lock)
        assert len(pinned) > 40
        assert not [name for name, block in pinned.items() if "--hash=sha256:" not in block]


def test_the_lock_files_agree() -> None:
    """Installing the tests' lock over the run's lock adds packages and changes none."""
    run, tests, browser = (set(blocks(lock)) for lock in LOCKS)
    assert run < tests < browser


def test_no_file_names_a_package_registry() -> None:
    """Which registry or mirror is used is the business of the machine."""
    named = [
        f"{file.relative_to(ROOT)}: {host}"
        for file in text_files()
        for host in REGISTRIES
        if host in file.read_text("utf-8", errors="replace")
    ]
    assert not named


def test_no_file_answers_two_questions() -> None:
    """A file that grows past this length is two files."""
    files = python_files() + python_files("tests") + python_files("bench")
    assert not [
        f"{file.relative_to(ROOT)}: {n}" for file in files if (n := _lines(file)) > LONGEST
    ]


def test_documents_come_in_both_languages() -> None:
    """What a shop reads first exists in Chinese and in English, each linking to the other."""
    names = ("README", "docs/quickstart", "docs/channels", "docs/kpi", "docs/operations")
    for english in (ROOT / f"{name}.md" for name in names):
        chinese = english.with_suffix(".zh-CN.md")
        assert f"({chinese.name})" in english.read_text("utf-8")
        assert f"({english.name})" in chinese.read_text("utf-8")


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n")
