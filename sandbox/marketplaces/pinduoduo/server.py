"""How does Pinduoduo speak? One gateway, its irregular envelopes, its codes, its tokens."""

from collections.abc import Mapping

from aiohttp import web

from sandbox.marketplaces import signatures
from sandbox.marketplaces.call import Method
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.faults import Reply
from sandbox.marketplaces.gate import Asked, Dialect, as_json, read_fields
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.moments import DAY, SECOND, beijing
from sandbox.marketplaces.oauth import Tokens, lives
from sandbox.marketplaces.pinduoduo import goods, orders, refunds
from sandbox.marketplaces.sessions import Grant

# The codes of APP, TIME, METHOD, MISSING and PARAMETER are assumed; the others are documented.
CODES: Mapping[Why, tuple[int, str]] = {
    Why.APP: (10000, "client_id不存在"),
    Why.SIGN: (20004, "签名sign校验失败"),
    Why.TIME: (20001, "timestamp不合法"),
    Why.SESSION: (10019, "access_token已过期"),
    Why.METHOD: (10002, "type不存在"),
    Why.MISSING: (10001, "公共参数错误:{}"),
    Why.PARAMETER: (10001, "参数错误:{}"),
    Why.THROTTLED: (70031, "调用过于频繁，请调整调用频率"),
    Why.BUSY: (52001, "服务内部错误"),
    Why.BUSINESS: (50001, "业务服务错误:{}"),
}
# The envelope's name cannot be derived from the method's.
ENVELOPES: Mapping[str, str] = {
    "pdd.order.number.list.increment.get": "order_sn_increment_get_response",
    "pdd.order.list.get": "order_list_get_response",
    "pdd.order.information.get": "order_info_get_response",
    "pdd.order.note.update": "response",
    "pdd.goods.list.get": "goods_list_get_response",
    "pdd.goods.quantity.update": "goods_quantity_update_response",
    "pdd.goods.sale.status.set": "goods_sale_status_set_response",
    "pdd.logistics.online.send": "logistics_online_send_response",
    "pdd.refund.list.increment.get": "refund_increment_get_response",
    "pdd.time.get": "time_get_response",
}


class PinduoduoDialect:
    """What is Pinduoduo's own."""

    name = "pinduoduo"
    without_session = frozenset({"pdd.time.get"})
    methods: Mapping[str, Method] = {**orders.METHODS, **goods.METHODS, **refunds.METHODS}

    async def read(self, request: web.Request) -> Asked:
        """Read a form or a JSON object. Raises Refused."""
        sent = await read_fields(request)
        return Asked(
            method=sent.get("type", ""),
            app_key=sent.get("client_id", ""),
            session=sent.get("access_token", ""),
            timestamp=sent.get("timestamp", ""),
            sign=sent.get("sign", ""),
            params=sent,
            sent=sent,
        )

    def sign(self, asked: Asked, secret: str) -> str:
        """Return the right signature."""
        return signatures.pinduoduo(asked.sent, secret)

    def sent_at(self, asked: Asked) -> int:
        """Read UNIX seconds. Raises ValueError."""
        return int(asked.timestamp) * SECOND

    def wrap(self, method: str, result: Json) -> Json:
        """Put a result into the envelope of its method."""
        return {ENVELOPES[method]: {**result, "request_id": "17sandbox0000"}}

    def refusal(self, refused: Refused) -> Json:
        """Tell a refusal with its code."""
        code, message = CODES[refused.why]
        return {
            "error_response": {
                "error_code": code,
                "error_msg": message.format(refused.detail),
                "sub_code": None,
                "sub_msg": refused.detail,
                "request_id": "17sandbox0000",
            }
        }

    def render(self, asked: Asked | None, body: Json) -> Reply:  # noqa: ARG002 - always JSON
        """Write JSON."""
        return as_json(body)


def _token(grant: Grant, now: int) -> Json:
    life, refresh = lives(grant, now)
    return {
        "access_token": grant.access,
        "expires_in": life,
        "expires_at": grant.expires_at // SECOND,
        "refresh_token": grant.refresh,
        "refresh_token_expires_in": refresh,
        "owner_id": str(grant.shop.id),
        "owner_name": grant.shop.name,
        "scope": ["pdd.order.list.get"],
        "created_at": beijing(now),
    }


def _no_token(refused: Refused) -> Json:
    return PinduoduoDialect().refusal(refused)


class Pinduoduo(Marketplace):
    """A make-believe Pinduoduo; see `Marketplace`. Its lists lag behind (`rules.lag_s`)."""

    platform = "pinduoduo"
    gateway = "/api/router"
    tokens = Tokens("/oauth/authorize", "/oauth/token", "", _token, _no_token)
    lengthens = False

    def dialect(self) -> Dialect:
        """Return what is Pinduoduo's own."""
        return PinduoduoDialect()

    def order_number(self, now: int, serial: int) -> str:
        """Return "241124-" and 15 digits."""
        return f"{beijing(now)[2:10].replace('-', '')}-{now % DAY // SECOND:05d}{serial:010d}"
