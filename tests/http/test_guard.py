"""S18: nobody gets this program to call something private."""

from collections.abc import Awaitable, Callable, Sequence
from itertools import chain, repeat

import pytest

from core.domain.errors import Permanent, Temporary
from core.http.guard import Blocked, Guard, public
from core.http.values import Request
from tests.http.server import answer, raw
from tests.http.server import http as client


def names(*addresses: Sequence[str]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """Return a name server: one answer after the other, then the last one for ever."""
    said = chain(addresses, repeat(addresses[-1]))

    async def resolve(host: str, port: int) -> Sequence[str]:
        return next(said)

    return resolve


PRIVATE = (
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1",  # noqa: S104
    "192.168.1.1",
    "169.254.169.254", "100.100.100.200", "198.18.0.1", "224.0.0.1", "255.255.255.255",
    "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1",
    "::ffff:169.254.169.254", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:a9fe:a9fe::", "64:ff9b:1::7f00:1", "no address", "",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_S18_an_address_of_the_inside_is_known_however_it_is_wrapped(address: str) -> None:
    """Loopback, private, link-local, carrier-grade and reserved, also inside IPv6."""
    assert not public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "140.205.1.1", "2606:4700::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_S18_public_addresses_are_let_through(address: str) -> None:
    """The control of the above."""
    assert public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/latest/meta-data",
        "https://100.100.100.200/",
        "https://169.254.169.254/",
        "https://user@1.1.1.1/",
        "https://user:pass@1.1.1.1/",
        "https://1.1.1.1@127.0.0.1/",
        "http://1.1.1.1/",
        "https://1.1.1.1:8443/",
        "https://1.1.1.1:22/",
        "ftp://1.1.1.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//1.1.1.1/",
        "https:///",
        "",
        "https://[::1",
        "https://1.1.1.1:99999/",
    ],
)
async def test_S18_it_is_not_called(url: str) -> None:
    """Every way to write it is refused before a byte is sent; the system resolves as ever."""
    http = client(Guard())
    with pytest.raises(Permanent):
        await http.send(Request("GET", url))
    await http.close()


async def test_S18_one_private_address_among_public_ones_is_enough() -> None:
    """Every address of a name is looked at, not only the first."""
    http = client(Guard(resolve=names(["1.1.1.1", "10.0.0.1"])))
    with pytest.raises(Blocked):
        await http.send(Request("GET", "https://shop.example/"))
    await http.close()


async def test_S18_allowed_is_the_exact_host_and_port() -> None:
    """Another port, another way to write the host, or a name that leads there: all refused."""
    async with raw(answer()) as server:
        http = client(Guard([server.address], resolve=names(["127.0.0.1"])))
        assert (await http.send(Request("GET", server.url))).status == 200
        for other in (
            f"http://127.1:{server.port}/",
            f"http://localhost:{server.port}/",
            f"http://shop.example:{server.port}/",
            f"https://shop.example:{server.port}/",
            "http://127.0.0.1:1/",
            "http://127.0.0.1/",
        ):
            with pytest.raises(Blocked):
                await http.send(Request("GET", other))
        await http.close()
        assert len(server.asked) == 1


async def test_S18_a_name_server_that_changes_its_mind_gains_nothing() -> None:
    """The connection goes to the address that was looked at: there is one look-up, not two."""
    async with raw(answer()) as server:
        guard = Guard(ports=[server.port], resolve=names(["192.0.2.1"], ["127.0.0.1"]))
        http = client(guard)
        for _ in range(3):  # first a private answer, then another private one
            with pytest.raises(Blocked):
                await http.send(Request("GET", f"https://shop.example:{server.port}/"))
        await http.close()
        assert server.opened == 0


async def test_S18_the_connection_goes_to_what_was_looked_at() -> None:
    """The first look-up is good and every later one evil: still nobody private is connected to."""
    asked: list[str] = []
    evil = names(["203.0.113.9"], ["127.0.0.1"])

    async def watched(host: str, port: int) -> Sequence[str]:
        found = await evil(host, port)
        asked.extend(found)
        return found

    async with raw(answer()) as server:
        guard = Guard([f"shop.example:{server.port}"], resolve=watched)
        http = client(guard)
        with pytest.raises(Temporary):  # nobody answers there; 127.0.0.1 would have
            await http.send(Request("GET", f"http://shop.example:{server.port}/"))
        assert (asked, server.opened) == (["203.0.113.9"], 0)
        await http.close()


async def test_S18_a_resolver_asked_twice_would_be_caught_out() -> None:
    """The control: had the name been looked up again to connect, 127.0.0.1 would have answered."""
    async with raw(answer()) as server:
        resolve = names(["203.0.113.9"], ["127.0.0.1"])
        await resolve("shop.example", server.port)  # the look that judges
        guard = Guard([f"shop.example:{server.port}"], resolve=resolve)  # the look that connects
        http = client(guard)
        await http.send(Request("GET", f"http://shop.example:{server.port}/"))
        await http.close()
        assert server.opened == 1


async def test_S18_a_redirect_is_an_answer() -> None:
    """We follow nobody: a 302 to the inside comes back as it is, and nothing else is asked."""
    async with raw(answer()) as inside:
        away = answer(b"", f"Location: http://{inside.address}/", status="302 Found")
        async with raw(away) as server:
            http = client(Guard([server.address, inside.address]))
            found = await http.send(Request("GET", server.url))
            assert (found.status, inside.asked) == (302, [])
            await http.close()


async def test_S18_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY of whoever started us is not ours to follow."""
    async with raw(answer(b"proxy")) as proxy, raw(answer(b"server")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://{proxy.address}")
        http = server.client()
        assert (await http.send(Request("GET", server.url))).body == b"server"
        await http.close()
        assert proxy.asked == []


async def test_S18_only_hosts_that_are_set_up_are_called() -> None:
    """Where a list of hosts is given, no other public host is called either."""
    guard = Guard(hosts=["eco.taobao.com"], resolve=names(["10.0.0.1"]))
    http = client(guard)
    with pytest.raises(Blocked, match="not one of the hosts"):
        await http.send(Request("GET", "https://api.example/"))
    with pytest.raises(Blocked, match="private address"):
        await http.send(Request("GET", "https://ECO.taobao.com/"))
    await http.close()


async def test_S18_a_host_that_has_no_address_is_temporary() -> None:
    """A name server that fails is no reason to give a shop up."""

    async def nothing(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    http = client(Guard(resolve=nothing))
    with pytest.raises(Temporary, match="no such host"):
        await http.send(Request("GET", "https://shop.example/"))
    await http.close()
