"""What did a run use and what did it leave out? Said at its start and at its end.

Tests may run in several processes; each tells the one that speaks to the person.
"""

from collections import Counter
from typing import Any

import pytest

ELSEWHERE = {"browser": "make test-browser", "data": "make check-data"}
"""Marks of the tests that another target runs."""

USED = "database"


def note_database(node: pytest.Item, label: str) -> None:
    """Note that a test runs on the database `label`."""
    node.user_properties.append((USED, label))


class Account:
    """Counts tests per database and tests left to other targets, over all processes."""

    def __init__(self, header: str, gaps: list[str]) -> None:
        self._header = header
        self._gaps = gaps
        self._tested: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    def pytest_report_header(self) -> str:
        """Say which databases the run uses."""
        return self._header

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test that ran on a database."""
        if report.when == "call":
            self._tested.update(
                str(label) for name, label in report.user_properties if name == USED
            )

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Count what the chosen target leaves to another one."""
        for item in items:
            self._left_out.update(mark for mark in ELSEWHERE if item.get_closest_marker(mark))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """In a process of several: hand the count over."""
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["left_out"] = dict(self._left_out)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the count of a process over; every process collects the same tests."""
        self._left_out |= Counter(getattr(node, "workeroutput", {}).get("left_out", {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what ran on which database, what did not run, and how to run it."""
        for label, number in sorted(self._tested.items()):
            terminalreporter.write_line(f"databases: {number} tests on {label}")
        for gap in self._gaps:
            terminalreporter.write_line(f"left out: {gap}")
        for mark, number in sorted(self._left_out.items()):
            terminalreporter.write_line(f"left out: {number} {mark} tests ({ELSEWHERE[mark]})")
