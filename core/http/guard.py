"""Whom may we call? Only https to public addresses, but for what is allowed by name and port.

A name is resolved once; every address that it has is looked at, and the connection goes to the
very address that was looked at: a name server that changes its mind in between gains nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from core.domain.errors import Permanent

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the IP addresses of a host. Raises OSError if there are none."""

HTTPS_PORT: Final = 443
_THREADS: Final = 8
_IPV4_INSIDE: Final = tuple(
    ipaddress.IPv6Network(network) for network in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")
)
"""Where the last four bytes of an IPv6 address are an IPv4 address (or may be)."""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Blocked(Permanent):
    """We do not call this address; nothing was sent."""


class Guard:
    """Judges addresses before and while a connection is made.

    Args:
        allow_private: "host:port" of private or loopback servers that may be called, and over
            plain http: exactly as they stand in an address ("127.0.0.1:8090", "[::1]:80").
        ports: Ports of public servers.
        hosts: The public hosts that may be called; empty: any.
        resolve: Looks names up; by default the system does, in threads of its own.
    """

    def __init__(
        self,
        allow_private: Iterable[str] = (),
        *,
        ports: Iterable[int] = (HTTPS_PORT,),
        hosts: Iterable[str] = (),
        resolve: Resolve | None = None,
    ) -> None:
        self._allowed = frozenset(name.lower() for name in allow_private)
        self._ports = frozenset(ports)
        self._hosts = frozenset(name.lower() for name in hosts)
        self._resolve = resolve or _system()

    def look(self, scheme: str, userinfo: bytes, host: str, port: int) -> None:
        """Judge an address as it is written. Raises Blocked."""
        where = authority(host, port)
        if userinfo:
            raise Blocked(f"{where}: an address must not carry a user or password")
        if not host:
            raise Blocked("an address without a host")
        if where in self._allowed:
            if scheme in {"http", "https"}:
                return
            raise Blocked(f"{where}: {scheme} is not http or https")
        if scheme != "https":
            raise Blocked(f"{where}: only https is called ({where} is not in allow_private)")
        if port not in self._ports:
            raise Blocked(f"{where}: port {port} is not called")
        if self._hosts and host.lower() not in self._hosts:
            raise Blocked(f"{where}: not one of the hosts that are set up")

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses to connect to. Raises Blocked, or OSError where there is none."""
        found = await self._resolve(host, port)
        where = authority(host, port)
        if not found:
            raise OSError(f"{where} has no address")
        if where not in self._allowed:
            for address in found:
                if not public(address):
                    raise Blocked(f"{where}: leads to a private address, not in allow_private")
        return found


def authority(host: str, port: int) -> str:
    """Return "host:port" as it stands in an address."""
    return f"[{host}]:{port}".lower() if ":" in host else f"{host}:{port}".lower()


def public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet, however it is wrapped."""
    try:
        plain = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    return plain.is_global and not plain.is_multicast and not plain.is_reserved


def _unwrapped(address: _Address) -> _Address:
    """Return the IPv4 address inside an IPv6 address, if it leads there."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if inside := address.ipv4_mapped or address.sixtofour:
        return inside
    if any(address in network for network in _IPV4_INSIDE):
        return ipaddress.IPv4Address(address.packed[-4:])
    return address


def _system() -> Resolve:
    """Return the system's look-up, in threads of its own: one that hangs delays nobody else."""
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="names")

    def look_up(host: str, port: int) -> list[str]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    async def resolve(host: str, port: int) -> Sequence[str]:
        return await asyncio.get_running_loop().run_in_executor(threads, look_up, host, port)

    return resolve
