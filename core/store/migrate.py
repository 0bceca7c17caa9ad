"""Bring a database's schema up to this version, from empty or from any version before."""

import sqlite3
from pathlib import Path
from typing import Any

from core.domain.errors import BadInput
from core.store.engine import sqlite_path
from core.store.engine_sqlite import connect, create_file

HERE = Path(__file__).parent / "migrations"
LATEST = "0003"


def version(url: str) -> str:
    """Return the schema version of the database, "" if it has none."""
    path = sqlite_path(url)
    if path is not None:
        return _sqlite_version(path)
    import psycopg  # noqa: PLC0415 - only where PostgreSQL is used

    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        if found is None or found[0] is None:
            return ""
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else ""


def _sqlite_version(path: Path) -> str:
    if not path.exists():
        return ""
    connection = connect(path, read_only=True)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return ""
    finally:
        connection.close()
    return str(row[0]) if row else ""


def migrate(url: str, to: str = "head") -> bool:
    """Bring the schema to revision `to`; return whether anything had to be done.

    Costs a single look-up when it is there already. A failed migration is rolled back whole.
    Raises BadInput when the database was written by a later version of the program.
    """
    now = version(url)
    if now == LATEST and to == "head":
        return False
    if now > LATEST:
        raise BadInput(
            f"数据库是更新版本（{now}）写的，本程序只到 {LATEST}：请升级程序。",
            f"The database was written by a later version ({now}; this program knows {LATEST}):"
            " please upgrade the program.",
        )
    path = sqlite_path(url)
    if path is not None:
        create_file(path)
    _alembic(url, to)
    return True


def _alembic(url: str, to: str) -> None:
    from alembic import command  # noqa: PLC0415 - 0.3 s to import, needed once
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["url"] = url
    command.upgrade(config, to)


def sqlalchemy_engine(url: str) -> Any:
    """Return a SQLAlchemy engine for schema work (never used on the hot paths)."""
    from sqlalchemy import create_engine  # noqa: PLC0415 - schema work only

    path = sqlite_path(url)
    if path is not None:
        return create_engine("sqlite://", creator=lambda: connect(path))
    return create_engine(url.replace("postgres://", "postgresql://", 1))
