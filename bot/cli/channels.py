"""Commands about channels that need no database: `channel sign`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.out import Out
from core.adapters.signing.plain import texts
from core.adapters.signing.profile import Profile
from core.adapters.signing.profiles import profile, read_file
from core.adapters.signing.signer import Signer
from core.domain.errors import BadInput
from core.domain.secret import Secret

_NOT_PARAMETERS = ("secret", "body", "sign_method")
_MOST_BYTES = 1 << 20


def sign(name: str, file: Path, out: Out, *, as_json: bool) -> int:
    """Print the signature of the inputs in `file`, made by the profile `name`.

    The file is a JSON object with the `secret`, the `params` (or the parameters themselves) and,
    where a body is signed, the `body`. Raises BadInput with one sentence on what cannot be used.
    """
    inputs = _inputs(file)
    params = _params(inputs)
    method = str(inputs.get("sign_method") or params.get("sign_method", ""))
    way = _profile(name, method)
    signer = Signer(way, {"secret": Secret(_text(inputs, "secret"))})
    body = _text(inputs, "body").encode() if "body" in inputs else b""
    signature = signer.signature(params, body)
    if as_json:
        out.result({"profile": name, "algorithm": way.algorithm, "signature": signature})
    else:
        out.line(signature)
    return 0


def _profile(name: str, method: str) -> Profile:
    """Return the profile, refusing one that the inputs themselves contradict."""
    if name.endswith(".toml"):
        return read_file(Path(name))
    way = profile(name, method)
    if method and method != way.sign_method:
        raise BadInput(
            f"输入里 sign_method 是“{method}”，而“{name}”用的是“{way.sign_method}”。",
            f"The inputs say sign_method {method!r}, but {name!r} signs with {way.sign_method!r}.",
        )
    return way


def _inputs(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        why = error.strerror or "?"
        raise BadInput(f"读不了 {file}：{why}。", f"{file} cannot be read: {why}.") from None
    if len(data) > _MOST_BYTES:
        raise BadInput(f"{file} 超过 1 MB。", f"{file} is larger than 1 MB.")
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadInput(f"{file} 不是有效的 JSON。", f"{file} is not valid JSON.") from None
    if not isinstance(found, dict):
        raise BadInput(
            f'{file} 应是一个 JSON 对象：{{"params": …, "secret": …}}。',
            f'{file} should hold one JSON object: {{"params": …, "secret": …}}.',
        )
    return found


def _params(inputs: Mapping[str, Any]) -> dict[str, str]:
    given = inputs.get("params")
    if given is None:
        given = {name: one for name, one in inputs.items() if name not in _NOT_PARAMETERS}
    if not isinstance(given, dict):
        raise BadInput("“params”应是一个 JSON 对象。", '"params" should be a JSON object.')
    return texts(given)


def _text(inputs: Mapping[str, Any], name: str) -> str:
    found = inputs.get(name)
    if not isinstance(found, str):
        raise BadInput(f"“{name}”应是一段文字。", f'"{name}" should be a text.')
    return found
