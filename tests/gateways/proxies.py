"""Two small proxies on 127.0.0.1, HTTP and SOCKS5, that count what went through them."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Proxy:
    """Where a proxy listens, and the `host:port` of everything that went through it."""

    scheme: str
    port: int = 0
    targets: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


async def http_target(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    """Read `CONNECT host:port`, say yes."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    return head.split()[1]


async def socks_target(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    """Read a SOCKS5 greeting and request (an IPv4 address or a name), say yes."""
    _, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(b"\x05\x00")
    kind = (await reader.readexactly(4))[3]
    if kind == 1:
        host = ".".join(str(byte) for byte in await reader.readexactly(4))
    else:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    (port,) = struct.unpack("!H", await reader.readexactly(2))
    writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
    return f"{host}:{port}"


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until there are no more."""
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def proxy(scheme: str) -> AsyncIterator[Proxy]:
    """Run a proxy of the scheme `http` or `socks5`."""
    ask: Callable[..., Awaitable[str]] = http_target if scheme == "http" else socks_target
    one = Proxy(scheme)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = await ask(reader, writer)
        one.targets.append(target)
        host, _, port = target.rpartition(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        async with asyncio.TaskGroup() as group:
            group.create_task(copy(reader, far_writer))
            group.create_task(copy(far_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    async with server:
        yield one
