"""Which signing profiles are there, and what does a written one mean?"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from core.adapters.signing.profile import Profile
from core.domain.errors import BadInput
from core.tools.validate import build

_FOLDER = Path(__file__).parent / "profiles"


@cache
def shipped() -> dict[str, Profile]:
    """Return the profiles that come with the program, by name."""
    return {file.stem: build(Profile, _table(file)) for file in sorted(_FOLDER.glob("*.toml"))}


def profile(name: str, sign_method: str = "") -> Profile:
    """Return the profile `name`: its own name, its algorithm's, or a platform's.

    A platform has several ways; `sign_method` picks one, else its usual one is taken. Raises
    BadInput for any other name.
    """
    every = shipped()
    if name in every:
        return every[name]
    for one in every.values():
        if name == one.algorithm or (name == one.platform and _meant(one, sign_method)):
            return one
    listed = ", ".join([*every, *sorted({one.platform for one in every.values()} - set(every))])
    wanted = f"{name} ({sign_method})" if sign_method else name
    raise BadInput(
        f"没有签名方式“{wanted}”，可用的有 {listed}，或写一个 .toml 文件。",
        f"There is no signing profile {wanted!r}; there are {listed}, or name a .toml file.",
    )


def _table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def _meant(one: Profile, sign_method: str) -> bool:
    return one.sign_method == sign_method if sign_method else one.usual


def read(table: Mapping[str, Any]) -> Profile:
    """Return the profile that a table describes; `like = "jd"` in it names what it builds on.

    Raises BadInput with every mistake, each with its key.
    """
    written = {key: value for key, value in table.items() if key != "like"}
    if "like" not in table:
        return build(Profile, written)
    base = profile(str(table["like"]))
    name = next(name for name, one in shipped().items() if one is base)
    return build(Profile, _laid(_table(_FOLDER / f"{name}.toml"), written))


def read_file(file: Path) -> Profile:
    """Return the profile that a TOML file describes. Raises BadInput if it cannot be used."""
    try:
        return read(_table(file))
    except OSError as error:
        why = error.strerror or "?"
        raise BadInput(f"读不了 {file}：{why}。", f"{file} cannot be read: {why}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{file} 不是有效的 TOML：{error}。", f"{file} is not valid TOML: {error}."
        ) from None


def _laid(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the sections of `over` on those of `base`."""
    return {**base} | {
        key: {**base.get(key, {}), **value} if isinstance(value, Mapping) else value
        for key, value in over.items()
    }
