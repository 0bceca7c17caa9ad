"""The few kinds of column that all tables are made of; the same on SQLite and PostgreSQL.

Numbers are 64-bit integers: ids, pieces, fen, UTC milliseconds (`*_at`), and 0/1 for yes and no.
There is no float, no local time and no driver-specific type anywhere.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)

_INT = BigInteger().with_variant(Integer(), "sqlite")


def table(name: str, *parts: SchemaItem) -> Table:
    """Declare a table (STRICT on SQLite, so that a wrong type is refused there too)."""
    return Table(name, metadata, *parts, sqlite_strict=True)


def own_id() -> Column[int]:
    """The table's own number, given by the database."""
    return Column("id", _INT, primary_key=True, autoincrement=True)


def number(name: str, *, default: int | None = None, **more: Any) -> Column[int]:
    """A whole number that is always there."""
    server_default = None if default is None else str(default)
    return Column(name, _INT, nullable=False, server_default=server_default, **more)


def maybe_number(name: str, **more: Any) -> Column[int]:
    """A whole number that may be unknown."""
    return Column(name, _INT, nullable=True, **more)


def words(name: str, *, default: str | None = None, **more: Any) -> Column[str]:
    """A text that is always there (perhaps empty)."""
    return Column(name, Text, nullable=False, server_default=default, **more)


def maybe_words(name: str, **more: Any) -> Column[str]:
    """A text that may be unknown."""
    return Column(name, Text, nullable=True, **more)


def octets(name: str) -> Column[bytes]:
    """Raw bytes: a digest."""
    return Column(name, LargeBinary, nullable=False)


def ref(name: str, to: str, *, optional: bool = False, primary_key: bool = False) -> Column[int]:
    """The id of a row in table `to`."""
    return Column(name, _INT, ForeignKey(f"{to}.id"), nullable=optional, primary_key=primary_key)


def by_prefix(name: str) -> dict[str, str]:
    """How PostgreSQL must index a text so that its beginnings are found too (SQLite always does).

    For `postgresql_ops`; the statement compares with `~>=~` and `~<~`.
    """
    return {name: "text_pattern_ops"}
