"""One transaction: the only thing through which a store function speaks SQL."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

Dialect = Literal["sqlite", "postgresql"]
Row = Mapping[str, Any]

_NAMED = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


@lru_cache(maxsize=1024)
def _pyformat(sql: str) -> str:
    """Turn `:name` into psycopg's `%(name)s` and `?` into `%s`; casts (`::`) stay."""
    return _NAMED.sub(r"%(\1)s", sql.replace("%", "%%")).replace("?", "%s")


class Tx:
    """A transaction on a driver cursor. Statements are text with `:name` parameters.

    `now` is the time at which the transaction began (UTC milliseconds): all rows written in it
    carry the same time. `signals` names what listeners are told of after the commit.
    """

    __slots__ = ("_cursor", "_is_pg", "dialect", "now", "signals")

    def __init__(self, cursor: Any, dialect: Dialect, now: int) -> None:
        self._cursor = cursor
        self._is_pg = dialect == "postgresql"
        self.dialect: Dialect = dialect
        self.now = now
        self.signals: set[str] = set()

    def _execute(self, sql: str, params: Mapping[str, Any]) -> Any:
        return self._cursor.execute(_pyformat(sql) if self._is_pg else sql, params)

    def all(self, sql: str, **params: Any) -> list[Row]:
        """Return every row; values by column name."""
        rows: list[Row] = self._execute(sql, params).fetchall()
        return rows

    def one(self, sql: str, **params: Any) -> Row | None:
        """Return the first row, or None."""
        row: Row | None = self._execute(sql, params).fetchone()
        return row

    def value(self, sql: str, **params: Any) -> Any:
        """Return the first column of the first row, or None if there is no row."""
        row = self._execute(sql, params).fetchone()
        if row is None:
            return None
        return next(iter(row.values())) if self._is_pg else row[0]

    def run(self, sql: str, **params: Any) -> int:
        """Execute a statement and return how many rows it touched."""
        count: int = self._execute(sql, params).rowcount
        return count

    def many(self, sql: str, rows: Sequence[Mapping[str, Any]] | Sequence[Sequence[Any]]) -> None:
        """Execute a statement once per row.

        Rows are mappings for `:name` parameters or, where many are written, sequences for `?`: a
        look-up by name for each value costs as much as SQLite's own work.
        """
        if rows:
            self._cursor.executemany(_pyformat(sql) if self._is_pg else sql, rows)

    def relation(self, name: str, /, **columns: str) -> str:
        """Return SQL for a table made of the JSON parameter `:name` (see `packed`).

        `columns` are column names with their SQL type ("bigint" or "text"), in the order of the
        values of each row. With it a statement takes a whole batch: one statement, not N.
        """
        if self._is_pg:
            parts = [
                f"CAST(value->>{at} AS {kind}) AS {column}"
                for at, (column, kind) in enumerate(columns.items())
            ]
            return f"(SELECT {', '.join(parts)} FROM json_array_elements(CAST(:{name} AS json)))"
        parts = [
            f"json_extract(value, '$[{at}]') AS {column}" for at, column in enumerate(columns)
        ]
        return f"(SELECT {', '.join(parts)} FROM json_each(:{name}))"


def packed(rows: Sequence[Sequence[Any]]) -> str:
    """Encode rows for `Tx.relation`."""
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
