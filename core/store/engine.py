"""Which database: a URL becomes an open store."""

from collections.abc import Callable
from pathlib import Path

from core.domain.errors import BadInput
from core.store.door import Engine, Store

SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql://", "postgres://")


def sqlite_path(url: str) -> Path | None:
    """Return the file of a SQLite URL, or None if `url` means PostgreSQL.

    Raises BadInput if it is neither.
    """
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return Path(url.removeprefix(SQLITE))
    if url.startswith(POSTGRESQL):
        return None
    raise BadInput(
        f"[database] url 写的是“{url}”：请写 sqlite:///文件路径 或 postgresql://用户@主机/库名。",
        f"[database] url is {url!r}: write sqlite:///PATH or postgresql://USER@HOST/NAME.",
    )


def open_store(url: str, clock: Callable[[], int]) -> Store:
    """Open the store at `url`; the schema must be there already (see `core.store.migrate`).

    `clock` returns UTC milliseconds. Raises BadInput if the URL is not understood.
    """
    listeners: dict[str, list[Callable[[], None]]] = {}

    def tell(signals: set[str]) -> None:
        for signal in signals:
            for listener in listeners.get(signal, ()):
                listener()

    path = sqlite_path(url)
    engine: Engine
    if path is not None:
        from core.store.engine_sqlite import SqliteEngine, create_file  # noqa: PLC0415 - lazy

        create_file(path)
        engine = SqliteEngine(path, clock, tell)
    else:
        from core.store.engine_postgresql import PostgresEngine  # noqa: PLC0415 - lazy

        engine = PostgresEngine(url, clock, tell)
    return Store(engine, clock, listeners)
