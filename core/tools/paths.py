"""What stands at a path of a JSON value? `a.b[0].c`, or JMESPath where that is not enough."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from core.domain.errors import BadInput

_PLAIN = re.compile(r"[\w$-]+(\[\d+\])?(\.[\w$-]+(\[\d+\])?)*")
_STEP = re.compile(r"([\w$-]+)|\[(\d+)\]")

Look = Callable[[Any], Any]
"""Returns what stands there, or None."""


def looking(path: str) -> Look:
    """Return the look-up of a path. Raises BadInput if it makes no sense."""
    if not path:
        return _whole
    if not _PLAIN.fullmatch(path):
        return _searching(path)
    steps: list[str | int] = [name or int(at) for name, at in _STEP.findall(path)]

    def look(value: Any) -> Any:
        for step in steps:
            if isinstance(step, str):
                value = value.get(step) if isinstance(value, dict) else None
            else:
                value = value[step] if isinstance(value, list) and step < len(value) else None
        return value

    return look


def first(paths: Sequence[str]) -> Look:
    """Return the look-up of the first path that holds something."""
    looks = [looking(path) for path in paths]

    def look(value: Any) -> Any:
        found = (one(value) for one in looks)
        return next((one for one in found if one is not None), None)

    return look


def _whole(value: Any) -> Any:
    return value


def _searching(path: str) -> Look:
    import jmespath  # noqa: PLC0415 - few paths need it

    try:
        search: Look = jmespath.compile(path).search
    except jmespath.exceptions.JMESPathError as error:
        reason = str(error).splitlines()[0]
        raise BadInput(
            f"路径“{path}”看不懂：{reason}。", f"The path {path!r} makes no sense: {reason}."
        ) from None
    return search
