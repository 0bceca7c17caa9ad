"""What does a value look like on the wire? Text of the kinds that the platforms sign."""

import json
from collections.abc import Mapping
from typing import Any


def text(value: Any) -> str:
    """Return a value as the text of a parameter: true/false, whole numbers, compact JSON.

    A number that is whole loses its ".0", as the platforms' own libraries write it.
    """
    if isinstance(value, str):
        return value
    return json_text(value)


def json_text(value: Any) -> str:
    """Return compact JSON, keys in order at every level, nothing but quotes escaped."""
    return json.dumps(_whole(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Return every value as text, without those that are None."""
    return {name: text(value) for name, value in values.items() if value is not None}


def _whole(value: Any) -> Any:
    """Write 1.0 as 1, at every depth."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _whole(deeper) for key, deeper in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(deeper) for deeper in value]
    return value
