"""Can a user write a signing profile, and is a wrong one explained?"""

from pathlib import Path

import pytest

from core.adapters.signing import Signer, profile
from core.adapters.signing.profiles import read, read_file
from core.domain.errors import BadInput
from core.domain.secret import Secret

OURS = """
like = "pinduoduo"

[digest]
name = "hmac-sha1"

[signature]
encoding = "base64"
then = "url"
"""


def test_a_profile_builds_on_another(tmp_path: Path) -> None:
    """`like` takes a shipped profile and only what is written differs."""
    file = tmp_path / "ours.toml"
    file.write_text(OURS, "utf-8")
    one = read_file(file)
    assert (one.digest.name, one.signature.name) == ("hmac-sha1", "sign")
    assert one.signed == profile("pinduoduo").signed
    signature = Signer(one, {"secret": Secret("s")}).signature({"a": "1"})
    assert signature.endswith("%3D")


def test_every_mistake_is_told_at_once() -> None:
    """Wrong digest, unknown key, no such zone: three sentences with their keys."""
    with pytest.raises(BadInput) as refused:
        read(
            {
                "digest": {"name": "md4"},
                "signed": {"sorted": True},
                "timestamp": {"name": "t", "zone": "Mars/Olympus"},
            }
        )
    said = str(refused.value)
    assert [key for key in ("digest.name", "signed.sorted", "timestamp.zone") if key in said] == [
        "digest.name", "signed.sorted", "timestamp.zone",
    ]  # fmt: skip


def test_a_listed_order_needs_a_list() -> None:
    """`order = "listed"` without `keys` would sign nothing: it is refused."""
    with pytest.raises(BadInput, match=r"signed\.order"):
        read({"signed": {"order": "listed"}})


@pytest.mark.parametrize("text", ["like = 'nowhere'", "= 1", None])
def test_an_unusable_file_is_refused(tmp_path: Path, text: str | None) -> None:
    """Missing, broken or built on nothing: BadInput, never an error of Python."""
    file = tmp_path / "ours.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(BadInput):
        read_file(file)
