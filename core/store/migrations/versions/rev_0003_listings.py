"""Listings: what shops offer, what of it buyers see, and what they shall see."""

from core.store.migrations.frozen import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run("0003_listings")
