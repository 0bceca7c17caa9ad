"""Do the shipped profiles sign as the platforms do? Known answers; each entry names its source."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from core.adapters.signing import Signer, profile
from core.adapters.signing.profiles import shipped
from core.domain.secret import Secret

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors.json").read_text("utf-8")
)


def params_of(inputs: dict[str, Any]) -> dict[str, str]:
    """Return the parameters of an entry, however it writes them."""
    given = inputs.get("params", inputs)
    return {name: value for name, value in given.items() if name != "secret"}


def signer(name: str, secret: str, **others: str) -> Signer:
    """Return a signer of the profile `name`."""
    secrets = {"secret": secret, **others}
    return Signer(profile(name), {key: Secret(value) for key, value in secrets.items()})


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_known_answer_comes_out(vector: dict[str, Any]) -> None:
    """The profile named like the entry's algorithm makes the expected signature, and takes it."""
    inputs = vector["inputs"]
    one, params = signer(vector["algorithm"], inputs["secret"]), params_of(inputs)
    assert one.signature(params) == vector["expected"]
    assert one.verify(params, b"", vector["expected"])


def test_every_marketplace_has_its_usual_profile() -> None:
    """A platform's own name is enough; what it calls its ways of signing picks among them."""
    for platform in ("taobao", "jd", "pinduoduo", "douyin", "generic"):
        assert profile(platform).usual
    ways = {one.sign_method for one in shipped().values() if one.platform == "taobao"}
    assert ways == {"md5", "hmac", "hmac-sha256", "tmc"}
    assert profile("taobao", "hmac").algorithm == "top-hmac-md5"


def test_the_usual_ways_are_one_for_each_platform() -> None:
    """No platform has two profiles that claim to be the usual one, nor two names that clash."""
    usual = [one.platform for one in shipped().values() if one.usual]
    assert len(usual) == len(set(usual))
    algorithms = [one.algorithm for one in shipped().values()]
    assert len(algorithms) == len(set(algorithms))


def test_pinduoduo_messages_encode_the_hex_text() -> None:
    """PMC puts the digest's hex digits into base64, not its 16 bytes."""
    params = {"client_id": "c1", "timestamp": "1772674200000"}
    digits = hashlib.md5(b"c11772674200000testSecret").hexdigest()  # noqa: S324 - the platform's
    expected = base64.b64encode(digits.encode()).decode()
    assert signer("pinduoduo-pmc", "testSecret").signature(params) == expected
    assert len(expected) == 44


def test_a_douyin_event_is_signed_over_its_raw_body() -> None:
    """The push signature is the MD5 of key, body and secret one after the other."""
    body = b'[{"tag":"101","msg_id":"1","data":"{\\"p_id\\":4781234567890123456}"}]'
    right = hashlib.md5(b"app1" + body + b"s3cret").hexdigest()  # noqa: S324 - the platform's
    assert signer("douyin-push", "s3cret", app_key="app1").verify({"app-id": "app1"}, body, right)
