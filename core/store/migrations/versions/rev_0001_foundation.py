"""Everything the foundation needs: orders, stock, people, work and the trail."""

from core.store.migrations.frozen import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    run("0001_foundation")
