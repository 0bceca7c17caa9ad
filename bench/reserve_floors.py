"""What reservations are measured against: bare drivers that write the same rows."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from core.store.reserve import Want

NOW = 1_772_416_800_000
BATCH = 200

ALLOCATE = (
    "INSERT INTO allocation (order_id, line_id, sku_id, warehouse_id, wanted, reserved, paid_at,"
    " version) VALUES (?, ?, ?, 1, 1, 1, ?, 1)"
)
RAISE = (
    "UPDATE stock SET reserved = reserved + 1 WHERE sku_id = ? AND warehouse_id = 1"
    " AND on_hand - reserved - quarantined >= 1"
)
ENTER = (
    "INSERT INTO ledger (event, kind, sku_id, warehouse_id, reserved, allocation_id, actor, at)"
    " VALUES (?, 'RESERVE', ?, 1, 1, ?, 'bench', ?)"
)


def bare_sqlite(connection: sqlite3.Connection, wants: Sequence[Want]) -> None:
    """The same rows with sqlite3 itself, 200 orders a transaction."""
    execute = connection.execute
    for at in range(0, len(wants), BATCH):
        execute("BEGIN IMMEDIATE")
        for want in wants[at : at + BATCH]:
            execute(RAISE, (want.sku_id,))
            execute(ALLOCATE, (want.order_id, want.line_id, want.sku_id, want.paid_at))
            execute(ENTER, (f"r{want.line_id}", want.sku_id, want.line_id, NOW))
        execute("COMMIT")


async def core_one_by_one(path: Path, wants: Sequence[Want]) -> None:
    """The same rows with SQLAlchemy Core on aiosqlite, one order a transaction."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    named = [_named(sql) for sql in (RAISE, ALLOCATE, ENTER)]
    for want in wants:
        values: tuple[dict[str, object], ...] = (
            {"p0": want.sku_id},
            {"p0": want.order_id, "p1": want.line_id, "p2": want.sku_id, "p3": want.paid_at},
            {"p0": f"r{want.line_id}", "p1": want.sku_id, "p2": want.line_id, "p3": NOW},
        )
        async with engine.begin() as connection:
            for statement, value in zip(named, values, strict=True):
                await connection.execute(text(statement), value)
    await engine.dispose()


def _named(sql: str) -> str:
    parts = sql.split("?")
    return "".join(f"{part}:p{at}" for at, part in enumerate(parts[:-1])) + parts[-1]


SET_BASED = """
WITH want AS (
  SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS w(line_id, sku_id, paid_at)
), locked AS (
  SELECT sku_id, on_hand - reserved - quarantined AS free FROM stock
  WHERE warehouse_id = 1 AND sku_id IN (SELECT sku_id FROM want) ORDER BY sku_id FOR UPDATE
), served AS (
  SELECT line_id, want.sku_id, paid_at, CASE WHEN row_number() OVER
    (PARTITION BY want.sku_id ORDER BY paid_at, line_id) <= free THEN 1 ELSE 0 END AS got
  FROM want JOIN locked ON locked.sku_id = want.sku_id
), entered AS (
  INSERT INTO allocation (order_id, line_id, sku_id, warehouse_id, wanted, reserved, short,
    paid_at, version)
  SELECT line_id, line_id, sku_id, 1, 1, got, 1 - got, paid_at, 1 FROM served
  ON CONFLICT DO NOTHING RETURNING id, line_id, sku_id, reserved
), raised AS (
  UPDATE stock SET reserved = stock.reserved + g.n
  FROM (SELECT sku_id, sum(reserved) AS n FROM entered GROUP BY sku_id) AS g
  WHERE stock.sku_id = g.sku_id AND stock.warehouse_id = 1
)
INSERT INTO ledger (event, kind, sku_id, warehouse_id, reserved, allocation_id, actor, at)
SELECT 'r' || line_id, 'RESERVE', sku_id, 1, reserved, id, 'bench', 0 FROM entered
WHERE reserved > 0
"""


def bare_psycopg(
    connection: "psycopg.Connection[tuple[object, ...]]", wants: Sequence[Want]
) -> None:
    """The same rows with psycopg itself, one set-based statement per 200 orders."""
    for at in range(0, len(wants), BATCH):
        part = wants[at : at + BATCH]
        columns = (
            [want.line_id for want in part],
            [want.sku_id for want in part],
            [want.paid_at for want in part],
        )
        with connection.transaction():
            connection.execute(SET_BASED, columns)


def loop_psycopg(
    connection: "psycopg.Connection[tuple[object, ...]]", wants: Sequence[Want]
) -> None:
    """The same rows with psycopg itself, one order a transaction."""
    raise_, allocate, enter = (sql.replace("?", "%s") for sql in (RAISE, ALLOCATE, ENTER))
    for want in wants:
        with connection.transaction():
            connection.execute(allocate, (want.order_id, want.line_id, want.sku_id, want.paid_at))
            connection.execute(enter, (f"r{want.line_id}", want.sku_id, want.line_id, NOW))
            connection.execute(raise_, (want.sku_id,))
