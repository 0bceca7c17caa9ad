"""`zhanggui channel sign`, as a program: the known answers, and kind refusals."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.flows.service import Folder
from tests.signing.test_vectors import VECTORS

SIGN = ("channel", "sign")
JD = '{"params": {"a": "1"}, "secret": "s"}'


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize(
    ("vector", "name"),
    [(VECTORS[0], "taobao"), (VECTORS[2], "taobao-tmc"), (VECTORS[-1], "doudian-hmac-sha256")],
    ids=["platform", "profile", "algorithm"],
)
async def test_the_signature_of_given_inputs(
    folder: Folder, vector: dict[str, Any], name: str
) -> None:
    """A file shaped like an entry's inputs gives its signature, plain and as JSON."""
    file = folder.path / "inputs.json"
    file.write_text(json.dumps(vector["inputs"]), "utf-8")
    assert await folder.run(*SIGN, name, "--input", str(file)) == (
        0,
        f"{vector['expected']}\n",
        "",
    )
    code, out, _ = await folder.run(*SIGN, name, "--input", str(file), "--json")
    found = json.loads(out)
    assert (code, found["signature"]) == (0, vector["expected"])
    assert found["algorithm"] == vector["algorithm"]
    assert vector["inputs"]["secret"] not in out


async def test_a_profile_of_ones_own(folder: Folder) -> None:
    """A TOML file is a profile too."""
    (folder.path / "inputs.json").write_text(JD)
    profile = folder.path / "ours.toml"
    profile.write_text('like = "jd"\n[signature]\ncase = "lower"\n')
    inputs = str(folder.path / "inputs.json")
    _, upper, _ = await folder.run(*SIGN, "jd", "--input", inputs)
    _, lower, _ = await folder.run(*SIGN, str(profile), "--input", inputs)
    assert (lower, lower != upper) == (upper.lower(), True)


@pytest.mark.parametrize(
    ("profile", "inputs", "sentence"),
    [
        ("amazon", JD, "taobao-md5"),
        ("jd", None, "inputs.json"),
        ("jd", "{", "JSON"),
        ("jd", "[" * 100_000, "JSON"),
        ("jd", "[]", "params"),
        ("jd", '{"params": {"a": "1"}}', "secret"),
        ("jd", '{"params": [1], "secret": "s"}', "params"),
        ("jd", '{"params": {}, "secret": 7}', "secret"),
        ("douyin", '{"params": {"v": "2"}, "secret": "s"}', "app_key"),
        ("taobao-md5", '{"params": {}, "secret": "s", "sign_method": "hmac"}', "hmac"),
        ("taobao", '{"params": {}, "secret": "s", "sign_method": "rot13"}', "rot13"),
        ("nowhere.toml", JD, "nowhere.toml"),
    ],
)  # fmt: skip
async def test_what_cannot_be_used_is_said_in_one_sentence(
    folder: Folder, profile: str, inputs: str | None, sentence: str
) -> None:
    """Bad input ends with 2 and one sentence in each language, never with a traceback."""
    file = folder.path / "inputs.json"
    if inputs is not None:
        file.write_text(inputs)
    code, out, err = await folder.run(*SIGN, profile, "--input", str(file))
    assert (code, out) == (2, "")
    assert sentence in err
    assert ("Traceback" in err, len(err.strip().splitlines())) == (False, 2)
