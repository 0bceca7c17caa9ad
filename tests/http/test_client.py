"""Does the client keep its word on time, size and silence? Real sockets, byte for byte."""

import asyncio
import gzip
import logging
import traceback
import zlib
from collections.abc import Sequence

import pytest

from core.domain.errors import DeliveryError, Permanent, Temporary, Unknown
from core.http.body import TooLarge
from core.http.client import Http, HttpLimits
from core.http.guard import Guard
from core.http.status import expect_success, retry_after
from core.http.values import Answer, Request
from tests.http.server import QUICK, Behave, Raw, answer, raw, silent
from tests.http.server import http as client

CANARY = "canary-7f3a9c"
LATEST_S = 3.0
"""Far above every limit in QUICK, far below a test that hangs."""


async def _failure(http: Http, request: Request) -> DeliveryError:
    """Return the error that a request ends with, which it has to do in time."""
    began = asyncio.get_running_loop().time()
    with pytest.raises(DeliveryError) as failed:
        await http.send(request)
    assert asyncio.get_running_loop().time() - began < LATEST_S
    await http.close()
    return failed.value


async def test_what_is_sent_arrives_and_the_answer_comes_back_as_bytes() -> None:
    """Query, form, headers and bodies as given; the answer's bytes whatever charset it claims."""
    said = "订单".encode("gb18030")
    async with raw(answer(said, "Content-Type: application/json; charset=utf-8")) as server:
        http = server.client()
        form = Request("POST", server.url + "?a=1", {"b": "2 &"}, {"X-A": "x"}, form={"名": "a&b"})
        found = await http.send(form)
        await http.send(Request("POST", server.url, body='{"b":"礼盒"}'.encode()))
        await http.close()
    assert (found.status, found.body) == (200, said)
    assert found.headers["content-type"] == "application/json; charset=utf-8"
    first, second = server.asked
    assert first.startswith(b"POST /page?a=1&b=2+%26 HTTP/1.1\r\n")
    assert b"x-a: x\r\n" in first.lower()
    assert first.endswith(b"\r\n\r\n%E5%90%8D=a%26b")
    assert second.endswith('\r\n\r\n{"b":"礼盒"}'.encode())
    assert server.opened == 1  # the connection was kept


async def test_S29_a_server_that_never_answers() -> None:
    """The request may have been taken: the outcome is unknown, and known to be so in time."""
    async with raw(silent) as server:
        failed = await _failure(server.client(), Request("POST", server.url))
    assert isinstance(failed, Unknown)


async def _half(server: Raw, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()
    await server.hang()


async def _cut(server: Raw, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    writer.close()


async def _gone(server: Raw, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _nonsense(server: Raw, writer: asyncio.StreamWriter) -> None:
    writer.write(b"<html>no http at all</html>\r\n\r\n")
    writer.close()


def _dripping(first: bytes) -> Behave:
    """Return a behaviour: `first`, then byte after byte, each in time, without end."""

    async def behave(server: Raw, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not server.stopping.is_set():
            writer.write(b"a")
            await writer.drain()
            await server.pause(0.1)

    return behave


@pytest.mark.parametrize("behave", [_half, _cut, _gone, _nonsense])
async def test_S29_an_answer_that_does_not_end_well(behave: Behave) -> None:
    """Half an answer, a cut line, no answer, no HTTP: unknown, never taken for an answer."""
    async with raw(behave) as server:
        failed = await _failure(server.client(), Request("POST", server.url))
    assert isinstance(failed, Unknown)


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Long: "]
)
async def test_S29_an_answer_that_trickles(first: bytes) -> None:
    """No single wait is too long, in the body or in the head; the whole is, and it ends."""
    async with raw(_dripping(first)) as server:
        failed = await _failure(server.client(), Request("GET", server.url))
    assert isinstance(failed, Unknown)


async def test_S29_time_for_each_wait_alone_is_not_enough() -> None:
    """The control: with no limit for the whole, the trickle is still going on long after."""
    patient = HttpLimits(read_s=0.3, total_s=1000)
    async with raw(_dripping(b"HTTP/1.1 200 OK\r\nX-Long: ")) as server:
        http = server.client(patient)
        going = asyncio.get_running_loop().create_task(http.send(Request("GET", server.url)))
        done, _ = await asyncio.wait([going], timeout=2 * QUICK.total_s)
        assert not done
        going.cancel()
        await asyncio.wait([going])
        await http.close()


async def test_S29_a_server_that_is_not_there() -> None:
    """Nobody listens: surely not taken, to be tried again."""
    async with raw(answer()) as server:
        url, http = server.url, server.client()
    failed = await _failure(http, Request("POST", url))
    assert isinstance(failed, Temporary)
    assert failed.retry_after > 0


async def test_S29_a_server_that_never_proves_its_name() -> None:
    """It takes the connection and says nothing of TLS: surely not taken."""
    async with raw(silent) as server:
        failed = await _failure(server.client(), Request("POST", f"https://{server.address}/"))
    assert isinstance(failed, Temporary)


async def test_S29_a_name_server_that_hangs() -> None:
    """A look-up is part of connecting and keeps its time."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    failed = await _failure(client(Guard(resolve=resolve)), Request("GET", "https://a.example/"))
    assert isinstance(failed, Temporary)


async def test_an_answer_over_the_limit_is_not_taken() -> None:
    """One byte over is too much, exactly the limit is not."""
    most = QUICK.body_bytes
    async with raw(answer(b"x" * (most + 1))) as server:
        assert isinstance(await _failure(server.client(), Request("GET", server.url)), TooLarge)
    async with raw(answer(b"x" * most)) as server:
        http = server.client()
        assert len((await http.send(Request("GET", server.url))).body) == most
        await http.close()


async def test_a_packed_answer_is_unpacked_no_further_than_the_limit() -> None:
    """A bomb of 100 KB that unpacks to 100 MB ends at the limit, in memory too."""
    packed = gzip.compress(b"[1,2]", mtime=0), zlib.compress(b"[1,2]")
    for body, coding in zip(packed, ("gzip", "deflate"), strict=True):
        async with raw(answer(body, f"Content-Encoding: {coding}")) as server:
            http = server.client()
            assert (await http.send(Request("GET", server.url))).body == b"[1,2]"
            await http.close()
    bomb = gzip.compress(bytes(30 << 20), mtime=0)
    assert len(bomb) < QUICK.body_bytes
    async with raw(answer(bomb, "Content-Encoding: gzip")) as server:
        assert isinstance(await _failure(server.client(), Request("GET", server.url)), TooLarge)


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (b"plain", "gzip"),
        (gzip.compress(b"x" * 5000, mtime=0)[:-9], "gzip"),
        (b"x", "br"),
        (b"x", "gzip, gzip"),
    ],
)
async def test_a_packing_that_lies_is_no_answer(body: bytes, coding: str) -> None:
    """Not packed, cut off, or packed in a way that was not asked for: unknown."""
    async with raw(answer(body, f"Content-Encoding: {coding}")) as server:
        failed = await _failure(server.client(), Request("GET", server.url))
    assert (isinstance(failed, Unknown), isinstance(failed, TooLarge)) == (True, False)


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET /x HTTP/1.1\r\nX: y\r\n\r\n", "https://a.example/"),
        Request("GET", "https://a.example/", headers={"X-A": "a\r\nX-B: b"}),
        Request("GET", "https://a.example/", headers={"X-A": "中"}),
    ],
    ids=["method", "header", "header's text"],
)
async def test_a_request_that_cannot_be_sent_is_permanent(request_: Request) -> None:
    """Lines cannot be smuggled into a request, and what is no header is none."""
    async with raw(answer()) as server:
        http = server.client()
        bad = Request(request_.method, server.url, headers=request_.headers)
        assert isinstance(await _failure(http, bad), Permanent)
        assert server.asked == []


async def test_S39_nothing_secret_is_in_an_error_or_a_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Signatures and tokens stand in addresses, headers and forms: none is told, by anybody."""
    caplog.set_level(logging.DEBUG)
    told = ""
    for behave in (silent, _gone, _nonsense, answer(b"x" * 99_999), answer(b"", status="500 Oh")):
        async with raw(behave) as server:
            http = server.client()
            request = Request(
                "POST",
                f"{server.url}/{CANARY}?access_token={CANARY}",
                {"sign": CANARY},
                {"X-Sign": CANARY},
                form={"session": CANARY},
            )
            told += repr(request) + repr(http)
            try:
                told += repr(expect_success(await http.send(request), "orders"))
            except DeliveryError as failed:
                told += "".join(traceback.format_exception(failed))
            await http.close()
            assert CANARY.encode() in server.asked[0]
    told += (
        caplog.text + str([record.__dict__ for record in caplog.records]) + capsys.readouterr().err
    )
    assert "POST 127.0.0.1:" in told
    assert CANARY not in told


async def test_S39_shops_share_no_cookie() -> None:
    """What a server sets for one shop is not sent for the next one."""
    async with raw(answer(b"", f"Set-Cookie: session={CANARY}; Path=/")) as server:
        http = server.client()
        for _ in range(2):
            await http.send(Request("GET", server.url))
        await http.close()
    assert not [asked for asked in server.asked if b"cookie" in asked.lower()]


def _answered(status: int, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@pytest.mark.parametrize(
    ("status", "error"),
    [(301, Permanent), (304, Permanent), (400, Permanent), (403, Permanent), (404, Permanent),
     (425, Temporary), (429, Temporary), (500, Unknown), (502, Unknown), (503, Temporary),
     (504, Unknown)],
)  # fmt: skip
def test_a_status_says_whether_to_ask_again(status: int, error: type[DeliveryError]) -> None:
    """Only what surely was not taken is temporary; a server that failed may have done it."""
    with pytest.raises(error, match=f"orders: status {status}"):
        expect_success(_answered(status), "orders")
    assert expect_success(_answered(204), "orders").status == 204


def test_the_wait_that_a_server_names() -> None:
    """Seconds or a date by its own clock; an hour at most; nonsense is no wait."""
    dates = {"date": "Mon, 02 Mar 2026 02:00:00 GMT"}
    assert retry_after(_answered(429, retry_after="7")) == 7
    assert retry_after(_answered(429, retry_after="Mon, 02 Mar 2026 02:00:30 GMT", **dates)) == 30
    assert retry_after(_answered(429, retry_after="Mon, 02 Mar 2026 01:00:00 GMT", **dates)) == 0
    assert retry_after(_answered(429, retry_after="9" * 400)) == 3600
    for odd in ("", "soon", "-1", "1.5", "٣", "Mon, 02 Mar 2026 02:00:30 GMT"):
        assert retry_after(_answered(429, retry_after=odd)) is None
    with pytest.raises(Temporary) as failed:
        expect_success(_answered(429, retry_after="7"), "orders")
    assert failed.value.retry_after == 7
