"""How does an application get a seller's token? The page to agree on, and the exchange."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.gate import Market, as_json, read_fields
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.moments import SECOND
from sandbox.marketplaces.sessions import Grant


@dataclass(frozen=True, slots=True)
class Tokens:
    """Where and in which words one platform gives tokens; an empty path means: by a method."""

    authorize: str
    exchange: str
    refresh: str
    answer: Callable[[Grant, int], Json]
    error: Callable[[Refused], Json]
    names: Mapping[str, str] = field(
        default_factory=lambda: {"key": "client_id", "secret": "client_secret"}
    )


def lives(grant: Grant, now: int) -> tuple[int, int]:
    """Return the seconds that a token and its refresh token still have."""
    return (grant.expires_at - now) // SECOND, (grant.refresh_until - now) // SECOND


def routes(market: Market, tokens: Tokens) -> list[web.RouteDef]:
    """Return the addresses."""

    async def authorize(request: web.Request) -> web.StreamResponse:
        """The seller of `shop` (or the first) agrees at once; the code goes to redirect_uri."""
        key = request.query.get(tokens.names["key"], "")
        if key not in market.apps:
            return web.Response(text="no such application", status=400)
        shops = market.shops
        shop = shops.get(request.query.get("shop", "")) or next(iter(shops.values()))
        code = market.sessions.code(shop)
        target = request.query.get("redirect_uri", "")
        if not target:
            return web.Response(text=code)
        query = urlencode({"code": code, "state": request.query.get("state", "")})
        raise web.HTTPFound(f"{target}{'&' if '?' in target else '?'}{query}")

    async def exchange(request: web.Request) -> web.StreamResponse:
        try:
            given = await read_fields(request)
            secret = market.apps.get(given.get(tokens.names["key"], ""))
            known = secret is not None and secret == given.get(tokens.names["secret"])
            body = tokens.answer(_granted(market, given, known=known), market.clock())
        except Refused as refused:
            body = tokens.error(refused)
        reply = as_json(body)
        return web.Response(body=reply.body, content_type="application/json")

    paths = dict.fromkeys(path for path in (tokens.exchange, tokens.refresh) if path)
    return [
        web.get(tokens.authorize, authorize),
        *(web.route("*", path, exchange) for path in paths),
    ]


def _granted(market: Market, given: Mapping[str, str], *, known: bool) -> Grant:
    if not known:
        raise Refused(Why.APP)
    if given.get("grant_type") == "refresh_token":
        return market.sessions.by_refresh(given.get("refresh_token", ""))
    return market.sessions.by_code(given.get("code", ""))
