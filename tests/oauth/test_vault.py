"""Are tokens unreadable where they are kept, and readable after a change of keys? (S21)"""

import sqlite3
from pathlib import Path

import pytest

from core.domain.errors import BadInput
from core.domain.grant import Grant
from core.domain.secret import Secret
from core.services import grants
from core.store.door import Store
from core.tools.vault import Vault, keys_in, new_key
from tests.clock import MONDAY_TEN

CANARY = "canary-7f3a9c"
GRANT = Grant(Secret(CANARY), Secret(f"{CANARY}-refresh"), MONDAY_TEN, MONDAY_TEN + 1, "礼盒店")


def _vault(*keys: str) -> Vault:
    return Vault(keys_in(Secret("\n".join(keys))))


async def test_S21_a_stolen_database_holds_no_token(store: Store) -> None:
    """What is kept comes back whole with the key; the stored text says nothing."""
    vault = _vault(new_key())
    sealed = grants.seal(vault, "shop-1", GRANT)
    await store.write(lambda tx: grants.keep(tx, "shop-1", sealed))
    found = await store.read(lambda tx: grants.find(tx, vault, "shop-1"))
    assert found == GRANT
    assert await store.read(lambda tx: grants.find(tx, vault, "shop-2")) is None
    kept = await store.read(lambda tx: tx.all("SELECT name, value FROM setting"))
    assert [row["name"] for row in kept if "grant" in row["name"]] == ["grant:shop-1"]
    assert CANARY not in str([(row["name"], row["value"]) for row in kept])


async def test_S21_no_byte_of_the_file_gives_it_away(tmp_path: Path) -> None:
    """The control of the search: unsealed, the canary is found in the file; sealed, it is not."""
    for text, there in ((GRANT.packed().reveal(), True), (_sealed(), False)):
        file = tmp_path / f"{there}.db"
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE setting (value TEXT)")
            database.execute("INSERT INTO setting VALUES (?)", [text])
        database.close()
        assert (CANARY.encode() in file.read_bytes()) is there


def _sealed() -> str:
    return grants.seal(_vault(new_key()), "shop-1", GRANT)


def test_S21_keys_are_changed_without_a_stop() -> None:
    """A new key in front: old texts open, are renewed, and then the old key may go."""
    old, new = new_key(), new_key()
    sealed = _vault(old).seal("grant:a", Secret(CANARY))
    both = _vault(new, old)
    assert both.open("grant:a", sealed).reveal() == CANARY
    renewed = both.renew(sealed)
    assert _vault(new).open("grant:a", renewed).reveal() == CANARY
    for stale in (lambda: _vault(new).open("grant:a", sealed), lambda: _vault(new).renew(sealed)):
        with pytest.raises(BadInput):
            stale()


@pytest.mark.parametrize("change", ["purpose", "byte", "cut", "nothing", "中"])
def test_S21_what_was_tampered_with_does_not_open(change: str) -> None:
    """Another channel's text, an edited one or none: refused in words, no error of Python."""
    vault = _vault(new_key())
    sealed = vault.seal("grant:a", Secret(CANARY))
    texts = {"byte": f"{sealed[:30]}{'A' if sealed[30] != 'A' else 'B'}{sealed[31:]}"}
    texts |= {"cut": sealed[:-8], "nothing": "", "中": "中文"}
    with pytest.raises(BadInput) as refused:
        vault.open("grant:b" if change == "purpose" else "grant:a", texts.get(change, sealed))
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize("text", ["", "short", CANARY, "!" * 44, "é" * 44])
def test_S21_what_is_no_key_is_refused_and_not_shown(text: str) -> None:
    """A mistyped key is never echoed."""
    with pytest.raises(BadInput) as refused:
        keys_in(Secret(text))
    assert not text or text not in str(refused.value)
