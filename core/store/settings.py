"""What the program itself keeps between runs, by name."""

from core.store.tx import Tx


def first(tx: Tx, name: str, value: str) -> str:
    """Keep `value` unless there is one already; return the one that is kept."""
    tx.run(
        "INSERT INTO setting (name, value, updated_at) VALUES (:name, :value, :now)"
        " ON CONFLICT (name) DO NOTHING",
        name=name,
        value=value,
        now=tx.now,
    )
    kept: str = tx.value("SELECT value FROM setting WHERE name = :name", name=name)
    return kept


def get(tx: Tx, name: str) -> str | None:
    """Return what is kept under `name`."""
    kept: str | None = tx.value("SELECT value FROM setting WHERE name = :name", name=name)
    return kept


def put(tx: Tx, name: str, value: str) -> None:
    """Keep `value` in place of what was kept."""
    tx.run(
        "INSERT INTO setting (name, value, updated_at) VALUES (:name, :value, :now)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value,"
        " updated_at = excluded.updated_at WHERE setting.value <> excluded.value",
        name=name,
        value=value,
        now=tx.now,
    )
