"""How is a marketplace started, filled and read? What the four of them have in common."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from sandbox.marketplaces import oauth
from sandbox.marketplaces.book import Book
from sandbox.marketplaces.control import Control
from sandbox.marketplaces.faults import Faults
from sandbox.marketplaces.gate import Dialect, Gate, Market
from sandbox.marketplaces.limits import Limiter, Rules, read_rules
from sandbox.marketplaces.model import Listing, Trade
from sandbox.marketplaces.moments import Clock, wall_clock
from sandbox.marketplaces.oauth import Tokens
from sandbox.marketplaces.sessions import Sessions
from sandbox.marketplaces.shop import Shop

HOST = "127.0.0.1"
APP_KEY = "12345678"
APP_SECRET = "sandbox-secret"  # noqa: S105 - opens nothing but this sandbox
MAX_BODY = 16 * 1024 * 1024


class Marketplace:
    """A marketplace of one's own on 127.0.0.1, with one shop at first.

    Example:
        async with Taobao() as taobao:
            taobao.offer("TS-W-M", 100)
            order = taobao.sell("TS-W-M", 2)
            ... poll taobao.url with taobao.app_key, taobao.app_secret and taobao.session ...
            taobao.faults.server_error(502, page=3)
            assert order.number in taobao.book.sold()
            assert not taobao.book.violations()

    `rules` are the documented ones unless given, `limited=False` leaves out the rates; `clock`
    gives ms since 1970 and rules everything; `book` also writes the book to that file; `lengthens`
    tells whether a refreshed token begins a new life.
    """

    platform = ""
    gateway = "/"
    tokens: Tokens
    lengthens = True
    quiet: frozenset[str] = frozenset()

    def __init__(
        self,
        shop: str = "小花的店",
        *,
        clock: Clock = wall_clock,
        rules: Rules | None = None,
        limited: bool = True,
        port: int = 0,
        book: Path | None = None,
    ) -> None:
        rules = rules or read_rules(self.platform)
        log = Book(book)
        self.market = Market(
            clock=clock,
            rules=rules,
            apps={APP_KEY: APP_SECRET},
            book=log,
            faults=Faults(),
            limiter=Limiter(rules.rates if limited else ()),
            sessions=Sessions(clock, log, rules.session_s, rules.refresh_s, self.lengthens),
        )
        self.shop = self.open_shop(shop)
        self._port = port
        self._runner: web.AppRunner | None = None

    def dialect(self) -> Dialect:
        """Return what is the platform's own."""
        raise NotImplementedError

    def order_number(self, now: int, serial: int) -> str:
        """Return an order number in the platform's shape."""
        raise NotImplementedError

    def open_shop(self, name: str) -> Shop:
        """Open one more shop, with a token of its own. Raises ValueError if the name is taken."""
        if name in self.market.shops:
            raise ValueError(name)
        number: Callable[[int, int], str] = self.order_number
        base = len(self.market.shops) * 1_000_000
        shop = Shop(
            name=name,
            id=len(self.market.shops) + 1,
            clock=self.market.clock,
            book=self.market.book,
            number=lambda now, serial: number(now, base + serial),
            quiet=self.quiet,
        )
        self.market.shops[name] = shop
        self.market.sessions.grant(shop)
        return shop

    def session_of(self, shop: Shop) -> str:
        """Return the token that opens a shop."""
        return self.market.sessions.grants[shop.name].access

    @property
    def url(self) -> str:
        """The address of the gateway."""
        return f"{self.root}{self.gateway}"

    @property
    def root(self) -> str:
        """The server's address, without a slash at its end."""
        return f"http://{HOST}:{self._port}"

    @property
    def authorize_url(self) -> str:
        """Where the seller agrees."""
        return f"{self.root}{self.tokens.authorize}"

    @property
    def token_url(self) -> str:
        """Where a code is exchanged for a token, and a token refreshed."""
        return f"{self.root}{self.tokens.exchange}"

    @property
    def app_key(self) -> str:
        """The application's key."""
        return next(iter(self.market.apps))

    @property
    def app_secret(self) -> str:
        """The application's secret."""
        return self.market.apps[self.app_key]

    @property
    def session(self) -> str:
        """The token of the first shop."""
        return self.session_of(self.shop)

    @property
    def refresh_token(self) -> str:
        """The refresh token of the first shop."""
        return self.market.sessions.grants[self.shop.name].refresh

    @property
    def book(self) -> Book:
        """Everything that happened."""
        return self.market.book

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self.market.faults

    def offer(self, code: str, stock: int | None, **more: Any) -> Listing:
        """Put a SKU on sale in the first shop; see `Shop.offer`."""
        return self.shop.offer(code, stock, **more)

    def sell(self, what: Any, quantity: int = 1, **more: Any) -> Trade:
        """Sell in the first shop; see `Shop.sell`."""
        return self.shop.sell(what, quantity, **more)

    def expire(self, shop: Shop | None = None, *, refresh_too: bool = False) -> None:
        """Let the token of a shop (the first) end now."""
        self.market.sessions.expire(shop or self.shop, refresh_too=refresh_too)

    def routes(self, gate: Gate) -> list[web.RouteDef]:
        """Return the addresses of the gateway."""
        return [web.route("*", self.gateway, gate.handle)]

    async def start(self) -> None:
        """Begin to listen. Raises OSError if the port is taken."""
        app = web.Application(client_max_size=MAX_BODY)
        app.add_routes(self.routes(Gate(self.market, self.dialect())))
        app.add_routes(oauth.routes(self.market, self.tokens))
        app.add_routes(Control(self.market).routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Free everyone who waits and stop to listen; nothing is forgotten."""
        self.market.closing.set()
        self.faults.clear()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
