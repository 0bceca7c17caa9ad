"""Which command do these words mean, and what is left of them as its argument?"""

import difflib
import re
from dataclasses import dataclass
from typing import Final

from core.services import staff
from handlers.registry import Command, Menu, Registry

_SLASH: Final = re.compile(r"[/／]([^\s@/／]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
BREAKS: Final = " \t\n\u3000:：,，#"


@dataclass(frozen=True, slots=True)
class Said:
    """What a text means: a `command` and its `words`, or an `unknown` slash command, or words."""

    command: Command | None
    words: str
    unknown: str = ""


def code_in(text: str) -> str:
    """Return the invite's code that a text is or brings (`/start CODE`), or ""."""
    first, _, rest = text.strip().partition(" ")
    code = rest.strip() if first.partition("@")[0] == "/start" else first if not rest else ""
    return code if staff.CODE.fullmatch(code) else ""


class Vocabulary:
    """All words that name a command, the longest first."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._words = sorted(
            {
                (word.casefold(), command.name)
                for command in registry.commands
                for word in (command.name, command.zh, command.en, *command.words)
            },
            key=lambda pair: (-len(pair[0]), pair),
        )

    def understand(self, text: str) -> Said:
        """Find the command that a text begins with; `/order@our_bot 123`, `查订单123`, `库存`."""
        text = text.strip().strip("\u3000")
        slash = _SLASH.fullmatch(text)
        if slash:
            command = self._registry.by_word(slash[1])
            words = (slash[2] or "").strip()
            return Said(command, words, "" if command else slash[1])
        folded = text.casefold()
        for word, name in self._words:
            if folded.startswith(word):
                command = self._registry.by_word(name)
                if command and _ends_here(word, text[len(word) :], command):
                    return Said(command, text[len(word) :].strip(BREAKS))
        return Said(None, text)

    def nearest(self, unknown: str) -> str:
        """Return the slash command that was probably meant, or ""."""
        names = [command.name for command in self._registry.commands]
        return next(iter(difflib.get_close_matches(unknown.casefold(), names, 1)), "")


def _ends_here(word: str, rest: str, command: Command) -> bool:
    """Say whether a name of a command is over, so that `rest` is its argument.

    Chinese has no spaces: after a Chinese name digits and letters begin the argument, and after
    the three of the main menu anything does.
    """
    if not rest or rest[0] in BREAKS:
        return True
    if not _chinese(word[-1]):
        return False
    return command.menu is Menu.MAIN or not _chinese(rest[0])


def _chinese(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"
