"""Is a table of plain values what a dataclass expects? The one user of pydantic.

Every mistake is found, not only the first; each is a key, what is wrong and what is expected.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from core.domain.errors import BadInput
from core.domain.secret import Secret
from core.domain.setting import BadSettings

T = TypeVar("T")
Path = tuple[str, ...]

WHOLE = ("应为整数", "a whole number is expected")
NUMBER = ("应为数字", "a number is expected")
BOOLEAN = ("应为 true 或 false", "true or false is expected")
TEXT = ("应为带引号的文字", "a text in quotes is expected")
TABLE = ("应为一个小节（表）", "a section (table) is expected")
LIST = ("应为列表", "a list is expected")
EXPECTED = {
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "bool_type": BOOLEAN,
    "bool_parsing": BOOLEAN,
    "string_type": TEXT,
    "dict_type": TABLE,
    "mapping_type": TABLE,
    "dataclass_type": TABLE,
    "list_type": LIST,
    "tuple_type": LIST,
    "missing": ("必须给出", "it has to be given"),
}
"""What pydantic's error types mean in words."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with the value at `path`; a `path` of () means the whole."""

    path: Path
    zh: str
    en: str


class Mistakes(BadInput):
    """Everything that is wrong with a table, in the order of its keys."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(
            "\n".join(f"{'.'.join(mistake.path)}：{mistake.zh}。" for mistake in mistakes),
            "\n".join(f"{'.'.join(mistake.path)}: {mistake.en}." for mistake in mistakes),
        )
        self.mistakes = mistakes


def build(kind: type[T], table: Mapping[str, Any]) -> T:
    """Return `table` as the dataclass `kind`, nested ones included.

    Texts become numbers and booleans where those are declared, and secrets where `Secret` is.
    Raises Mistakes with all that is wrong; unknown keys are wrong.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - 0.1 s, start-up only

    mistakes: list[Mistake] = []
    known = _known(kind, table, (), mistakes)
    plain: Any = kind
    adapter = _adapter(plain)
    while True:
        try:
            built = adapter.validate_python(known)
        except ValidationError as error:
            for found in error.errors(include_url=False):
                mistakes += _mistakes(found)
                if not _drop(known, found["loc"]):
                    raise Mistakes(mistakes) from None
        else:
            if mistakes:
                raise Mistakes(mistakes)
            return cast("T", built)


@cache
def _adapter(kind: type[Any]) -> Any:
    """Return pydantic's reading of a dataclass: a tenth of a second to make, for every channel."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - 0.1 s, start-up only

    return TypeAdapter(kind)


def _drop(known: dict[str, Any], path: Sequence[int | str]) -> bool:
    """Take a wrong value out, so that what it hid can be found; False if there is none."""
    for step in path[:-1]:
        deeper = known.get(str(step))
        if not isinstance(deeper, dict):
            return False
        known = deeper
    return bool(path) and known.pop(str(path[-1]), None) is not None


def _known(
    kind: type[Any], table: Mapping[str, Any], path: Path, mistakes: list[Mistake]
) -> dict[str, Any]:
    """Return what `kind` declares of `table`, secrets wrapped; note the rest as mistakes."""
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    known: dict[str, Any] = {}
    for key, value in table.items():
        hint = hints.get(key) if key in names else None
        if hint is None:
            mistakes.append(_unknown((*path, key), names))
        elif is_dataclass(hint) and hint is not Secret and isinstance(value, Mapping):
            known[key] = _known(hint, value, (*path, key), mistakes)  # type: ignore[arg-type] # a class
        elif hint is int and isinstance(value, bool):
            mistakes.append(Mistake((*path, key), *_said("int_type", {"input": value})))
        elif hint is Secret and not isinstance(value, str):
            mistakes.append(Mistake((*path, key), *TEXT))  # what was given is not shown
        elif hint is Secret:
            known[key] = Secret(value)
        else:
            known[key] = value
    return known


def _unknown(path: Path, names: list[str]) -> Mistake:
    near = difflib.get_close_matches(path[-1], names, n=1, cutoff=0.6)
    if near:
        zh = f"没有这个设置，是不是想写 {near[0]}"
        return Mistake(path, zh, f"unknown setting; did you mean {near[0]}")
    listed = ", ".join(names)
    zh = f"没有这个设置，可用的有 {listed}"
    return Mistake(path, zh, f"unknown setting; there are {listed}")


def _mistakes(found: Mapping[str, Any]) -> list[Mistake]:
    """Return pydantic's one finding in our words; a section may report several itself."""
    path = tuple(str(step) for step in found["loc"])
    cause = found.get("ctx", {}).get("error")
    if isinstance(cause, BadSettings):
        return [
            Mistake((*path, *each.key.split(".")), each.zh, each.en) for each in cause.problems
        ]
    if cause is not None:
        return [Mistake(path, str(cause), str(cause))]
    return [Mistake(path, *_said(found["type"], found))]


def _said(kind: str, found: Mapping[str, Any]) -> tuple[str, str]:
    shown = found["input"]
    if kind in {"literal_error", "enum"}:
        choices = found["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return f"“{shown}”不可用，应为 {choices} 之一", f"{shown!r} is not one of {choices}"
    zh, en = EXPECTED.get(kind, (found.get("msg", kind), found.get("msg", kind)))
    if kind == "missing":
        return zh, en
    return f"现为 {shown!r}，{zh}", f"it is {shown!r}, but {en}"
