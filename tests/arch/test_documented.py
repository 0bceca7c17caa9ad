"""Is everything that a person can say to the program described, and nothing else?"""

import argparse
import re
import tomllib
from pathlib import Path

from bot.__main__ import parser
from core.adapters.marketplaces.configurations import channel
from core.domain.mapping_table import parse
from tests.arch.command_table import rows
from tests.arch.sources import ROOT

COMMANDS = (ROOT / "docs" / "commands.md").read_text("utf-8")
PARTS = ("Context", "Decision", "Consequences", "Alternatives", "The check that keeps it")


def documents() -> list[Path]:
    """Return every document of ours."""
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_every_shell_command_is_documented_and_exists() -> None:
    """docs/commands.md lists exactly the commands of `zhanggui`."""
    (commands,) = (
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    declared = set(commands.choices)
    documented = set(re.findall(r"^\| `zhanggui ([a-z-]+)", COMMANDS, re.MULTILINE))
    assert documented == declared


def test_every_chat_command_is_documented_as_it_is() -> None:
    """docs/commands.md lists the declared commands with their words, rights and help.

    `python -m tests.arch.command_table` writes the table anew.
    """
    assert re.findall(r"^\| `/.*$", COMMANDS, re.MULTILINE) == rows()


def test_the_documented_channel_can_be_used_as_it_is() -> None:
    """The example of docs/channels is a working mapping, the same in both languages."""
    for name in ("channels.md", "channels.zh-CN.md"):
        text = (ROOT / "docs" / name).read_text("utf-8")
        example, shop, *_ = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
        tables = tomllib.loads(example)["channels"]
        assert parse("our-shop", tables["our-shop"]).columns()
        table = tomllib.loads(shop)["channels"]["flagship"]
        keys = {"secret": "s", "access_token": "t"}  # they stand in files of their own
        given = {name: one for name, one in table.items() if not name.endswith("_file")}
        assert channel("flagship", {**given, **keys}).account.mode == "shadow"


def test_C21_douyin_is_a_description_that_the_documents_hold_whole() -> None:
    """The blocks of the last chapter, put together, are the shipped file, byte for byte."""
    shipped = ROOT / "core/adapters/marketplaces/platforms/douyin.toml"
    for name in ("channels.md", "channels.zh-CN.md"):
        chapter = (ROOT / "docs" / name).read_text("utf-8").rpartition("\n## ")[2]
        blocks = re.findall(r"```toml\n(.*?)```", chapter, re.DOTALL)
        assert "\n".join(blocks) == shipped.read_text("utf-8")


def test_every_make_target_that_is_documented_exists() -> None:
    """The documents name no target that the Makefile does not have."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    code = "\n".join(_code(file.read_text("utf-8")) for file in documents())
    named = set(re.findall(r"\bmake ([a-z-]+)\b", code))
    assert named <= targets


def test_every_link_between_documents_leads_somewhere() -> None:
    """A reader never meets a missing page or picture."""
    broken = [
        f"{file.relative_to(ROOT)}: {link}"
        for file in documents()
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", file.read_text("utf-8"))
        if "://" not in link and not (file.parent / link).exists()
    ]
    assert not broken


def test_decisions_have_their_five_parts_and_one_number_each() -> None:
    """A record says why, what follows, what else there was and what keeps it."""
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [record.name[:4] for record in records]
    assert len(set(numbers)) == len(numbers)
    for record in records:
        text = record.read_text("utf-8")
        assert [part for part in PARTS if f"\n## {part}\n" not in text] == [], record.name


def _code(text: str) -> str:
    """Return what stands in code marks and blocks."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
