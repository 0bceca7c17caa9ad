"""Can a seller let us in, on each platform? Against the make-believe ones, over real sockets."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from core.adapters.oauth import OAuth, code_in, ways
from core.domain.errors import BadInput, SessionOver, Temporary, Unknown
from core.domain.grant import Grant
from core.domain.secret import Secret
from core.http.client import Http
from core.http.values import Answer, Request
from sandbox.marketplaces.douyin.server import Douyin
from sandbox.marketplaces.jd.server import Jd
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.pinduoduo.server import Pinduoduo
from sandbox.marketplaces.taobao.server import Taobao
from tests.channels.shops import opened
from tests.clock import MINUTE, MONDAY_TEN, SettableClock
from tests.http.server import answer, raw

BACK = "https://shop.example/back"
CANARY = "canary-7f3a9c"
KINDS: list[type[Marketplace]] = [Taobao, Jd, Pinduoduo, Douyin]
Market = tuple[Marketplace, OAuth, Http]


def _app(market: Marketplace, **other: str) -> Mapping[str, Secret]:
    told = {"app_key": market.app_key, "secret": market.app_secret, **other}
    return {name: Secret(value) for name, value in told.items()}


def _addresses(market: Marketplace) -> Mapping[str, str]:
    refresh = {"jd": "/oauth2/refresh_token", "douyin": "/token/refresh"}.get(market.platform)
    return {
        "authorize": market.authorize_url,
        "token": market.token_url,
        "refresh": market.root + refresh if refresh else market.token_url,
    }


@asynccontextmanager
async def _market(
    kind: type[Marketplace], clock: SettableClock, **other: str
) -> AsyncIterator[Market]:
    market = kind("礼盒店", clock=clock)
    async with opened(market) as http:
        oauth = OAuth(market.platform, _app(market, **other), http.send, _addresses(market))
        yield market, oauth, http


async def _agree(oauth: OAuth, http: Http, state: str = "s1") -> str:
    """Be the seller who opens the link and agrees; return the address that the page goes to."""
    return (await http.send(Request("GET", oauth.link(BACK, state)))).headers["location"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.platform)
async def test_link_code_token_and_a_fresh_one(
    kind: type[Marketplace], clock: SettableClock
) -> None:
    """The token opens the shop; the refresh token buys another one that does."""
    async with _market(kind, clock) as (market, oauth, http):
        code = code_in(await _agree(oauth, http), "s1")
        first = await oauth.exchange(code, BACK, clock())
        assert market.market.sessions.open(first.access.reveal()) is market.shop
        assert first.owner in {"礼盒店", str(market.shop.id)}
        life = market.market.rules.session_s
        assert abs(first.expires_at - clock() - life * 1000) <= 1000
        clock.forward(5 * MINUTE)
        second = await oauth.refresh(first, clock())
        assert market.market.sessions.open(second.access.reveal()) is market.shop
        assert second.access != first.access
        assert second.refresh


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.platform)
async def test_a_code_is_good_once_and_an_old_refresh_token_never(
    kind: type[Marketplace], clock: SettableClock
) -> None:
    """What the platform does not take needs a person: SessionOver, in the platform's words."""
    async with _market(kind, clock) as (market, oauth, http):
        code = code_in(await _agree(oauth, http), "s1")
        grant = await oauth.exchange(code, BACK, clock())
        with pytest.raises(SessionOver, match=r"no token: \S"):
            await oauth.exchange(code, BACK, clock())
        market.market.sessions.expire(market.shop, refresh_too=True)
        with pytest.raises(SessionOver):
            await oauth.refresh(grant, clock())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.platform)
async def test_a_wrong_secret_is_told_without_showing_it(
    kind: type[Marketplace], clock: SettableClock
) -> None:
    """The error says that no token came, and neither the secret nor the code."""
    async with _market(kind, clock, secret=CANARY) as (_, oauth, http):
        code = code_in(await _agree(oauth, http), "s1")
        with pytest.raises(SessionOver) as failed:
            await oauth.exchange(code, BACK, clock())
        assert CANARY not in str(failed.value)
        assert code not in str(failed.value)


@pytest.mark.parametrize("platform", sorted(ways()))
async def test_secrets_travel_in_bodies_alone(platform: str) -> None:
    """No secret, code or token of ours stands in an address, but Douyin's app key."""
    sent: list[Request] = []

    async def send(request: Request) -> Answer:
        sent.append(request)
        return Answer(200, {}, b"{}")

    app = {"app_key": Secret("key"), "secret": Secret(CANARY)}
    oauth = OAuth(platform, app, send)
    assert CANARY not in oauth.link(BACK, "s1")
    grant = Grant(Secret("a"), Secret(f"{CANARY}-refresh"), 0, 0)
    for asking in (oauth.exchange(f"{CANARY}-code", BACK, 0), oauth.refresh(grant, 0)):
        with pytest.raises(SessionOver):
            await asking
    assert len(sent) == 2
    for request in sent:
        assert CANARY not in request.url + str(dict(request.query)) + str(dict(request.headers))
        assert CANARY in str(dict(request.form)) + request.body.decode()


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("abc123", "abc123"),
        ("  abc123\n", "abc123"),
        ("https://shop.example/back?code=a.b-1&state=s1", "a.b-1"),
        ("https://shop.example/back?x=1&state=s1&code=%2Ba#top", "+a"),
        ("http://127.0.0.1/?state=s2&code=abc", None),
        ("https://shop.example/back?code=abc", None),
        ("https://shop.example/back?state=s1", None),
        ("https://[broken?state=s1&code=a b", None),
        ("", None),
        ("验证码", None),
        ("a" * 600, None),
        ("<script>", None),
    ],
)
def test_what_a_person_pastes(pasted: str, code: str | None) -> None:
    """A code or the whole address; another link's answer (a foreign state) is refused."""
    if code is not None:
        assert code_in(pasted, "s1") == code
        return
    with pytest.raises(BadInput):
        code_in(pasted, "s1")


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"", "200 OK", Unknown),
        (b"<html>", "502 Bad Gateway", Unknown),
        (b"later", "503 Busy", Temporary),
        (b"[1]", "200 OK", Unknown),
        (b'{"access_token": ""}', "200 OK", SessionOver),
        (b'{"access_token": 7}', "200 OK", SessionOver),
        (b'{"error": "invalid_grant"}', "400 Bad Request", SessionOver),
    ],
)
async def test_odd_answers(body: bytes, status: str, error: type[Exception]) -> None:
    """No answer is taken for a token unless it is one; a server's failure is no verdict."""
    async with raw(answer(body, status=status)) as server:
        http = server.client()
        oauth = OAuth("taobao", {"app_key": Secret("k")}, http.send, {"token": server.url})
        with pytest.raises(error):
            await oauth.exchange("code", BACK, MONDAY_TEN)
        await http.close()


@pytest.mark.parametrize("life", ["60", 60, "60.0", None, "soon", "9" * 30], ids=repr)
async def test_a_life_is_a_number_or_not_said(life: Any) -> None:
    """Seconds as number or text; anything else means that the platform does not say."""
    said = {"access_token": "t", "expires_in": life} if life is not None else {"access_token": "t"}

    async def send(_: Request) -> Answer:
        return Answer(200, {}, str(said).replace("'", '"').encode())

    grant = await OAuth("jd", {}, send).exchange("code", BACK, MONDAY_TEN)
    if str(life) == "60":
        assert grant.expires_at == MONDAY_TEN + MINUTE
    assert grant.expires_at < 2**53


def test_an_unknown_platform_is_refused() -> None:
    """The sentence names those that are known."""
    with pytest.raises(BadInput, match="pinduoduo"):
        OAuth("ebay", {}, None)  # type: ignore[arg-type] # never asked
