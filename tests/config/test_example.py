"""Is config.example.toml the same as the code: every setting, its default and its two comments?"""

import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from bot.config import load
from bot.sections import Settings
from core.domain.secret import Secret

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def settings_of(section: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every setting of a section with its dotted name and value."""
    for field in fields(section):
        value, name = getattr(section, field.name), f"{path}{field.name}"
        if isinstance(value, Secret):
            yield name, value.reveal()
        elif is_dataclass(value):
            yield from settings_of(value, f"{name}.")
        elif not isinstance(value, dict):
            yield name, value


def keys_of(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every key of the file with its dotted name and value."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from keys_of(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def test_the_example_holds_every_setting_with_its_default() -> None:
    """The file and the code list the same settings with the same values, both ways."""
    assert dict(keys_of(tomllib.loads(EXAMPLE.read_text("utf-8")))) == dict(
        settings_of(Settings())
    )


def test_the_example_can_be_used_as_it_is() -> None:
    """Copying the example is a working start."""
    assert load(EXAMPLE, {}) == Settings()


def test_every_setting_is_explained_in_both_languages() -> None:
    """Above each setting stands a Chinese and an English comment (two settings may share one)."""
    comment: list[str] = []
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            comment.append(line)
        elif "=" in line:
            chinese = [text for text in comment if any("一" <= sign <= "鿿" for sign in text)]
            assert chinese, line
            assert len(comment) > len(chinese), line
        else:
            comment = []
