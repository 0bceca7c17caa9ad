"""The schema's way: from empty, from the version before, and never half."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.domain.errors import BadInput
from core.services import Tx
from core.store import migrate as schema
from core.store.engine import open_store
from core.store.invariants import breaches
from core.store.migrate import LATEST, migrate, sqlalchemy_engine
from core.store.tables import metadata
from tests.clock import MONDAY_TEN
from tests.postgres import Cluster
from tests.shop import TestShop, order

FIRST = "0001"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: Cluster = request.getfixturevalue("cluster")
    return server.url(server.create())


def _differences(url: str) -> list[object]:
    engine = sqlalchemy_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        found = list(compare_metadata(context, metadata))
    engine.dispose()
    return found


def test_from_empty_to_what_the_code_declares(empty: str) -> None:
    """Every table, column and index that the code declares is there, and nothing else."""
    assert migrate(empty)
    assert schema.version(empty) == LATEST
    assert _differences(empty) == []
    assert not migrate(empty)


async def test_from_the_version_before_nothing_is_lost(empty: str) -> None:
    """Orders and stock of the first version are whole after the step up, to the last piece."""
    migrate(empty, FIRST)
    store = open_store(empty, lambda: MONDAY_TEN)
    await store.write(_old_rows)
    await store.close()
    migrate(empty)
    assert schema.version(empty) == LATEST
    assert _differences(empty) == []
    store = open_store(empty, lambda: MONDAY_TEN)
    shop = TestShop(store)
    try:
        assert await shop.level("cup") == (3, 0, 0)
        await shop.takes_in(order("1", ("cup", 2)))
        assert await shop.held() == {"1": ("HELD", 2, 0)}
        assert await store.read(breaches) == []
    finally:
        await store.close()


def _old_rows(tx: Tx) -> None:
    """Write what a shop on the first version had, without the code of today."""
    for sql in (
        (
            "INSERT INTO sku (id, code, code_key, created_at, updated_at)"
            " VALUES (1, 'cup', 'cup', :now, :now)"
        ),
        "INSERT INTO warehouse (id, code, name, created_at) VALUES (1, 'MAIN', 'x', :now)",
        "INSERT INTO stock (sku_id, warehouse_id, on_hand) VALUES (1, 1, 3)",
        (
            "INSERT INTO ledger (event, kind, sku_id, warehouse_id, on_hand, actor, at)"
            " VALUES ('r1', 'RECEIVE', 1, 1, 3, 'test', :now)"
        ),
    ):
        tx.run(sql, now=tx.now)
    if tx.dialect == "postgresql":
        for table in ("sku", "warehouse"):
            tx.all(f"SELECT setval('{table}_id_seq', 1)")


def test_a_step_that_fails_leaves_the_version_before_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration that breaks half-way is rolled back whole; the old schema still works."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    migrate(url, FIRST)
    before = _tables(tmp_path / "shop.db")
    steps = sorted(schema.HERE.glob("versions/rev_*.py"))
    broken = tmp_path / "migrations"
    (broken / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (broken / name).write_text((schema.HERE / name).read_text("utf-8"), "utf-8")
    for step in steps:
        (broken / "versions" / step.name).write_text(step.read_text("utf-8"), "utf-8")
    (broken / "versions" / "rev_9999_broken.py").write_text(
        f'revision = "9999"\ndown_revision = "{LATEST}"\n'
        "from alembic import op\n\n\ndef upgrade() -> None:\n"
        '    op.execute("CREATE TABLE half (id INTEGER)")\n    op.execute("NO SUCH SQL")\n',
        "utf-8",
    )
    monkeypatch.setattr(schema, "HERE", broken)
    with pytest.raises(Exception, match="syntax error"):
        migrate(url)
    assert _tables(tmp_path / "shop.db") == before
    assert schema.version(url) == FIRST


def _tables(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]
    connection.close()
    return names


def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    """An older program says that it must be upgraded instead of guessing at newer tables."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    migrate(url)
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(BadInput, match="later version"):
        migrate(url)
