"""A server that does exactly what a test says, byte for byte, and keeps what it was asked."""

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from core.http.client import Http, HttpLimits
from core.http.guard import Guard
from core.nursery import Nursery

QUICK = HttpLimits(connect_s=0.3, read_s=0.3, write_s=0.3, total_s=1.0, body_bytes=64 << 10)


NURSERY = Nursery(logging.getLogger("tests.http"))


def http(guard: Guard, limits: HttpLimits = QUICK, trust: ssl.SSLContext | None = None) -> Http:
    """Return a client whose requests a nursery runs."""
    return Http(guard, NURSERY.start, limits, trust)


@dataclass
class Raw:
    """A server on 127.0.0.1; `asked` holds every request as it came."""

    behave: "Behave"
    port: int = 0
    scheme: str = "http"
    asked: list[bytes] = field(default_factory=list)
    opened: int = 0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The address of a page."""
        return f"{self.scheme}://{self.address}/page"

    def client(self, limits: HttpLimits = QUICK, *, trust: ssl.SSLContext | None = None) -> Http:
        """Return a client that may call this server."""
        return http(Guard([self.address]), limits, trust)

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until the test is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stopping.wait()

    async def hang(self) -> None:
        """Do nothing until the test is over."""
        await self.stopping.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while not self.stopping.is_set():
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: *(\d+)", head)
                self.asked.append(head + await reader.readexactly(int(length[1]) if length else 0))
                await self.behave(self, writer)
                await writer.drain()
        writer.close()


Behave = Callable[[Raw, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw(behave: Behave, tls: ssl.SSLContext | None = None) -> AsyncIterator[Raw]:
    """Run a server that answers each request with `behave`."""
    one = Raw(behave, scheme="https" if tls else "http")
    server = await asyncio.start_server(one._serve, "127.0.0.1", 0, ssl=tls)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        one.stopping.set()
        server.close()
        await asyncio.sleep(0)


def answer(body: bytes = b"ok", *headers: str, status: str = "200 OK") -> Behave:
    """Return a behaviour: this answer."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])

    async def behave(_: Raw, writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode() + b"\r\n\r\n" + body)

    return behave


async def silent(server: Raw, _: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await server.hang()
