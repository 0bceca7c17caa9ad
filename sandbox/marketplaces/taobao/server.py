"""How does TOP speak? One gateway, form parameters, its envelope, its codes, its tokens."""

from collections.abc import Mapping
from urllib.parse import quote
from xml.sax.saxutils import escape

from aiohttp import web

from sandbox.marketplaces import signatures
from sandbox.marketplaces.call import Method
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.faults import Reply
from sandbox.marketplaces.gate import Asked, Dialect, as_json, read_fields
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.moments import from_beijing
from sandbox.marketplaces.oauth import Tokens, lives
from sandbox.marketplaces.sessions import Grant
from sandbox.marketplaces.taobao import goods, orders, refunds

CODES: Mapping[Why, tuple[int, str, str]] = {
    Why.APP: (29, "Invalid app Key", "isv.appkey-not-exists"),
    Why.SIGN: (25, "Invalid signature", ""),
    Why.TIME: (31, "Invalid timestamp", ""),
    Why.SESSION: (27, "Invalid session", "invalid-sessionkey"),
    Why.METHOD: (22, "Invalid method", ""),
    Why.MISSING: (40, "Missing required arguments:{}", "isv.missing-parameter:{}"),
    Why.PARAMETER: (41, "Invalid arguments:{}", "isv.invalid-parameter:{}"),
    Why.THROTTLED: (7, "App Call Limited", "accesscontrol.limited-by-{}-access-count"),
    Why.BUSY: (15, "Remote service error", "isp.top-remote-service-unavailable"),
    Why.BUSINESS: (15, "Remote service error", "isv.{}"),
}


class TopDialect:
    """What is TOP's own."""

    name = "taobao"
    without_session = frozenset({"taobao.time.get"})
    methods: Mapping[str, Method] = {**orders.METHODS, **goods.METHODS, **refunds.METHODS}

    async def read(self, request: web.Request) -> Asked:
        """Read the form. Raises Refused."""
        sent = await read_fields(request)
        return Asked(
            method=sent.get("method", ""),
            app_key=sent.get("app_key", ""),
            session=sent.get("session", ""),
            timestamp=sent.get("timestamp", ""),
            sign=sent.get("sign", ""),
            params=sent,
            sent=sent,
            as_xml=sent.get("format", "xml") != "json",
        )

    def sign(self, asked: Asked, secret: str) -> str:
        """Return the right signature."""
        return signatures.taobao(asked.sent, secret)

    def sent_at(self, asked: Asked) -> int:
        """Read the Beijing text. Raises ValueError."""
        return from_beijing(asked.timestamp)

    def wrap(self, method: str, result: Json) -> Json:
        """Put a result into the envelope that bears the method's name."""
        name = method.removeprefix("taobao.").replace(".", "_")
        return {f"{name}_response": {**result, "request_id": "16sandbox0000"}}

    def refusal(self, refused: Refused) -> Json:
        """Tell a refusal with its code."""
        code, message, sub_code = CODES[refused.why]
        error: Json = {"code": code, "msg": message.format(refused.detail)}
        if sub_code:
            error["sub_code"] = sub_code.format(refused.detail)
            error["sub_msg"] = refused.detail or message
        if refused.wait_s is not None:
            error["sub_msg"] = f"This ban will last for {refused.wait_s} more seconds"
        return {"error_response": {**error, "request_id": "16sandbox0000"}}

    def render(self, asked: Asked | None, body: Json) -> Reply:
        """Write JSON if it was asked for; TOP's own default is XML."""
        if asked is None or not asked.as_xml:
            return as_json(body)
        text = '<?xml version="1.0" encoding="utf-8" ?>' + _xml(body)
        return Reply(text.encode(), 200, "text/xml;charset=UTF-8")


def _xml(value: object) -> str:
    if isinstance(value, dict):
        return "".join(
            "".join(f"<{key}>{_xml(one)}</{key}>" for one in _each(part))
            for key, part in value.items()
        )
    return escape(str(value))


def _each(part: object) -> list[object]:
    return part if isinstance(part, list) else [part]


def _token(grant: Grant, now: int) -> Json:
    life, refresh = lives(grant, now)
    return {
        "access_token": grant.access,
        "token_type": "Bearer",
        "expires_in": life,
        "refresh_token": grant.refresh,
        "re_expires_in": refresh,
        "taobao_user_id": str(grant.shop.id),
        "taobao_user_nick": quote(grant.shop.name),
    }


def _no_token(refused: Refused) -> Json:
    return {"error": "invalid_client", "error_description": refused.detail or str(refused.why)}


class Taobao(Marketplace):
    """A make-believe Taobao; see `Marketplace`."""

    platform = "taobao"
    gateway = "/router/rest"
    tokens = Tokens("/authorize", "/token", "", _token, _no_token)

    def dialect(self) -> Dialect:
        """Return what is TOP's own."""
        return TopDialect()

    def order_number(self, now: int, serial: int) -> str:
        """Return 19 digits."""
        return f"{2_600_000_000_000_000_000 + now // 1000 % 10**9 * 10**8 + serial:d}"
