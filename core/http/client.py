"""How is a request sent, and what went wrong if it was not answered? The one home of httpx."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import httpcore
import httpx

from core.domain.errors import DeliveryError, Permanent, Temporary, Unknown
from core.http.body import Body, TooLarge
from core.http.guard import HTTPS_PORT, Guard, authority
from core.http.values import Answer, Request
from core.http.wire import Dialler, deadline

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # below, they tell addresses and headers


POOL_S: Final = 1.0
"""Seconds to wait for a connection of the pool: we keep to its size, so any wait is a defect."""

Start = Callable[[Coroutine[Any, Any, Any], str], asyncio.Task[Any]]
"""Runs work in the background: a nursery's `start`."""


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """How long and how much, for one request and for all together.

    Attributes:
        connect_s: Seconds to look a name up, connect and prove the certificate, each.
        read_s: Seconds without a single byte of the answer.
        write_s: Seconds without a single byte going out.
        total_s: Seconds for all of one request, however steadily it trickles.
        connections: Requests under way at once, to anybody.
        per_host: Requests under way at once to one host and port, so that one that hangs leaves
            room for the others.
        keep_s: Seconds that an idle connection is kept.
        body_bytes: The largest answer that is taken, unpacked.
    """

    connect_s: float = 5.0
    read_s: float = 20.0
    write_s: float = 10.0
    total_s: float = 60.0
    connections: int = 200
    per_host: int = 100
    keep_s: float = 5.0
    body_bytes: int = 32 << 20


class Http:
    """Asks over HTTP: no redirects, no proxy of the environment, no cookies, TLS verified.

    Errors name method, host and port and nothing else of a request: addresses carry signatures.
    A request under way is not cancelled with whoever asked: it ends by itself, within its time,
    because a pool can lose the connection of a cancelled one for good.

    Args:
        guard: Says who may be called.
        start: Runs the requests (`Nursery.start`).
        limits: Time and size.
        trust: Whose certificates are believed; by default those of the public authorities.
    """

    def __init__(
        self,
        guard: Guard,
        start: Start,
        limits: HttpLimits = HttpLimits(),
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard
        self._start = start
        self._limits = limits
        self._trust = trust or httpx.create_ssl_context(trust_env=False)
        self._slots = asyncio.Semaphore(limits.connections)
        self._hosts: dict[str, _Host] = {}
        self.rebuilt = 0
        """How often a pool that had lost its connections was replaced."""

    async def send(self, request: Request) -> Answer:
        """Ask, and return the answer whatever its status.

        Raises:
            Blocked: We do not call this address (a Permanent).
            Permanent: The request cannot be sent as it is.
            Temporary: The server was not reached; nothing was taken.
            Unknown: It was reached, and no whole answer came back.
            TooLarge: The answer is larger than we take (an Unknown).
        """
        url = _url(request)
        port = url.port or (HTTPS_PORT if url.scheme == "https" else 80)
        name = url.raw_host.decode("ascii")
        self._guard.look(url.scheme, url.userinfo, name, port)
        where = authority(name, port)
        host = self._hosts.get(where)
        if host is None:
            host = self._hosts[where] = _Host(self._limits.per_host, self._fresh())
        release = await self._slot(host)
        asking = self._outcome(request, url, host, f"{request.method} {where}")
        task = self._start(asking, f"asking {where}")
        task.add_done_callback(lambda _: release())
        outcome: Answer | DeliveryError = await asyncio.shield(task)
        if isinstance(outcome, DeliveryError):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Close every connection."""
        for host in self._hosts.values():
            await host.pool.client.aclose()

    def _fresh(self) -> "_Pool":
        return _Pool(self._trust, self._guard, self._limits)

    async def _slot(self, host: "_Host") -> Callable[[], None]:
        """Wait until one more request may be under way; return what ends it."""
        await host.slots.acquire()
        try:
            await self._slots.acquire()
        except BaseException:
            host.slots.release()
            raise

        def release() -> None:
            self._slots.release()
            host.slots.release()

        return release

    async def _outcome(
        self, request: Request, url: httpx.URL, host: "_Host", what: str
    ) -> Answer | DeliveryError:
        """Return what came of it; that nobody answered is an outcome, too."""
        deadline.set(asyncio.get_running_loop().time() + self._limits.total_s)
        try:
            return await self._try(request, url, host, what)
        except DeliveryError as error:
            return error

    async def _try(self, request: Request, url: httpx.URL, host: "_Host", what: str) -> Answer:
        """Ask; a pool that gives no connection though we keep to its size is replaced once."""
        for _ in range(2):
            pool = host.pool
            async with pool:
                try:
                    return await self._ask(pool.client, request, url, what)
                except httpx.PoolTimeout:
                    if pool is host.pool:
                        host.pool = self._fresh()
                        self.rebuilt += 1
                        pool.retired = True
        raise Temporary(f"{what}: no connection was free")

    async def _ask(
        self, client: httpx.AsyncClient, request: Request, url: httpx.URL, what: str
    ) -> Answer:
        try:
            sent = client.build_request(
                request.method,
                url,
                headers=dict(request.headers),
                content=request.body or None,
                data=dict(request.form) or None,
            )
            return await self._answer(client, sent)
        except httpx.PoolTimeout:
            raise
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Temporary(f"{what}: not reached ({_short(error)})") from None
        except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError) as error:
            raise Unknown(f"{what}: no answer ({type(error).__name__})") from None
        except (httpx.TransportError, httpx.InvalidURL, ValueError, TypeError) as error:
            raise Permanent(f"{what}: cannot be sent ({type(error).__name__})") from None
        except TooLarge as error:
            raise TooLarge(f"{what}: {error}") from None
        except Unknown as error:
            raise Unknown(f"{what}: {error}") from None

    async def _answer(self, client: httpx.AsyncClient, sent: httpx.Request) -> Answer:
        response = await client.send(sent, stream=True)
        try:
            body = Body(response.headers.get("content-encoding", ""), self._limits.body_bytes)
            async for chunk in response.aiter_raw():
                body.feed(chunk)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, body.end())
        finally:
            await response.aclose()


class _Host:
    """A host and port: how many may ask it at once, and its own small pool.

    Looking for a connection takes a time that grows with all connections of a pool, whomever
    they lead to.
    """

    def __init__(self, slots: int, pool: "_Pool") -> None:
        self.slots = asyncio.Semaphore(slots)
        self.pool = pool


class _Pool:
    """A client and who uses it; once retired, its last user closes it."""

    def __init__(self, trust: ssl.SSLContext, guard: Guard, limits: HttpLimits) -> None:
        self.client = httpx.AsyncClient(
            transport=_Transport(trust, guard, limits),
            timeout=httpx.Timeout(
                connect=limits.connect_s,
                read=limits.read_s,
                write=limits.write_s,
                pool=POOL_S,
            ),
            headers={"user-agent": "zhanggui", "accept-encoding": "gzip", "accept": "*/*"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # shops share no session
            follow_redirects=False,
            trust_env=False,
        )
        self.retired = False
        self._users = 0

    async def __aenter__(self) -> None:
        self._users += 1

    async def __aexit__(self, *_: object) -> None:
        self._users -= 1
        if self.retired and not self._users:
            await self.client.aclose()


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's transport over connections of our own making: it offers no other way to give one."""

    def __init__(self, trust: ssl.SSLContext, guard: Guard, limits: HttpLimits) -> None:
        super().__init__(verify=trust, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trust,
            max_connections=limits.per_host,
            max_keepalive_connections=limits.per_host,
            keepalive_expiry=limits.keep_s,
            network_backend=Dialler(guard),
        )


def _url(request: Request) -> httpx.URL:
    try:
        url = httpx.URL(request.url)
        return url.copy_merge_params(dict(request.query)) if request.query else url
    except (httpx.InvalidURL, ValueError, TypeError):
        raise Permanent("this is no address") from None


def _short(error: Exception) -> str:
    """Return what the system said: host names and numbers, nothing of a request."""
    return str(error)[:120] or type(error).__name__
