"""How are bytes moved so that no phase of a request outlives its time, nor all of them together?

A deadline cannot be put around httpx from outside: cancelling a request can lose its connection
for the pool, for good. So each single read and write gets what is left, and times out by itself.
"""

import asyncio
import select
import ssl
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

import httpcore

from core.http.guard import Guard

deadline: ContextVar[float] = ContextVar("deadline")
"""When the request of this task has to be done, by the loop's clock."""


def left(phase: float | None, late: type[httpcore.TimeoutException]) -> float:
    """Return the seconds for one step: its phase's, or what is left of the whole if less."""
    rest = deadline.get() - asyncio.get_running_loop().time()
    if rest <= 0:
        raise late("the time for the whole request is up")
    return rest if phase is None else min(phase, rest)


class Wire(httpcore.AsyncNetworkStream):
    """A connection whose every step keeps the deadline."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._socket = inner.get_extra_info("socket")

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        """Read some bytes."""
        return await self._inner.read(max_bytes, left(timeout, httpcore.ReadTimeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Write all bytes."""
        await self._inner.write(buffer, left(timeout, httpcore.WriteTimeout))

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Go on encrypted, once the server has proved its name."""
        seconds = left(timeout, httpcore.ConnectTimeout)
        return Wire(await self._inner.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:
        """Tell httpcore about the connection.

        Whether it is readable (closed by the server, that is) is asked for every idle connection
        at every request: the way through anyio takes twenty times as long.
        """
        return self._readable() if info == "is_readable" else self._inner.get_extra_info(info)

    def _readable(self) -> bool:
        if self._socket.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))


class Dialler(httpcore.AsyncNetworkBackend):
    """Makes connections, to addresses that the guard has looked at."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers; each gets its share of the time."""
        until = asyncio.get_running_loop().time() + left(timeout, httpcore.ConnectTimeout)
        addresses = await self._addresses(host, port, until)
        failed: Exception = httpcore.ConnectError("no address")
        for n, address in enumerate(addresses):
            share = (until - asyncio.get_running_loop().time()) / (len(addresses) - n)
            try:
                stream = await self._inner.connect_tcp(
                    address, port, max(share, 0.0), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return Wire(stream)
        raise failed

    async def _addresses(self, host: str, port: int, until: float) -> list[str]:
        try:
            async with asyncio.timeout_at(until):  # cancels the look-up alone, no connection
                return list(await self._guard.addresses(host, port))
        except TimeoutError:
            raise httpcore.ConnectTimeout("the name was not looked up in time") from None
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name has no address: {error}") from None

    async def sleep(self, seconds: float) -> None:
        """Wait between tries (httpcore's own retries, which we do not use)."""
        await asyncio.sleep(seconds)
