"""M8: can a client lose its connections for good? A bare one does, when it is cancelled."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

import httpx
import pytest

from core.domain.errors import Unknown
from core.http.client import Http
from core.http.guard import Guard
from core.http.values import Request
from core.http.wire import deadline
from tests.http.server import QUICK, Raw, answer, raw, silent
from tests.http.server import http as client

FEW = replace(QUICK, connections=2, per_host=2, read_s=5.0, total_s=5.0)
STORM = 60


async def _slow(server: Raw, writer: asyncio.StreamWriter) -> None:
    await server.pause(0.05)
    await answer()(server, writer)


async def test_M8_giving_up_from_outside_kills_a_bare_client() -> None:
    """The control: who waits for a connection is cancelled as it gets one; nobody has it again.

    This is what `asyncio.wait_for` does when its time is up in that very moment.
    """
    async with raw(answer(b"ok", "Connection: close")) as server:
        timeout = httpx.Timeout(1.0, pool=0.2)
        limits = httpx.Limits(max_connections=1)
        async with httpx.AsyncClient(limits=limits, timeout=timeout, trust_env=False) as client:
            first = await client.send(client.build_request("GET", server.url), stream=True)
            second = asyncio.get_running_loop().create_task(client.get(server.url))
            for _ in range(100):  # turns of the loop, until it stands in the queue
                await asyncio.sleep(0)
            assert len(_queue(client)) == 2
            await first.aread()
            second.cancel()
            await asyncio.wait([second])
            for _ in range(5):
                with pytest.raises(httpx.PoolTimeout):
                    await client.get(server.url)


def _queue(client: httpx.AsyncClient) -> list[Any]:
    """Return who has, or waits for, a connection."""
    transport: Any = client._transport
    waiting: list[Any] = transport._pool._requests
    return waiting


async def test_M8_giving_up_at_any_moment_leaves_the_client_well() -> None:
    """One connection; the second caller is cancelled after 0, 1, 2 … turns of the loop."""
    async with raw(answer(b"ok", "Connection: close")) as server:
        http = server.client(replace(FEW, connections=1, per_host=1))
        for turns in range(60):
            both = [
                asyncio.get_running_loop().create_task(http.send(Request("GET", server.url)))
                for _ in range(2)
            ]
            for _ in range(turns):
                await asyncio.sleep(0)
            both[1].cancel()
            await asyncio.wait(both)
            assert both[0].result().status == 200
        assert http.rebuilt == 0
        await http.close()


async def test_M8_the_same_storm_leaves_the_client_well() -> None:
    """Callers who give up midway, under the same contention: every later call is answered."""
    async with raw(_slow) as server:
        http = server.client(FEW)

        async def impatient() -> None:
            with suppress(TimeoutError):
                async with asyncio.timeout(0.06):
                    await http.send(Request("GET", server.url))

        for _ in range(5):
            await asyncio.gather(*(impatient() for _ in range(STORM)))
        answers = await asyncio.gather(*(http.send(Request("GET", server.url)) for _ in range(5)))
        assert ([one.status for one in answers], http.rebuilt) == ([200] * 5, 0)
        await http.close()


async def test_M8_no_request_of_ours_waits_in_the_pool() -> None:
    """Thirty requests at once over two connections: in turn, none lost, no more connections."""
    async with raw(answer()) as server:
        http = server.client(FEW)
        await asyncio.gather(*(http.send(Request("GET", server.url)) for _ in range(30)))
        assert (len(server.asked), http.rebuilt) == (30, 0)
        assert server.opened <= FEW.per_host
        await http.close()


def _client(http: Http) -> httpx.AsyncClient:
    """Return the client under ours, of the one host that was asked."""
    (host,) = http._hosts.values()
    return host.pool.client


async def _lose_all(http: Http, server: Raw) -> list[httpx.Response]:
    """Take every connection of the pool without giving it back, as the defect does."""
    await http.send(Request("GET", server.url))
    one = _client(http)
    deadline.set(asyncio.get_running_loop().time() + 60)
    request = one.build_request("GET", server.url)
    return [await one.send(request, stream=True) for _ in range(FEW.per_host)]


async def test_M8_a_pool_that_lost_its_connections_is_replaced() -> None:
    """The watchdog: a request that finds no connection free is answered over new ones."""
    async with raw(answer()) as server:
        http = server.client(FEW)
        await _lose_all(http, server)
        old = _client(http)
        answers = await asyncio.gather(*(http.send(Request("GET", server.url)) for _ in range(4)))
        assert ([one.status for one in answers], http.rebuilt) == ([200] * 4, 1)
        assert (old.is_closed, _client(http).is_closed) == (True, False)
        await http.close()


async def test_M8_a_bare_client_that_lost_its_connections_stays_lost() -> None:
    """The control of the watchdog: without it every call fails from now on."""
    async with raw(answer()) as server:
        http = server.client(FEW)
        lost = await _lose_all(http, server)
        for _ in range(2):
            with pytest.raises(httpx.PoolTimeout):
                await _client(http).get(server.url)
        for one in lost:
            await one.aclose()
        await http.close()


async def test_S29_a_host_that_hangs_leaves_room_for_the_others() -> None:
    """Many requests to a silent server; another server is answered meanwhile."""
    limits = replace(QUICK, connections=8, per_host=4, read_s=2.0, total_s=2.0)
    async with raw(silent) as bad, raw(answer()) as good:
        http = client(Guard([bad.address, good.address]), limits)

        async def ask() -> None:
            with suppress(Unknown):
                await http.send(Request("GET", bad.url))

        hanging = asyncio.gather(*(ask() for _ in range(20)))
        began = asyncio.get_running_loop().time()
        for _ in range(10):
            assert (await http.send(Request("GET", good.url))).status == 200
        assert asyncio.get_running_loop().time() - began < limits.read_s
        hanging.cancel()
        await asyncio.wait([hanging])
        await http.close()
