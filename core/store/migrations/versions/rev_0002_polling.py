"""Polling: how far each shop was asked, and what a platform gives instead of an address."""

from core.store.migrations.frozen import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run("0002_polling")
