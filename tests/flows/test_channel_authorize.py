"""`zhanggui channel authorize`, as a program, against a make-believe marketplace."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import load
from bot.grants import with_grants
from bot.keyring import vault_of
from core.domain.errors import BadInput
from core.domain.secret import Secret
from core.http.values import Request
from core.store.engine import open_store
from sandbox.bot_api import NO_FLOOD, BotApi
from sandbox.marketplaces.taobao.server import Taobao
from tests.channels.shops import http_to
from tests.clock import SettableClock
from tests.flows.service import ROOT, Folder

PATIENCE_S = 60


@pytest.fixture
async def taobao() -> AsyncIterator[Taobao]:
    market = Taobao("礼盒店")
    await market.start()
    yield market
    await market.stop()


def _channel(market: Taobao, secret: str = "") -> str:
    return f"""
[network]
allow_private = ["{market.root.removeprefix("http://")}"]

[channels.gifts]
platform = "taobao"
app_key = "{market.app_key}"
secret = "{secret or market.app_secret}"

[channels.gifts.authorize]
redirect_uri = "https://shop.example/back"
authorize_url = "{market.authorize_url}"
token_url = "{market.token_url}"
"""


async def _token(folder: Folder) -> str:
    """Return the token that the channel would be polled with."""
    settings = load(folder.path / "config.toml", {})
    store = open_store(settings.database.url, SettableClock())
    try:
        found = await with_grants(settings, store)
    finally:
        await store.close()
    return str(found.channels["gifts"].get("access_token", ""))


async def test_a_link_an_address_and_the_shop_is_open(tmp_path: Path, taobao: Taobao) -> None:
    """The owner opens the printed link, the address is pasted, the token opens the shop.

    The database and the key beside it are both needed to read the token.
    """
    folder = Folder(tmp_path, more=_channel(taobao))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "--config", str(tmp_path / "config.toml")),
        *("channel", "authorize", "gifts"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        while not (line := (await process.stdout.readline()).decode()).startswith("http"):
            assert line
        http = http_to(taobao)
        agreed = await http.send(Request("GET", line.strip()))
        await http.close()
        out, _ = await process.communicate(agreed.headers["location"].encode() + b"\n")
    token = taobao.session
    said = out.decode()
    assert (process.returncode, "礼盒店" in said, token in said) == (0, True, False)
    assert await _token(folder) == token
    key = tmp_path / "shop.db.key"
    assert key.stat().st_mode & 0o777 == 0o600
    for name in ("shop.db", "shop.db.key"):
        assert token.encode() not in (tmp_path / name).read_bytes()
    key.unlink()
    assert await _token(folder) == ""  # kept, and closed for ever


async def test_a_running_service_keeps_what_was_given(tmp_path: Path, taobao: Taobao) -> None:
    """Beside the service the token is written by the service: one process writes."""
    async with BotApi(limits=NO_FLOOD) as telegram:
        folder = Folder(tmp_path, telegram, _channel(taobao))
        async with folder.service() as process:
            await folder.owner_code(process)
            code = taobao.market.sessions.code(taobao.shop)
            done, _, err = await folder.run("channel", "authorize", "gifts", stdin=f"{code}\n")
            assert (done, err) == (0, "")
        assert await _token(folder) == taobao.session


@pytest.mark.parametrize(
    ("name", "pasted", "sentence"),
    [
        ("nowhere", "abc", "[channels.nowhere]"),
        ("gifts", "", "no code"),
        ("gifts", "https://shop.example/back?code=abc&state=another", "newest link"),
        ("gifts", "code-of-nobody", "No authorisation"),
    ],
)
async def test_what_cannot_be_used_is_said_and_nothing_is_kept(
    tmp_path: Path, taobao: Taobao, name: str, pasted: str, sentence: str
) -> None:
    """A wrong channel, code or address ends with 2 and one sentence in each language."""
    folder = Folder(tmp_path, more=_channel(taobao))
    code, _, err = await folder.run("channel", "authorize", name, stdin=f"{pasted}\n")
    assert (code, sentence in err, "Traceback" in err) == (2, True, False)
    assert len(err.strip().splitlines()) == 2
    assert not (tmp_path / "shop.db").exists()


async def test_a_platform_that_is_away_is_said(tmp_path: Path, taobao: Taobao) -> None:
    """Nobody listens at the token's address: to be tried again, in words."""
    folder = Folder(tmp_path, more=_channel(taobao))
    code = taobao.market.sessions.code(taobao.shop)
    await taobao.stop()
    done, _, err = await folder.run("channel", "authorize", "gifts", stdin=f"{code}\n")
    assert (done, "not reached" in err, taobao.app_secret in err) == (2, True, False)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """The key file is held to 0600 like every other secret's."""
    Folder(tmp_path)
    settings = load(tmp_path / "config.toml", {})
    with pytest.raises(BadInput, match="authorise again"):
        vault_of(settings)
    vault = vault_of(settings, make=True)
    assert vault.seal("a", Secret("token"))
    (tmp_path / "shop.db.key").chmod(0o644)
    with pytest.raises(BadInput, match="chmod 600"):
        vault_of(settings)


def test_with_postgresql_the_key_is_set(tmp_path: Path) -> None:
    """Several machines share a database, so the key is a setting there, not a file beside it."""
    key = tmp_path / "key"
    for made in (False, True):
        if made:
            key.write_text("A" * 43 + "=\n")
            key.chmod(0o600)
        more = f'\n[secrets]\nkey_file = "{key}"\n' if made else ""
        file = tmp_path / "config.toml"
        file.write_text(f'[database]\nurl = "postgresql://zg@127.0.0.1/zg"\n{more}')
        file.chmod(0o600)
        settings = load(file, {})
        if made:
            assert vault_of(settings).seal("a", Secret("token"))
        else:
            with pytest.raises(BadInput, match="key_file"):
                vault_of(settings, make=True)
