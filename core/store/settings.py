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
