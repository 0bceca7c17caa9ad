"""How does a seller let us into a shop? A link, a code, a token, and later a fresh one."""

import hmac
import json
import re
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlencode

from core.adapters.signing import Signer, profile
from core.domain.errors import BadInput, SessionOver, Unknown
from core.domain.grant import Grant
from core.domain.secret import Secret
from core.http.status import expect_success
from core.http.values import Answer, Request
from core.tools.validate import build

Send = Callable[[Request], Awaitable[Answer]]
"""Asks somebody outside, as `core.http.client.Http.send` does."""

_NAME = re.compile(r"\{(\w+)\}")
_CODE = re.compile(r"[\w.~+/=-]{1,512}", re.ASCII)
_SERVER_ERROR = 500
_LONGEST_TEXT = 200
_LONGEST_S = 100 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class Step:
    """An address and what is sent there; `signing` and `method` are for "signed" alone."""

    url: str
    params: dict[str, str]
    send: Literal["form", "json", "signed"] = "form"
    signing: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Where things stand in an answer: names under `root`, and paths of what went wrong."""

    root: str = ""
    access: str = "access_token"
    refresh: str = "refresh_token"
    expires_in: str = "expires_in"
    refresh_expires_in: str = ""
    owner: str = ""
    owner_quoted: bool = False
    problem: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """How one platform lets us in."""

    authorize: Step
    token: Step
    refresh: Step
    answer: Reading = field(default_factory=Reading)


@cache
def ways() -> dict[str, Way]:
    """Return the way of each platform that we know."""
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {platform: build(Way, table) for platform, table in tables.items()}


class OAuth:
    """Lets us into shops of one platform, as one application.

    Args:
        platform: One of `ways()`. Raises BadInput for any other.
        app: The application's `app_key` and `secret` (Douyin: `service_id` as well).
        send: Asks somebody outside.
        addresses: Other addresses for "authorize", "token" or "refresh".
    """

    def __init__(
        self,
        platform: str,
        app: Mapping[str, Secret],
        send: Send,
        addresses: Mapping[str, str] | None = None,
    ) -> None:
        if platform not in ways():
            listed = ", ".join(ways())
            raise BadInput(
                f"“{platform}”没有授权流程，有的是：{listed}。",
                f"{platform!r} has no way to authorise; these have one: {listed}.",
            )
        self._way = ways()[platform]
        self._app = app
        self._send = send
        self._addresses = addresses or {}

    def link(self, redirect_uri: str, state: str) -> str:
        """Return the page where the seller agrees; `state` comes back with the code."""
        step = self._way.authorize
        params = self._filled(step, redirect_uri=Secret(redirect_uri), state=Secret(state))
        url = self._addresses.get("authorize", step.url)
        return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"

    async def exchange(self, code: str, redirect_uri: str, now_ms: int) -> Grant:
        """Return the tokens that a code buys, once.

        Raises:
            SessionOver: The platform does not take the code; a new link is needed.
            Temporary: Not reached; the code is still good.
            Unknown: No answer; the code may be spent, a new link is needed.
        """
        given = {"code": Secret(code), "redirect_uri": Secret(redirect_uri)}
        return await self._ask("token", self._way.token, given, now_ms)

    async def refresh(self, grant: Grant, now_ms: int) -> Grant:
        """Return fresh tokens; a refresh token that the platform does not renew stays.

        Raises:
            SessionOver: The platform does not take the refresh token; a person has to authorise.
            Temporary: Not reached.
            Unknown: No answer; the old token may be over.
        """
        given = {"refresh_token": grant.refresh}
        fresh = await self._ask("refresh", self._way.refresh, given, now_ms)
        if fresh.refresh:
            return fresh
        return Grant(
            fresh.access, grant.refresh, fresh.expires_at, grant.refresh_until, fresh.owner
        )

    async def _ask(self, name: str, step: Step, given: Mapping[str, Secret], now_ms: int) -> Grant:
        params = self._filled(step, **given)
        request = self._request(self._addresses.get(name, step.url), step, params, now_ms)
        answer = await self._send(request)
        if answer.status >= _SERVER_ERROR:
            expect_success(answer, "asking for a token")
        said = _json(answer.body)
        found = _grant(self._way.answer, said, now_ms)
        if found is None:
            text = _problem(self._way.answer, said)
            for secret in (*self._app.values(), *given.values()):
                text = text.replace(secret.reveal(), "***") if secret else text
            raise SessionOver(f"the platform gives no token: {text or answer.status}")
        return found

    def _request(self, url: str, step: Step, params: dict[str, str], now_ms: int) -> Request:
        if step.send == "json":
            body = json.dumps(params, ensure_ascii=False).encode()
            return Request("POST", url, headers={"content-type": "application/json"}, body=body)
        if step.send == "signed":
            signer = Signer(profile(step.signing), self._app)
            more, body = signer.pack(params)
            signed = signer.sign({"method": step.method, **more}, body, now_ms)
            return Request("POST", url, signed.query, signed.headers, signed.body, signed.form)
        return Request("POST", url, form=params)

    def _filled(self, step: Step, **given: Secret) -> dict[str, str]:
        known = {**self._app, **given}

        def value(found: re.Match[str]) -> str:
            return known[found[1]].reveal() if found[1] in known else ""

        filled = {name: _NAME.sub(value, template) for name, template in step.params.items()}
        return {name: text for name, text in filled.items() if text}


def code_in(pasted: str, state: str) -> str:
    """Return the code in what a person pasted: the code, or the whole address with it.

    Raises BadInput if there is none, or if the address answers another link than ours.
    """
    text = pasted.strip()
    if "://" in text:
        query = parse_qs(text.partition("?")[2].partition("#")[0])
        text = query.get("code", [""])[0]
        theirs = query.get("state", [""])[0]
        if not hmac.compare_digest(theirs.encode("utf-8", "surrogatepass"), state.encode()):
            raise BadInput(
                "这个地址不是刚才那个链接的回答，请用最新的链接重新授权。",
                "This address does not answer the link that was given; use the newest link.",
            )
    if not _CODE.fullmatch(text):
        raise BadInput(
            "没有找到授权码，请把授权后跳转到的整个地址贴过来。",
            "There is no code in it; paste the whole address that the page went to.",
        )
    return text


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Unknown("asking for a token: the answer is no JSON object")
    return said


def _grant(reading: Reading, said: Mapping[str, Any], now_ms: int) -> Grant | None:
    found = said.get(reading.root) if reading.root else said
    if not isinstance(found, Mapping) or not isinstance(found.get(reading.access), str):
        return None
    if not found[reading.access]:
        return None
    owner = str(found.get(reading.owner, "")) if reading.owner else ""
    return Grant(
        Secret(found[reading.access]),
        Secret(str(found.get(reading.refresh) or "")),
        _until(found.get(reading.expires_in), now_ms),
        _until(found.get(reading.refresh_expires_in), now_ms),
        unquote(owner) if reading.owner_quoted else owner,
    )


def _until(seconds: object, now_ms: int) -> int:
    """Return the moment that lies so many seconds ahead, 0 if it is not said."""
    try:
        return now_ms + min(int(str(seconds)), _LONGEST_S) * 1000
    except ValueError:
        return 0


def _problem(reading: Reading, said: Mapping[str, Any]) -> str:
    """Return the first thing that the platform says about what is wrong."""
    for path in reading.problem:
        found: Any = said
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
        if found:
            return str(found)[:_LONGEST_TEXT]
    return ""
