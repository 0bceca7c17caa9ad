"""What happens to a request on its way to a method? Faults, limits, signature, session, answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import hdrs, web

from sandbox.marketplaces.book import Book, Kind
from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.faults import Fault, Faults, Reply, Shown, Then
from sandbox.marketplaces.json_text import Json, write
from sandbox.marketplaces.limits import Limiter, Rules
from sandbox.marketplaces.moments import SECOND, Clock
from sandbox.marketplaces.sessions import Sessions
from sandbox.marketplaces.shop import Shop

JSON_TYPE = "application/json; charset=utf-8"
PRIVATE = frozenset({
    "access_token", "app_key", "client_id", "code", "refresh_token", "session", "sign",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: `params` are the method's own, `sent` is all that was signed."""

    method: str
    app_key: str
    session: str
    timestamp: str
    sign: str
    params: Mapping[str, Any]
    sent: Mapping[str, str]
    as_xml: bool = False

    @property
    def page(self) -> int | None:
        """The number of the page that is asked for, if any."""
        given = self.params.get("page_no", self.params.get("page"))
        return int(given) if str(given).isdigit() else None


class Dialect(Protocol):
    """What is each platform's own: how it is asked, how it signs and how it answers."""

    name: str
    methods: Mapping[str, Method]
    without_session: frozenset[str]

    async def read(self, request: web.Request) -> Asked:
        """Read a request. Raises Refused."""

    def sign(self, asked: Asked, secret: str) -> str:
        """Return the right signature."""

    def sent_at(self, asked: Asked) -> int:
        """Return the timestamp in ms since 1970 UTC. Raises ValueError."""

    def wrap(self, method: str, result: Json) -> Json:
        """Put a result into the envelope."""

    def refusal(self, refused: Refused) -> Json:
        """Tell a refusal in the platform's words."""

    def render(self, asked: Asked | None, body: Json) -> Reply:
        """Write an answer."""


@dataclass(slots=True)
class Market:
    """The whole state of one marketplace. `apps` are the secrets by application key."""

    clock: Clock
    rules: Rules
    apps: dict[str, str]
    book: Book
    faults: Faults
    limiter: Limiter
    sessions: Sessions
    shops: dict[str, Shop] = field(default_factory=dict)
    closing: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Outcome:
    """What a call came to before it is put on the wire."""

    reply: Reply
    refused: str = ""
    call: Call | None = None


class Gate:
    """Answers the calls of one marketplace."""

    def __init__(self, market: Market, dialect: Dialect) -> None:
        self._market = market
        self._dialect = dialect

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; what came of it stands in the book."""
        try:
            asked = await self._dialect.read(request)
        except Refused as refused:
            outcome = self._refuse(None, refused)
            self._note(None, "", outcome.reply.status, outcome.refused)
            return self._response(outcome.reply)
        shop = self._market.sessions.known(asked.session)
        fault = self._market.faults.take(asked.method, shop.name if shop else "", asked.page)
        if fault is None:
            outcome = self._work(asked, None)
            self._write(asked, shop, outcome, None)
            return self._response(outcome.reply)
        return await self._go_wrong(request, asked, shop, fault)

    async def _go_wrong(
        self, request: web.Request, asked: Asked, shop: Shop | None, fault: Fault
    ) -> web.StreamResponse:
        if fault.held is not None:
            fault.arrived.set()
            await fault.held.wait()
        lost = fault.then is not Then.ANSWER
        outcome = Outcome(Reply(b"", 0))
        if fault.reply is not None:
            outcome = Outcome(fault.reply)
        elif not lost or fault.deliver:
            outcome = self._work(asked, fault)
        self._write(asked, shop, outcome, fault)
        if fault.then is Then.HANG:
            await self._market.closing.wait()
        if lost:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if fault.after is not None and outcome.call is not None:
            fault.after(outcome.call)
        reply = outcome.reply if fault.spoil is None else fault.spoil(outcome.reply)
        return self._response(reply)

    def _work(self, asked: Asked, fault: Fault | None) -> Outcome:
        """Check the call and do what it asks for."""
        try:
            if fault is not None:
                self._throttle(asked, fault)
            call = self._pass(asked, fault.shown if fault else Shown.RIGHT)
            body = self._dialect.wrap(asked.method, self._method(asked, fault)(call))
        except Refused as refused:
            outcome = self._refuse(asked, refused)
            if fault is not None and fault.throttle_s and fault.http:
                after = str(refused.wait_s) if refused.wait_s is not None else ""
                outcome.reply = Reply(b"Too Many Requests", 429, "text/plain", after)
            return outcome
        if fault is not None and fault.edit is not None:
            fault.edit(body)
        return Outcome(self._dialect.render(asked, body), call=call)

    def _method(self, asked: Asked, fault: Fault | None) -> Method:
        if fault is not None and fault.refused is not None:
            raise fault.refused
        method = self._dialect.methods.get(asked.method)
        if method is None:
            raise Refused(Why.METHOD, asked.method)
        return method

    def _throttle(self, asked: Asked, fault: Fault) -> None:
        """Refuse while a throttle lasts; who was told to wait and did not commits a violation."""
        now = self._market.clock()
        if not fault.throttle_s:
            return
        if fault.until is None:
            fault.until = now + fault.throttle_s * SECOND
        elif now < fault.until and fault.tells:
            self._violation(asked, "called while told to wait")
        if now < fault.until:
            wait = -((now - fault.until) // SECOND) if fault.tells else None
            raise Refused(Why.THROTTLED, "app", wait)
        fault.times = fault.struck  # it is over

    def _pass(self, asked: Asked, shown: Shown) -> Call:
        """Check what the platform checks and return the call. Raises Refused."""
        market, now = self._market, self._market.clock()
        secret = market.apps.get(asked.app_key)
        if secret is None:
            raise Refused(Why.APP)
        try:
            off = abs(self._dialect.sent_at(asked) - now)
        except (ValueError, OverflowError):
            raise Refused(Why.TIME, "unreadable") from None
        if off > market.rules.tolerance_s * SECOND:
            raise Refused(Why.TIME, "too far off")
        if not asked.sign or asked.sign != self._dialect.sign(asked, secret):
            raise Refused(Why.SIGN)
        if asked.method in self._dialect.without_session:
            shop = next(iter(market.shops.values()))
        else:
            shop = market.sessions.open(asked.session)
        broken = market.limiter.pass_by(asked.method, asked.app_key, shop.name, now)
        if broken is not None:
            self._violation(asked, broken[0].name)
            raise Refused(Why.THROTTLED, broken[0].per, broken[1])
        return Call(asked.method, asked.params, shop, now, market.rules, shown)

    def _violation(self, asked: Asked, limit: str) -> None:
        shop = self._market.sessions.known(asked.session)
        self._market.book.write(
            self._market.clock(),
            Kind.VIOLATION,
            shop=shop.name if shop else "",
            method=asked.method,
            data={"limit": limit},
        )

    def _refuse(self, asked: Asked | None, refused: Refused) -> Outcome:
        reply = self._dialect.render(asked, self._dialect.refusal(refused))
        return Outcome(reply, refused=f"{refused.why} {refused.detail}".strip())

    def _write(
        self, asked: Asked, shop: Shop | None, outcome: Outcome, fault: Fault | None
    ) -> None:
        lost = fault is not None and fault.then is not Then.ANSWER
        status = 0 if lost else outcome.reply.status
        name = fault.name if fault else ""
        self._note(asked, shop.name if shop else "", status, outcome.refused, name)

    def _note(
        self, asked: Asked | None, shop: str, status: int, refused: str, fault: str = ""
    ) -> None:
        params = asked.params if asked else {}
        self._market.book.write(
            self._market.clock(),
            Kind.CALL,
            shop=shop,
            method=asked.method if asked else "",
            status=status,
            refused=refused,
            fault=fault,
            data={key: value for key, value in params.items() if key not in PRIVATE},
        )

    @staticmethod
    def _response(reply: Reply) -> web.Response:
        headers = {hdrs.CONTENT_TYPE: reply.content_type}
        if reply.retry_after:
            headers[hdrs.RETRY_AFTER] = reply.retry_after
        return web.Response(body=reply.body, status=reply.status, headers=headers)


def as_json(body: Json) -> Reply:
    """Write an answer as JSON in UTF-8."""
    return Reply(write(body).encode("utf-8", "surrogatepass"), 200, JSON_TYPE)


async def read_fields(request: web.Request) -> dict[str, str]:
    """Return the parameters of the address and of a form or a JSON object in the body."""
    fields = {key: str(value) for key, value in request.query.items()}
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise Refused(Why.PARAMETER, "body") from None
        if not isinstance(body, dict):
            raise Refused(Why.PARAMETER, "body")
        return fields | {key: _scalar(value) for key, value in body.items()}
    form = await request.post()
    return fields | {key: value for key, value in form.items() if isinstance(value, str)}


def _scalar(value: object) -> str:
    """Return the text that is signed for a JSON value."""
    if isinstance(value, str):
        return value
    return write(value)
