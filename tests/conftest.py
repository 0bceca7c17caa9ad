"""What every test may ask for: a clock, a database of each kind, and an account of the run.

A test that takes `store` (or `database`, its URL) runs once on SQLite and once on PostgreSQL.
After it the invariants of `zhanggui verify` are checked on what it left behind.
"""

import importlib.util
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.store.door import Store
from core.store.engine import open_store
from core.store.invariants import breaches
from core.store.migrate import migrate
from tests.clock import SettableClock
from tests.postgres import Cluster, Source, find

ROOT = Path(__file__).parent.parent
SQLITE, POSTGRESQL = "sqlite", "postgresql"

DRIVER = importlib.util.find_spec("playwright")
collect_ignore = [] if DRIVER else ["browser"]  # `make test` installs no browser driver

source = pytest.StashKey[Source | None]()
tested = pytest.StashKey[Counter[str]]()
left_out = pytest.StashKey[Counter[str]]()
versions = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Look for PostgreSQL before any test is collected; in CI its absence ends the run."""
    config.stash[source] = find(os.environ)
    config.stash[tested] = Counter()
    config.stash[left_out] = Counter()
    config.stash[versions] = {SQLITE: sqlite3.sqlite_version}
    if config.stash[source] is None and os.environ.get("CI"):
        raise pytest.UsageError(
            "No PostgreSQL: set TEST_PG_URL, install Debian's postgresql, or run `make test`, "
            "which installs a wheel with its programs."
        )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever takes a database on every kind that is here."""
    if "database" not in metafunc.fixturenames:
        return
    kinds = [pytest.param(SQLITE, id=SQLITE)]
    if metafunc.config.stash[source]:
        kinds.append(pytest.param(POSTGRESQL, id=POSTGRESQL, marks=pytest.mark.postgres))
    metafunc.parametrize("database", kinds, indirect=True)


def pytest_report_header(config: pytest.Config) -> str:
    """Say which databases the run uses."""
    found = config.stash[source]
    postgres = f"PostgreSQL ({found.label})" if found else "no PostgreSQL found"
    return f"databases: SQLite {sqlite3.sqlite_version}, {postgres}"


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Count what the chosen target leaves to another one."""
    for item in items:
        for mark in ("browser", "data"):
            if item.get_closest_marker(mark):
                item.config.stash[left_out][mark] += 1


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what ran on which database, and what did not run and how to run it."""
    line = terminalreporter.write_line
    for kind in (SQLITE, POSTGRESQL):
        number = config.stash[tested][kind]
        label = config.stash[versions].get(kind, "")
        if number:
            line(f"databases: {number} tests on {kind} {label}")
    if config.stash[source] is None:
        line("left out: every PostgreSQL variant (no server found, see docs/operations.md)")
    if not DRIVER:
        line("left out: all browser tests (make test-browser)")
    for mark, target in (("browser", "test-browser"), ("data", "check-data")):
        number = config.stash[left_out][mark]
        if number:
            line(f"left out: {number} {mark} tests (make {target})")


@pytest.fixture
def clock() -> SettableClock:
    """Return a clock that stands still at Monday 2 March 2026, 10:00 in Shanghai."""
    return SettableClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty migrated SQLite file; each test copies it."""
    file = tmp_path_factory.mktemp("template") / "zhanggui.db"
    migrate(f"sqlite:///{file}")
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Iterator[Cluster]:
    """Return the PostgreSQL server of this run."""
    found = pytestconfig.stash[source]
    if found is None:
        raise pytest.UsageError("this test needs PostgreSQL, and none was found")
    server = Cluster(found)
    pytestconfig.stash[versions][POSTGRESQL] = f"{server.version} ({found.label})"
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(cluster: Cluster) -> Iterator[str]:
    """Return the name of an empty migrated database; each test gets a copy of it."""
    name = cluster.create()
    migrate(cluster.url(name))
    yield name
    cluster.drop(name)


@pytest.fixture
async def database(
    request: pytest.FixtureRequest, tmp_path: Path, clock: SettableClock
) -> AsyncIterator[str]:
    """Return the URL of a fresh migrated database; afterwards check its invariants."""
    kind = request.param
    request.config.stash[tested][kind] += 1
    if kind == SQLITE:
        file = tmp_path / "zhanggui.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        url = f"sqlite:///{file}"
        yield url
        await _verify(request.node, url, clock)
        return
    server: Cluster = request.getfixturevalue("cluster")
    name = server.create(request.getfixturevalue("postgres_template"))
    url = server.url(name)
    yield url
    try:
        await _verify(request.node, url, clock)
    finally:
        server.drop(name)


@pytest.fixture
async def store(database: str, clock: SettableClock) -> AsyncIterator[Store]:
    """Return an open store on a fresh migrated database of each kind."""
    opened = open_store(database, clock)
    yield opened
    await opened.close()


async def _verify(item: pytest.Item, url: str, clock: SettableClock) -> None:
    """Fail the test if what it left in the database breaks an invariant."""
    if item.get_closest_marker("breaks_invariants"):
        return
    opened = open_store(url, clock)
    try:
        found = await opened.read(breaches)
    finally:
        await opened.close()
    if found:
        pytest.fail("the test left breaches behind:\n" + "\n".join(found))
