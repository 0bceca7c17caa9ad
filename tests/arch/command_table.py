"""How do the chat commands look in docs/commands.md? Run as a module, it writes the table anew."""

from core.domain.staff import EVERYONE, Role
from handlers.all import registry
from handlers.registry import Command
from tests.arch.sources import ROOT

DOCUMENT = ROOT / "docs" / "commands.md"
HEAD = "| command | 说法 | 谁 who | 做什么 | what it does |\n| --- | --- | --- | --- | --- |\n"


def rows() -> list[str]:
    """Return one row for each command, in the order of the menus."""
    return [_row(command) for command in registry().commands]


def _row(command: Command) -> str:
    slash = f"`/{command.name}{' ' + command.example if command.example else ''}`"
    words = "、".join(dict.fromkeys((command.zh, command.en, *command.words)))
    everybody = command.roles == EVERYONE
    who = "all" if everybody else ", ".join(role for role in Role if role in command.roles)
    cells = (slash, words, who, command.help_zh, command.help_en)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Write the table into the document, in place of the old one."""
    text = DOCUMENT.read_text("utf-8")
    start = text.index("| command | 说法")
    end = text.find("\n\n", start)
    rest = text[end:] if end >= 0 else "\n"
    DOCUMENT.write_text(text[:start] + HEAD + "\n".join(rows()) + rest, "utf-8")


if __name__ == "__main__":
    main()
