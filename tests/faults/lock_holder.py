"""A second process that holds the write lock: takes it, says so, and lets go when told.

python -m tests.faults.lock_holder URL TABLE
"""

import sqlite3
import sys

import psycopg


def main(url: str, table: str) -> None:
    """Lock the whole SQLite file, or one table of PostgreSQL, until a line comes in."""
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        _wait()
        connection.execute("ROLLBACK")
        connection.close()
        return
    with psycopg.connect(url) as held:
        held.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE".encode())
        _wait()
        held.rollback()


def _wait() -> None:
    sys.stdout.write("locked\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])
