"""`channel authorize`: a link for the seller, the code that comes back, the token kept sealed."""

import asyncio
import logging
import secrets
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.database import now_ms
from bot.keyring import vault_of
from bot.out import Out
from bot.sections import Settings
from bot.works import Shop
from core.adapters.oauth import OAuth, code_in
from core.domain.errors import BadInput, SessionOver, Temporary, Unknown
from core.domain.grant import Grant
from core.domain.secret import Secret
from core.domain.setting import address, refuse
from core.http.client import Http
from core.http.guard import Guard
from core.nursery import Nursery
from core.services import grants
from core.tools.validate import build

Keep = Callable[[Mapping[str, Any]], Awaitable[int]]
"""Has the work `keep-grant` done, by the running service or here."""


@dataclass(frozen=True, slots=True)
class AuthorizeSettings:
    """`[channels.NAME.authorize]`: what the platform's console says, and other addresses."""

    redirect_uri: str = ""
    service_id: Secret = field(default_factory=Secret)
    authorize_url: str = ""
    token_url: str = ""
    refresh_url: str = ""

    def __post_init__(self) -> None:
        names = ("authorize_url", "token_url", "refresh_url")
        refuse(*(address(name, getattr(self, name)) for name in names))

    def addresses(self) -> dict[str, str]:
        """Return the addresses that are set."""
        names = ("authorize", "token", "refresh")
        found = {name: getattr(self, f"{name}_url") for name in names}
        return {name: url for name, url in found.items() if url}


def authorize(settings: Settings, name: str, out: Out, keep: Keep) -> int:
    """Print the link, read what the page went to from standard input, keep the token."""
    table = _table(settings, name)
    own = build(AuthorizeSettings, dict(table.get("authorize", {})))
    vault = vault_of(settings, make=True)
    http = Http(Guard(settings.network.allow_private), Nursery(logging.getLogger(__name__)).start)
    app = {key: Secret(str(table[key])) for key in ("app_key", "secret")}
    oauth = OAuth(
        str(table["platform"]), {**app, "service_id": own.service_id}, http.send, own.addresses()
    )
    state = secrets.token_urlsafe(16)
    out.line("请店主在浏览器打开这个链接并同意 / the shop's owner opens this link and agrees:")
    out.line(oauth.link(own.redirect_uri, state))
    out.line("然后把跳转到的整个地址（或授权码）粘贴在这里 / then paste the address, or the code:")
    code = code_in(sys.stdin.readline(), state)

    async def finish() -> int:
        grant = await _granted(oauth, code, own.redirect_uri)
        await http.close()
        done = await keep({"channel": name, "sealed": grants.seal(vault, name, grant)})
        out.line(_said(grant, settings.shop.zone))
        return done

    return asyncio.run(finish())


async def keep_grant(shop: Shop, args: Mapping[str, Any], out: Out) -> int:
    """Keep a sealed grant in the database."""
    del out
    channel, sealed = str(args["channel"]), str(args["sealed"])
    await shop.store.write(lambda tx: grants.keep(tx, channel, sealed))
    return 0


async def _granted(oauth: OAuth, code: str, redirect_uri: str) -> Grant:
    try:
        return await oauth.exchange(code, redirect_uri, now_ms())
    except SessionOver as error:
        raise BadInput(f"平台没有给授权：{error}。", f"No authorisation: {error}.") from None
    except Temporary as error:
        raise BadInput(
            f"连不上平台（{error}），请再试一次。",
            f"The platform was not reached ({error}); try again.",
        ) from None
    except Unknown as error:
        raise BadInput(
            f"平台没有答复（{error}），请用新的链接再授权一次。",
            f"The platform did not answer ({error}); authorise again with a new link.",
        ) from None


def _table(settings: Settings, name: str) -> Mapping[str, Any]:
    table = settings.channels.get(name)
    if table is None:
        listed = ", ".join(settings.channels) or "-"
        raise BadInput(
            f"设置里没有 [channels.{name}]；现有：{listed}。",
            f"There is no [channels.{name}] in the settings; there are: {listed}.",
        )
    if missing := [key for key in ("platform", "app_key", "secret") if not table.get(key)]:
        keys = ", ".join(missing)
        raise BadInput(f"[channels.{name}] 缺少 {keys}。", f"[channels.{name}] lacks {keys}.")
    return table


def _said(grant: Grant, zone: str) -> str:
    if not grant.expires_at:
        return f"已授权 / authorised: {grant.owner}"
    until = datetime.fromtimestamp(grant.expires_at / 1000, UTC).astimezone(ZoneInfo(zone))
    return (
        f"已授权 / authorised: {grant.owner}；到 / until {until:%Y-%m-%d %H:%M}；"
        "重启服务后生效 / in use after the next start"
    )
