"""Which commands are there? All modules of this package, put together."""

from collections.abc import Sequence
from typing import Final

from core.domain.staff import Role
from core.texts import LANGS
from handlers import (
    admin,
    exceptions,
    flags,
    groups,
    matching,
    orders,
    stock,
    summary,
    team,
    waybills,
)
from handlers.greeting import label
from handlers.registry import Menu, Registry

MODULES: Final = (
    orders,
    waybills,
    flags,
    exceptions,
    matching,
    stock,
    summary,
    admin,
    team,
    groups,
)
"""In the order of help and menus."""


def registry() -> Registry:
    """Return all commands.

    Raises:
        ValueError: Two commands share a word or a verb.
    """
    return Registry(tuple(command for module in MODULES for command in module.COMMANDS))


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
