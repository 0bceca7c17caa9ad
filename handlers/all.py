"""Which commands are there? All modules of this package, put together."""

import importlib
from collections.abc import Iterator, Sequence
from typing import Final

from core.domain.staff import Role
from core.texts import LANGS
from handlers.greeting import label
from handlers.registry import Command, Menu, Registry

MODULES: Final = (
    "orders",
    "waybills",
    "flags",
    "exceptions",
    "stock",
    "summary",
    "admin",
    "team",
    "groups",
)
"""In the order of help and menus."""


def registry() -> Registry:
    """Return all commands.

    Raises:
        ValueError: Two commands share a word or a verb.
    """
    return Registry(tuple(_commands()))


def _commands() -> Iterator[Command]:
    for name in MODULES:
        try:
            module = importlib.import_module(f"handlers.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"handlers.{name}":
                raise
            continue
        yield from module.COMMANDS


def menus(everything: Registry) -> dict[str, Sequence[tuple[str, str]]]:
    """Return for each language what a platform's own menu lists: (slash command, what it does)."""
    shown = [
        one
        for menu in (Menu.MAIN, Menu.MORE)
        for one in everything.commands
        if one.menu is menu and Role.CLERK in one.roles
    ]
    return {
        lang: [
            (one.name, f"{label(one, lang)} · {one.help_en if lang == 'en' else one.help_zh}")
            for one in shown
        ]
        for lang in LANGS
    }
