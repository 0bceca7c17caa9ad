"""The script of faults: each row of the matrix can be played, and ends when it should."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientError

from sandbox.marketplaces import (
    Shown,
    Status,
    Taobao,
    Why,
)
from tests.clock import MINUTE, SettableClock
from tests.sandbox.market_client import client_of
from tests.sandbox.taobao_pages import INCREMENT, five, page, tids, window


@pytest.mark.parametrize("status", [500, 502])
async def test_C01_one_page_fails_once(status: int) -> None:
    """Page 2 fails with a page of HTML, once; page 1 does not, and page 2 is well again."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        five(taobao, clock)
        fault = taobao.faults.server_error(status, methods=INCREMENT, page=2)
        assert len(await tids(client, page_no=1)) == 2
        answer = await client.send(INCREMENT, **window(client, page_no=2))
        assert (answer.status, fault.struck) == (status, 1)
        assert len(await tids(client, page_no=2)) == 2
        assert taobao.book.calls()[1].fault == f"http {status}"


@pytest.mark.parametrize("deliver", [False, True])
async def test_C01_D04_reset_before_or_after_the_work(*, deliver: bool) -> None:
    """A reset does nothing; an answer that is lost comes after the work was done."""
    async with Taobao() as taobao, client_of(taobao) as client:
        shirt = taobao.offer("A", 100)
        (taobao.faults.answer_lost if deliver else taobao.faults.reset)()
        with pytest.raises(ClientError):
            await client.send(
                "taobao.item.quantity.update", num_iid=shirt.item, outer_id="A", quantity=1
            )
        assert shirt.stock == (1 if deliver else 100)
        assert taobao.book.calls()[-1].status == 0


async def test_C01_hanging_shops_leave_the_others_alone() -> None:
    """One shop never answers; its neighbour on the same server does."""
    async with Taobao() as taobao:
        other = taobao.open_shop("二店")
        taobao.faults.hang(shop="二店", times=None)
        async with client_of(taobao, other, timeout=0.2) as client:
            with pytest.raises(TimeoutError):
                await client.send("taobao.items.onsale.get", fields="num_iid")
        async with client_of(taobao) as client:
            assert "items_onsale_get_response" in await client.call("taobao.items.onsale.get")


async def test_C02_a_login_page_or_an_error_with_200() -> None:
    """Neither is an empty list."""
    async with Taobao() as taobao, client_of(taobao) as client:
        taobao.faults.login_page()
        answer = await client.send("taobao.time.get")
        assert (answer.status, answer.body[:9]) == (200, b"<!DOCTYPE")
        taobao.faults.refuse(Why.BUSY)
        error = (await client.call("taobao.time.get"))["error_response"]
        assert error["sub_code"].startswith("isp.")


async def test_C03_an_empty_list_though_there_are_orders() -> None:
    """The next call shows them."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        five(taobao, clock)
        taobao.faults.show(Shown.EMPTY)
        assert (await page(client))["total_results"] == 0
        assert (await page(client))["total_results"] == 5


@pytest.mark.parametrize("backwards", [True, False])
async def test_C04_who_reads_forwards_misses_an_order(*, backwards: bool) -> None:
    """The newest order leaves the window after the first page: only last-to-first sees all."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        numbers = five(taobao, clock)
        bounds = window(client)
        clock.forward(MINUTE)
        taobao.faults.shift(methods=INCREMENT)
        seen: set[int] = set()
        for page_no in (3, 2, 1) if backwards else (1, 2, 3):
            answer = await client.call(INCREMENT, **bounds, page_no=page_no)
            found = answer["trades_sold_increment_get_response"]
            seen |= {t["tid"] for t in found.get("trades", {"trade": []})["trade"]}
        missed = set(numbers) - seen
        assert missed == ({numbers[-1]} if backwards else {numbers[2]})
        # backwards, what is missed has moved into the next window; forwards, it is lost
        moved = {int(t.number) for t in taobao.shop.trades() if t.modified_at == clock()}
        assert (missed <= moved) is backwards


async def test_C05_pages_and_orders_come_twice() -> None:
    """A page once more, an order once more on its page."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        five(taobao, clock)
        first, second = await tids(client, page_no=1), await tids(client, page_no=2)
        taobao.faults.show(Shown.PAGE_AGAIN, page=2)
        assert await tids(client, page_no=2) == first != second
        taobao.faults.show(Shown.ORDER_TWICE)
        assert await tids(client, page_no=1) == [*first, first[0]]


async def test_C06_an_older_version_comes_after_the_newer() -> None:
    """Shipped is seen, then paid once more, then shipped again; in lists and details."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        taobao.offer("A", 1)
        order = taobao.sell("A")
        taobao.shop.ship(order.number, "YTO", "YT1234567890123")
        seen = []
        for stale in (False, True, False):
            if stale:
                taobao.faults.show(Shown.STALE, times=2)
            seen.append((await page(client))["trades"]["trade"][0]["status"])
            full = await client.call(
                "taobao.trade.fullinfo.get", fields="status", tid=order.number
            )
            seen.append(full["trade_fullinfo_get_response"]["trade"]["status"])
        paid, shipped = "WAIT_SELLER_SEND_GOODS", "WAIT_BUYER_CONFIRM_GOODS"
        assert seen == [shipped, shipped, paid, paid, shipped, shipped]


async def test_C11_a_session_ends_within_a_window() -> None:
    """Page 1 is answered, then the token ends: page 2 gets code 27, also after a dead refresh."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        five(taobao, clock)
        taobao.faults.then_do(lambda _: taobao.expire(refresh_too=True), page=1)
        assert len(await tids(client, page_no=1)) == 2
        answer = await client.call(INCREMENT, **window(client, page_no=2))
        assert answer["error_response"]["code"] == 27
        client.token = taobao.market.sessions.grant(taobao.shop).access
        assert len(await tids(client, page_no=2)) == 2


@pytest.mark.parametrize("http", [False, True])
@pytest.mark.parametrize("tells", [False, True])
async def test_C12_throttled_for_a_while(*, http: bool, tells: bool) -> None:
    """For 30 minutes all is refused; who was told to wait and calls again commits a violation."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        taobao.faults.throttle(1800, http=http, tells=tells)
        for _ in range(2):
            answer = await client.send("taobao.time.get")
            assert answer.status == (429 if http else 200)
            if http:
                assert answer.headers.get("retry-after") == ("1800" if tells else None)
            else:
                assert ("1800 more seconds" in answer.body.decode()) is tells
        assert len(taobao.book.violations()) == (1 if tells else 0)
        clock.forward(30 * MINUTE)
        assert "time_get_response" in await client.call("taobao.time.get")
        assert len(taobao.book.violations()) == (1 if tells else 0)


async def test_D04_an_older_value_lands_later() -> None:
    """The first write is held, the second done, then the first let go: the older value stands."""
    async with Taobao() as taobao:
        shirt = taobao.offer("A", 100)
        ask: dict[str, Any] = {"num_iid": shirt.item, "outer_id": "A"}
        held = taobao.faults.hold()
        update = "taobao.item.quantity.update"
        async with client_of(taobao) as client, asyncio.TaskGroup() as group:
            group.create_task(client.send(update, **ask, quantity=9))
            await held.arrived.wait()
            await client.send(update, **ask, quantity=5)
            assert shirt.stock == 5
            held.release()
        assert shirt.stock == 9


async def test_held_orders_are_played_through() -> None:
    """Unpaid, held, released: the states come in their order."""
    async with Taobao() as taobao:
        taobao.offer("A", 9)
        number = taobao.sell("A", status=Status.UNPAID).number
        taobao.shop.pay(number, held=True)
        taobao.shop.release(number)
        taobao.shop.finish(number)
        states = [trade.status for trade in taobao.shop.versions[number]]
        assert states == [Status.UNPAID, Status.HELD, Status.PAID, Status.DONE]
        unpaid = taobao.sell("A", status=Status.UNPAID).number
        taobao.shop.cancel(unpaid)
        assert taobao.shop.trade(unpaid).status is Status.CANCELLED
        assert taobao.shop.listing("A").stock == 8
