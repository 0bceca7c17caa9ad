"""How does JOS speak? One gateway, all parameters in one JSON text, its envelope and codes."""

import json
from collections.abc import Mapping

from aiohttp import web

from sandbox.marketplaces import signatures
from sandbox.marketplaces.call import Method
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.faults import Reply
from sandbox.marketplaces.gate import Asked, Dialect, as_json, read_fields
from sandbox.marketplaces.jd import goods, orders, refunds
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.moments import SECOND, from_beijing
from sandbox.marketplaces.oauth import Tokens, lives
from sandbox.marketplaces.sessions import Grant

PARAMS = "360buy_param_json"
SECONDS_END = 19  # a timestamp may go on with ".000+0800"
CODES: Mapping[Why, tuple[str, str]] = {
    Why.APP: ("21", "无效app_key"),
    Why.SIGN: ("12", "无效签名"),
    Why.TIME: ("8", "无效时间戳"),
    Why.SESSION: ("19", "token已过期或者不存在，请重新授权"),
    Why.METHOD: ("15", "不存在的方法名"),
    Why.MISSING: ("43", "缺少必须的参数:{}"),
    Why.PARAMETER: ("43", "参数错误:{}"),
    Why.THROTTLED: ("2", "限制时间内调用次数"),
    Why.BUSY: ("67", "平台内部错误"),
    Why.BUSINESS: ("66", "业务错误:{}"),
}


class JosDialect:
    """What is JOS's own."""

    name = "jd"
    without_session: frozenset[str] = frozenset()
    methods: Mapping[str, Method] = {**orders.METHODS, **goods.METHODS, **refunds.METHODS}

    async def read(self, request: web.Request) -> Asked:
        """Read the form and the JSON text within it. Raises Refused."""
        sent = await read_fields(request)
        try:
            params = json.loads(sent.get(PARAMS) or "{}")
        except ValueError:
            raise Refused(Why.PARAMETER, PARAMS) from None
        if not isinstance(params, dict):
            raise Refused(Why.PARAMETER, PARAMS)
        return Asked(
            method=sent.get("method", ""),
            app_key=sent.get("app_key", ""),
            session=sent.get("access_token", ""),
            timestamp=sent.get("timestamp", ""),
            sign=sent.get("sign", ""),
            params=params,
            sent=sent,
        )

    def sign(self, asked: Asked, secret: str) -> str:
        """Return the right signature."""
        return signatures.jd(asked.sent, secret)

    def sent_at(self, asked: Asked) -> int:
        """Read the Beijing text. Raises ValueError."""
        return from_beijing(asked.timestamp[:SECONDS_END])

    def wrap(self, method: str, result: Json) -> Json:
        """Put a result into the envelope, whose name is officially misspelt."""
        return {f"{method.replace('.', '_')}_responce": {"code": "0", **result}}

    def refusal(self, refused: Refused) -> Json:
        """Tell a refusal with its code."""
        code, text = CODES[refused.why]
        told = text.format(refused.detail)
        return {"error_response": {"code": code, "zh_desc": told, "en_desc": str(refused.why)}}

    def render(self, asked: Asked | None, body: Json) -> Reply:  # noqa: ARG002 - always JSON
        """Write JSON."""
        return as_json(body)


def _token(grant: Grant, now: int) -> Json:
    life, _ = lives(grant, now)
    return {
        "access_token": grant.access,
        "expires_in": life,
        "refresh_token": grant.refresh,
        "scope": "snsapi_base",
        "open_id": f"open-{grant.shop.id}",
        "uid": str(grant.shop.id),
        "time": now,
        "token_type": "bearer",
        "code": 0,
    }


def _no_token(refused: Refused) -> Json:
    return {"code": 400, "msg": refused.detail or str(refused.why), "requestId": "18sandbox0000"}


class Jd(Marketplace):
    """A make-believe JD; see `Marketplace`."""

    platform = "jd"
    gateway = "/routerjson"
    tokens = Tokens(
        "/oauth2/to_login",
        "/oauth2/access_token",
        "/oauth2/refresh_token",
        _token,
        _no_token,
        {"key": "app_key", "secret": "app_secret"},
    )

    def dialect(self) -> Dialect:
        """Return what is JOS's own."""
        return JosDialect()

    def order_number(self, now: int, serial: int) -> str:
        """Return 12 digits, as many as JD's have."""
        return f"{300_000_000_000 + now // SECOND % 10**5 * 10**6 + serial:d}"
