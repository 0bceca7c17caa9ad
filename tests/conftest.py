"""What every test may ask for: a clock, a database of each kind, an open store.

A test that takes `store` (or `database`, its URL) runs once on SQLite and once on PostgreSQL.
After it the invariants of `zhanggui verify` are checked on what it left behind.
"""

import importlib.util
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.store.door import Store
from core.store.engine import open_store
from core.store.invariants import breaches
from core.store.migrate import migrate
from tests.account import Account, note_database
from tests.clock import SettableClock
from tests.postgres import Cluster, Source, find

SQLITE, POSTGRESQL = "sqlite", "postgresql"
SQLITE_LABEL = f"SQLite {sqlite3.sqlite_version}"

DRIVER = importlib.util.find_spec("playwright")
collect_ignore = [] if DRIVER else ["browser"]  # `make test` installs no browser driver

source = pytest.StashKey[Source | None]()


def pytest_configure(config: pytest.Config) -> None:
    """Look for PostgreSQL before any test is collected; in CI its absence ends the run."""
    found = config.stash[source] = find(os.environ)
    if found is None and os.environ.get("CI"):
        raise pytest.UsageError(
            "No PostgreSQL: set TEST_PG_URL, install Debian's postgresql, or run `make test`, "
            "which installs a wheel with its programs."
        )
    postgres = f"PostgreSQL ({found.label})" if found else "no PostgreSQL found"
    gaps = [] if DRIVER else ["all browser tests (make test-browser)"]
    gaps += [] if found else ["every PostgreSQL variant (see docs/operations.md)"]
    config.pluginmanager.register(Account(f"databases: {SQLITE_LABEL}, {postgres}", gaps))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever takes a database on every kind that is here."""
    if "database" not in metafunc.fixturenames:
        return
    kinds = [pytest.param(SQLITE, id=SQLITE)]
    if metafunc.config.stash[source]:
        kinds.append(pytest.param(POSTGRESQL, id=POSTGRESQL, marks=pytest.mark.postgres))
    metafunc.parametrize("database", kinds, indirect=True)


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
    """Return the PostgreSQL server of this run (of this process, where there are several)."""
    found = pytestconfig.stash[source]
    if found is None:
        raise pytest.UsageError("this test needs PostgreSQL, and none was found")
    server = Cluster(found)
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
    if request.param == SQLITE:
        note_database(request.node, SQLITE_LABEL)
        file = tmp_path / "zhanggui.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        url = f"sqlite:///{file}"
        yield url
        await _verify(request.node, url, clock)
        return
    server: Cluster = request.getfixturevalue("cluster")
    note_database(request.node, server.label)
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
