"""Which methods and parameters the Bot API has, and does a request keep to them?

The data is `spec/bot_api_spec.json` (see the NOTICE and licences beside it).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SPEC = Path(__file__).parent / "spec" / "bot_api_spec.json"
TRUE = frozenset({"true", "True", "1", "yes", "y"})
FALSE = frozenset({"false", "False", "0", "no", "n", ""})
PLAIN = frozenset({"String", "Integer", "Float", "Boolean", "InputFile"})
WRONG = object()


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of a method or one field of an object; `types` are the spec's names."""

    types: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of an object, or the objects that may stand for it."""

    fields: Mapping[str, Field]
    subtypes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its name as documented, its parameters and what it returns."""

    name: str
    fields: Mapping[str, Field]
    returns: tuple[str, ...]


def _fields(raw: Mapping[str, Any]) -> dict[str, Field]:
    return {name: Field(tuple(f["types"]), bool(f["required"])) for name, f in raw.items()}


@dataclass(frozen=True, slots=True)
class Spec:
    """The whole specification; methods are found without regard to case, as on Telegram."""

    methods: Mapping[str, Method]
    types: Mapping[str, Shape]

    def method(self, name: str) -> Method | None:
        """Return the method called `name`, or None if the Bot API has none."""
        return self.methods.get(name.lower())

    def read(self, method: Method, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Decode the parameters `given` and list how they break the specification.

        Values come as text (form fields) or as JSON. Returns the decoded parameters (those that
        could not be decoded are left out) and one sentence for each breach.
        """
        read: dict[str, Any] = {}
        breaches: list[str] = []
        for name, value in given.items():
            field = method.fields.get(name)
            if field is None:
                breaches.append(f"{method.name} has no parameter {name}")
                continue
            decoded = decode(field.types, value)
            if decoded is WRONG:
                breaches.append(f"{method.name}.{name} is not {' or '.join(field.types)}")
                continue
            breaches += self._breaches(field.types, decoded, f"{method.name}.{name}")
            read[name] = decoded
        breaches += [
            f"{method.name} needs {name}"
            for name, field in method.fields.items()
            if field.required and name not in given
        ]
        return read, breaches

    def _breaches(self, types: tuple[str, ...], value: Any, path: str) -> list[str]:
        """Return the breaches under the type that `value` fits best."""
        tries = [list(self._against(name, value, path)) for name in types]
        return min(tries, key=len) if tries else []

    def _against(self, name: str, value: Any, path: str) -> Iterator[str]:
        if name.startswith("Array of "):
            if not isinstance(value, list):
                yield f"{path} is not a list"
                return
            for i, item in enumerate(value):
                yield from self._breaches((name.removeprefix("Array of "),), item, f"{path}[{i}]")
        elif name in PLAIN:
            if decode((name,), value) is WRONG:
                yield f"{path} is not {name}"
        elif not isinstance(value, dict):
            yield f"{path} is not an object"
        else:
            yield from self._object(self.types[name], value, path)

    def _object(self, shape: Shape, value: Mapping[str, Any], path: str) -> Iterator[str]:
        if shape.subtypes:
            yield from self._breaches(shape.subtypes, value, path)
            return
        for key, item in value.items():
            if key not in shape.fields:
                yield f"{path} has no field {key}"
            elif item is not None:
                yield from self._breaches(shape.fields[key].types, item, f"{path}.{key}")
        for key, field in shape.fields.items():
            if field.required and key not in value:
                yield f"{path} needs {key}"


def decode(types: tuple[str, ...], value: Any) -> Any:
    """Decode one value by the first of `types` that takes it; WRONG if none does."""
    for name in types:
        decoded = _decode_one(name, value)
        if decoded is not WRONG:
            return decoded
    return WRONG


def _decode_one(name: str, value: Any) -> Any:
    match name:
        case "Integer":
            return _integer(value)
        case "Float":
            return _float(value)
        case "Boolean":
            text = str(value)
            return True if text in TRUE else False if text in FALSE else WRONG
        case "String" | "InputFile":
            return WRONG if isinstance(value, (dict, list)) else str(value)
        case _:
            return _structure(value, list if name.startswith("Array of ") else dict)


def _integer(value: Any) -> Any:
    if isinstance(value, (bool, float)):
        return WRONG
    try:
        return int(value)
    except (TypeError, ValueError):
        return WRONG


def _float(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return WRONG


def _structure(value: Any, kind: type) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return WRONG
    return value if isinstance(value, kind) else WRONG


@cache
def load() -> Spec:
    """Read the specification that stands beside this file (once per process)."""
    raw = json.loads(SPEC.read_text("utf-8"))
    methods = {
        name.lower(): Method(name, _fields(m["fields"]), tuple(m["returns"]))
        for name, m in raw["methods"].items()
    }
    types = {
        name: Shape(_fields(t["fields"]), tuple(t.get("subtypes", ())))
        for name, t in raw["types"].items()
    }
    return Spec(methods, types)
