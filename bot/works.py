"""What a terminal command works on, and where its work is found."""

import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.out import Out
from bot.sections import Settings
from core.store.door import Store


@dataclass(frozen=True, slots=True)
class Shop:
    """What a command works on."""

    settings: Settings
    store: Store


Work = Callable[[Shop, Mapping[str, Any], Out], Awaitable[int]]
"""Carries a command out and returns its exit code."""

READS = {"verify": "checks", "report": "checks"}
WRITES = {
    "invite": "staff",
    "import-skus": "files",
    "import-orders": "files",
    "keep-grant": "authorize",
}
"""Command → the module of `bot.cli` that holds its work, under its own name."""


def find(name: str) -> Work:
    """Return the work of a command; only its own module is imported."""
    module = importlib.import_module(f"bot.cli.{READS.get(name) or WRITES[name]}")
    work: Work = getattr(module, name.replace("-", "_"))
    return work
