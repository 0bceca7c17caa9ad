"""Frozen schema steps: each revision is a pair of SQL files, written once and never edited.

`python -m core.store.migrations.frozen NAME` writes the pair for the tables as they are now (for a
first revision); later revisions are written by hand, since only a person knows what to keep.
"""

import sys
from pathlib import Path

from alembic import op

FOLDER = Path(__file__).parent / "versions"

APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}\n"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in ("audit", "seal", "ledger")
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        ),
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}\n"
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
            for table in ("audit", "seal", "ledger")
        ),
    ],
}
"""Triggers that refuse to change or delete a row of the trail and of the ledger (I10)."""


def run(name: str) -> None:
    """Execute the SQL file of revision `name` for the database at hand."""
    dialect = op.get_bind().dialect.name
    text = (FOLDER / f"{name}.{dialect}.sql").read_text("utf-8")
    for statement in text.split(";\n\n"):
        if statement.strip():
            op.execute(statement)


def write(name: str) -> None:
    """Write the SQL files that make every table of today from nothing."""
    from sqlalchemy import Dialect  # noqa: PLC0415
    from sqlalchemy.dialects import postgresql, sqlite  # noqa: PLC0415 - a tool's need
    from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement  # noqa: PLC0415

    from core.store.tables import metadata  # noqa: PLC0415

    dialects: list[Dialect] = [sqlite.dialect(), postgresql.dialect()]  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
    for dialect in dialects:
        parts = []
        for table in metadata.sorted_tables:
            indexes = sorted(table.indexes, key=lambda index: str(index.name))
            steps: list[DDLElement] = [CreateTable(table), *map(CreateIndex, indexes)]
            for step in steps:
                text = str(step.compile(dialect=dialect)).strip()
                parts.append("\n".join(line.rstrip() for line in text.splitlines()))
        parts.extend(APPEND_ONLY[dialect.name])
        path = FOLDER / f"{name}.{dialect.name}.sql"
        path.write_text(";\n\n".join(parts) + ";\n\n", "utf-8")


if __name__ == "__main__":
    write(sys.argv[1])
