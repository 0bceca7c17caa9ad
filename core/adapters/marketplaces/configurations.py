"""What does `[channels.NAME]` with `kind = "http_json"` mean? Every mistake is told at once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

from core.adapters import signing
from core.domain.channel import Account, Api, Channel
from core.domain.errors import BadInput
from core.domain.mapping import ChannelMap
from core.domain.mapping_table import parse
from core.domain.setting import BadSettings
from core.tools import paths
from core.tools.compile_mapping import Reader
from core.tools.validate import Mistakes, build

KIND: Final = "http_json"
_FOLDER: Final = Path(__file__).parent / "platforms"
_ACCOUNT: Final = tuple(field.name for field in fields(Account))
_OURS: Final = ("platform", "api", "authorize", *_ACCOUNT)


def names() -> list[str]:
    """Return the platforms that are configured already."""
    return sorted(file.stem for file in _FOLDER.glob("*.toml"))


@cache
def shipped(platform: str) -> Mapping[str, Any]:
    """Return the table of a platform. Raises BadInput for any other name."""
    if platform not in names():
        listed = ", ".join(names())
        raise BadInput(
            f"没有平台“{platform}”，可用的有 {listed}，或把它的全部设置写在这里。",
            f"There is no platform {platform!r}; there are {listed}, or write all of it here.",
        )
    return tomllib.loads((_FOLDER / f"{platform}.toml").read_text("utf-8"))


def is_polled(table: Mapping[str, Any]) -> bool:
    """Tell whether a table of `[channels]` is for this driver (else it is for files)."""
    return table.get("kind") == KIND or "platform" in table


@dataclass(frozen=True, slots=True)
class Understood:
    """What could be made of a table: a part that is None has mistakes; each has key, zh, en."""

    platform: str
    mapping: ChannelMap | None
    account: Account | None
    api: Api | None
    mistakes: tuple[tuple[str, str, str], ...]


def understood(name: str, table: Mapping[str, Any]) -> Understood:
    """Read a table; `platform = "…"` names what it builds on. Raises BadInput if there is none."""
    platform = str(table.get("platform", ""))
    whole = laid(shipped(platform) if platform else {}, table)
    problems: list[tuple[str, str, str]] = []
    mapping = _mapping(name, whole, problems)
    account = _built(Account, {k: v for k, v in whole.items() if k in _ACCOUNT}, "", problems)
    api = _built(Api, whole.get("api", {}), "api.", problems)
    if api:
        problems += _unknown_names(api)
    return Understood(platform or name, mapping, account, api, tuple(problems))


def channel(name: str, table: Mapping[str, Any]) -> Channel:
    """Return the channel of a table. Raises BadInput with every mistake and its key."""
    found = understood(name, table)
    if found.mistakes or found.mapping is None or found.account is None or found.api is None:
        at = f"channels.{name}"
        raise BadInput(
            "\n".join(f"{at}.{key}：{zh}。" for key, zh, _ in found.mistakes),
            "\n".join(f"{at}.{key}: {en}." for key, _, en in found.mistakes),
        )
    zone = found.mapping.zone
    return Channel(name, found.platform, zone, found.api, found.account, found.mapping)


def _mapping(
    name: str, whole: Mapping[str, Any], problems: list[tuple[str, str, str]]
) -> ChannelMap | None:
    try:
        found = parse(name, {k: v for k, v in whole.items() if k not in _OURS})
        Reader(found)
    except BadSettings as error:
        problems += [(one.key, one.zh, one.en) for one in error.problems]
    except BadInput as error:
        problems.append(("order", error.zh.rstrip("。"), error.en.rstrip(".")))
    else:
        return found
    return None


def _built(kind: type[Any], table: Any, at: str, problems: list[tuple[str, str, str]]) -> Any:
    if not isinstance(table, Mapping):
        problems.append((at.rstrip("."), "应为一个小节（表）", "a section is expected"))
        return None
    try:
        return build(kind, dict(table))
    except Mistakes as error:
        problems += [(at + ".".join(one.path), one.zh, one.en) for one in error.mistakes]
    return None


def _unknown_names(api: Api) -> list[tuple[str, str, str]]:
    """Say which paths make no sense and whether the signing profile is known."""
    problems = []
    try:
        signing.profile(api.signing)
    except BadInput as error:
        problems.append(("api.signing", error.zh.rstrip("。"), error.en.rstrip(".")))
    changes, errors = api.changes, api.errors
    written = {
        "api.changes.orders": (changes.orders,),
        "api.changes.total": (changes.total,),
        "api.changes.more": (changes.more,),
        "api.changes.number": (changes.number,),
        "api.changes.version": (changes.version,),
        "api.detail.order": (api.detail.order,) if api.detail else (),
        "api.errors.code": errors.code,
        "api.errors.sub_code": errors.sub_code,
        "api.errors.text": errors.text,
    }
    if api.outgoing:
        written |= {f"api.outgoing.{key}": (path,) for key, path in api.outgoing.paths()}
    for key, listed in written.items():
        for path in listed:
            try:
                paths.looking(path)
            except BadInput as error:
                problems.append((key, error.zh.rstrip("。"), error.en.rstrip(".")))
    return problems


def laid(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay `over` on `base`, section by section."""
    both = {**base}
    for key, value in over.items():
        old = base.get(key)
        deeper = isinstance(value, Mapping) and isinstance(old, Mapping)
        both[key] = laid(old, value) if deeper and isinstance(old, Mapping) else value
    return both
