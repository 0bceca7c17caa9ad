"""How does Douyin speak? A path for each method, a raw JSON body, its envelope, its pushes."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from core.nursery import Nursery
from sandbox.marketplaces import signatures
from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.douyin import goods, orders, refunds
from sandbox.marketplaces.douyin.push import Pusher
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.faults import Reply
from sandbox.marketplaces.gate import Asked, Dialect, Gate, Market, as_json
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.model import Trade
from sandbox.marketplaces.moments import SECOND, from_beijing
from sandbox.marketplaces.oauth import Tokens, lives
from sandbox.marketplaces.sessions import Grant
from sandbox.marketplaces.shop import Shop

# The codes of APP and METHOD are assumed; the others are from an older page of the documents.
CODES: Mapping[Why, tuple[int, str, str]] = {
    Why.APP: (30001, "应用不存在", "isv.app-not-exist"),
    Why.SIGN: (11, "签名校验失败", "isv.sign-invalid"),
    Why.TIME: (40004, "时间戳不合法", "isv.parameter-invalid:timestamp"),
    Why.SESSION: (30002, "access_token已过期", "isv.access-token-expired"),
    Why.METHOD: (30001, "接口不存在", "isv.method-not-exist"),
    Why.MISSING: (40004, "参数缺失", "isv.parameter-invalid:{}"),
    Why.PARAMETER: (40004, "参数错误", "isv.parameter-invalid:{}"),
    Why.THROTTLED: (9, "请求过于频繁", "isp.call-limited:{}"),
    Why.BUSY: (20000, "系统错误", "isp.system-busy"),
    Why.BUSINESS: (50002, "业务处理失败", "isv.business-failed:{}"),
}


class DouyinDialect:
    """What is Douyin's own."""

    name = "douyin"
    without_session = frozenset({"token.create", "token.refresh"})

    def __init__(self, market: Market) -> None:
        self._market = market
        stock = goods.Stock()
        self.methods: Mapping[str, Method] = {
            **orders.METHODS,
            **goods.METHODS,
            **refunds.METHODS,
            "sku.syncStock": stock.sync,
            "token.create": self._create,
            "token.refresh": self._refresh,
        }

    async def read(self, request: web.Request) -> Asked:
        """Read the address and the raw body. Raises Refused."""
        body = (await request.read()).decode("utf-8", "replace")
        query = {key: str(value) for key, value in request.query.items()}
        path = request.path.strip("/").replace("/", ".")
        if query.get("method") != path:
            raise Refused(Why.METHOD, path)
        try:
            params = json.loads(body or "{}")
        except ValueError:
            raise Refused(Why.PARAMETER, "param_json") from None
        if not isinstance(params, dict) or body != _canonical(params):
            raise Refused(Why.SIGN, "param_json")
        return Asked(
            method=path,
            app_key=query.get("app_key", ""),
            session=query.get("access_token", ""),
            timestamp=query.get("timestamp", ""),
            sign=query.get("sign", ""),
            params=params,
            sent=query | {"param_json": body},
        )

    def sign(self, asked: Asked, secret: str) -> str:
        """Return the right signature."""
        return signatures.douyin(asked.sent, secret, asked.sent.get("sign_method", "md5"))

    def sent_at(self, asked: Asked) -> int:
        """Read UNIX seconds or the Beijing text. Raises ValueError."""
        given = asked.timestamp
        return int(given) * SECOND if given.isdigit() else from_beijing(given)

    def wrap(self, method: str, result: Json) -> Json:  # noqa: ARG002 - the same for all
        """Put a result into the envelope; the method gave `data`."""
        fine = {"code": 10000, "msg": "success", "sub_code": "", "sub_msg": ""}
        return {**fine, "log_id": "20sandbox0000", **result}

    def refusal(self, refused: Refused) -> Json:
        """Tell a refusal with its code."""
        code, text, sub_code = CODES[refused.why]
        told = {"code": code, "msg": text, "sub_code": sub_code.format(refused.detail)}
        return {**told, "sub_msg": refused.detail, "log_id": "20sandbox0000", "data": None}

    def render(self, asked: Asked | None, body: Json) -> Reply:  # noqa: ARG002 - always JSON
        """Write JSON."""
        return as_json(body)

    def _create(self, call: Call) -> Json:
        """Exchange a code for a token."""
        return {"data": _token(self._market.sessions.by_code(call.text("code")), call.now)}

    def _refresh(self, call: Call) -> Json:
        """Refresh a token."""
        token = call.text("refresh_token")
        return {"data": _token(self._market.sessions.by_refresh(token), call.now)}


def _canonical(params: Json) -> str:
    """Return the JSON text as it is to be signed: keys sorted at every level, compact."""
    return json.dumps(params, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _token(grant: Grant, now: int) -> Json:
    life, _ = lives(grant, now)
    return {
        "access_token": grant.access,
        "expires_in": life,
        "refresh_token": grant.refresh,
        "scope": "SCOPE",
        "shop_id": grant.shop.id,
        "shop_name": grant.shop.name,
    }


def _no_token(refused: Refused) -> Json:
    return {"code": 40004, "msg": refused.detail}


class Douyin(Marketplace):
    """A make-believe Douyin; see `Marketplace`. `push_to` names who is told of events."""

    platform = "douyin"
    gateway = ""
    tokens = Tokens(
        "/authorize", "", "", _token, _no_token, {"key": "app_key", "secret": "app_secret"}
    )
    quiet = frozenset({"memo", "refund asked", "refund refused"})

    def __init__(self, *args: Any, **more: Any) -> None:
        self._nursery = Nursery(logging.getLogger(__name__))
        self._pusher: Pusher | None = None
        super().__init__(*args, **more)

    def dialect(self) -> Dialect:
        """Return what is Douyin's own."""
        return DouyinDialect(self.market)

    @property
    def token_url(self) -> str:
        """Where a code is exchanged: by a signed method."""
        return f"{self.root}/token/create"

    def order_number(self, now: int, serial: int) -> str:
        """Return 19 digits."""
        return f"{6_900_000_000_000_000_000 + now // SECOND % 10**8 * 10**9 + serial:d}"

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return a path for every method: its name with slashes for dots."""
        return [web.post("/{group:[A-Za-z]+}/{name:[A-Za-z0-9]+}", gate.handle)]

    def open_shop(self, name: str) -> Shop:
        """Open one more shop; its events are pushed too."""
        shop = super().open_shop(name)
        shop.watchers.append(self._tell)
        return shop

    def push_to(self, url: str, *, tries: int = 3, pause_s: float = 0.05) -> Pusher:
        """Push events to `url` from now on; a push that is not taken is tried again."""
        self._pusher = Pusher(self.market, self.app_key, url, self._nursery, tries, pause_s)
        return self._pusher

    async def stop(self) -> None:
        """Stop to push and to listen."""
        self.faults.clear()
        await self._nursery.close(0)
        await super().stop()

    def _tell(self, shop: Shop, trade: Trade, what: str) -> None:
        if self._pusher is not None:
            self._pusher.tell(shop, trade, what)
