"""Which channels are known by name, and what does a channel's table in the settings mean?"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.domain.errors import BadInput
from core.domain.mapping import ChannelMap
from core.domain.mapping_table import parse
from core.domain.setting import BadSettings

_FOLDER = Path(__file__).parent / "presets"


def names() -> list[str]:
    """Return the names of the presets."""
    return sorted(file.stem for file in _FOLDER.glob("*.toml"))


@lru_cache(16)
def _table(name: str) -> dict[str, Any]:
    if name not in names():
        listed = ", ".join(names())
        raise BadInput(
            f"没有预设“{name}”，可用的有 {listed}。",
            f"There is no preset {name!r}; there are {listed}.",
        )
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


def preset(name: str) -> ChannelMap:
    """Return the mapping of a known export. Raises BadInput for any other name."""
    return parse(name, _table(name))


def channel(name: str, table: Mapping[str, Any]) -> ChannelMap:
    """Return the mapping of `[channels.NAME]`; `preset = "…"` in it names what it builds on.

    Raises BadInput with every mistake, each with its key.
    """
    base = table.get("preset")
    written = {key: value for key, value in table.items() if key != "preset"}
    merged = _merged(_table(str(base)), written) if base else written
    try:
        return parse(name, merged)
    except BadSettings as error:
        at = f"channels.{name}"
        raise BadInput(
            "\n".join(f"{at}.{problem.key}：{problem.zh}。" for problem in error.problems),
            "\n".join(f"{at}.{problem.key}: {problem.en}." for problem in error.problems),
        ) from None


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay `over` on `base`, section by section."""
    both = {**base}
    for key, value in over.items():
        old = base.get(key)
        deeper = isinstance(value, Mapping) and isinstance(old, Mapping)
        both[key] = _merged(old, value) if deeper and isinstance(old, Mapping) else value
    return both
