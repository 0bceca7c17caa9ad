"""The script of faults: each row of the matrix can be played, and ends when it should."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientError

from sandbox.marketplaces import (
    DEEP,
    INFINITY,
    NAN,
    TOO_LARGE,
    Line,
    Raw,
    Shown,
    Status,
    Taobao,
    Why,
)
from sandbox.marketplaces.damage import bad_bytes, cut, encoded, instead, mojibake, with_bom
from sandbox.marketplaces.faults import Fault
from tests.clock import MINUTE, SECOND, SettableClock
from tests.sandbox.market_client import Client, beijing, client_of

INCREMENT = "taobao.trades.sold.increment.get"


def window(client: Client, **more: Any) -> dict[str, Any]:
    span = {
        "start_modified": beijing(client.now - 10 * MINUTE),
        "end_modified": beijing(client.now),
    }
    return {"fields": "tid,payment,status,orders", "page_size": 2, **span, **more}


async def page(client: Client, **more: Any) -> Any:
    answer = await client.call(INCREMENT, **window(client, **more))
    return answer["trades_sold_increment_get_response"]


async def tids(client: Client, **more: Any) -> list[int]:
    found = await page(client, **more)
    return [trade["tid"] for trade in found.get("trades", {"trade": []})["trade"]]


def five(taobao: Taobao, clock: SettableClock) -> list[int]:
    taobao.offer("A", 100, price_fen=9900)
    numbers = []
    for _ in range(5):
        numbers.append(int(taobao.sell("A").number))
        clock.forward(SECOND)
    return numbers


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


async def test_C07_an_answer_is_cut_at_any_byte() -> None:
    """Exactly so many bytes come, and only the whole answer is JSON."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        five(taobao, clock)
        whole = (await client.send(INCREMENT, **window(client))).body
        for at in range(0, len(whole), 97):
            taobao.faults.add("cut", spoil=cut(at))
            body = (await client.send(INCREMENT, **window(client))).body
            assert body == whole[:at]
            with pytest.raises((json.JSONDecodeError, UnicodeDecodeError)):
                json.loads(body)


async def test_C08_encodings_and_marks_are_wrong() -> None:
    """GBK said to be UTF-8, UTF-8 said to be GBK, a mark in front, broken and misread text."""
    async with Taobao() as taobao, client_of(taobao) as client:
        taobao.offer("A", 1, title="白色")
        ask = {"fields": "num_iid,title"}

        async def spoiled(fault: Fault) -> tuple[bytes, str]:
            answer = await client.send("taobao.items.onsale.get", **ask)
            assert fault.struck == 1
            return answer.body, answer.headers["content-type"]

        add = taobao.faults.add
        body, kind = await spoiled(add("gbk", spoil=encoded("gbk", "utf-8")))
        assert "白色" in body.decode("gbk")
        assert kind.endswith("charset=utf-8")
        body, kind = await spoiled(add("utf-8", spoil=encoded("utf-8", "gbk")))
        assert "白色" in body.decode()
        assert kind.endswith("charset=gbk")
        body, _ = await spoiled(add("bom", spoil=with_bom))
        assert body.startswith(b"\xef\xbb\xbf{")
        body, _ = await spoiled(add("mojibake", spoil=mojibake))
        assert "白色" not in body.decode()
        body, _ = await spoiled(add("bad bytes", spoil=bad_bytes))
        with pytest.raises(UnicodeDecodeError):
            body.decode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (NAN, '"payment":NaN'),
        (INFINITY, '"payment":Infinity'),
        (TOO_LARGE, '"payment":1e400'),
        (DEEP, '"payment":' + "[" * 500),
        (Raw('"9.90","payment":"0.01"'), '"payment":"9.90","payment":"0.01"'),
        ("x" * 10_000_000, '"payment":"xxxx'),
        ("1,299.00", '"payment":"1,299.00"'),
        (Raw("19.9"), '"payment":19.9'),
        (-1, '"payment":-1'),
    ],
)
async def test_C09_C10_C14_one_order_of_a_page_is_odd(value: object, text: str) -> None:
    """The odd value stands in its order, in lists and details; its neighbours are well."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        taobao.offer("A", 9)
        odd = taobao.sell("A", odd={"payment": value})
        taobao.sell("A")
        body = (await client.send(INCREMENT, **window(client))).body.decode()
        assert text in body
        assert body.count('"payment":"59.00","') == 1 + 2  # the other order and two lines
        full = {"fields": "tid,payment", "tid": odd.number}
        assert text in (await client.send("taobao.trade.fullinfo.get", **full)).body.decode()


async def test_C09_a_whole_page_is_patched_or_rewritten() -> None:
    """Any place of an answer can hold any value."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        five(taobao, clock)
        path = "trades_sold_increment_get_response.trades.trade.1"
        taobao.faults.patch(path, {"tid": None})
        assert await tids(client) != await tids(client)
        taobao.faults.add("rewritten", spoil=instead('"99.00"', "NaN"))
        body = (await client.send(INCREMENT, **window(client))).body
        assert b'"payment":NaN' in body


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


async def test_C15_C16_C17_odd_ids_skus_and_quantities() -> None:
    """Ids of 19 digits as numbers, a SKU nobody knows, one code twice, odd quantities."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        taobao.offer("A", 9)
        taobao.offer("A", 9, title="同一编码")
        unknown = Line(item=1, sku=2, code="", title="?", quantity=1, price_fen=100)
        taobao.sell([unknown])
        for quantity in ("0", "-3", "1000000000", "1.5"):
            taobao.sell("A", odd={"orders.order.0.num": Raw(quantity)})
        body = (await client.send(INCREMENT, **window(client, page_size=9))).body.decode()
        assert all(f'"num":{q},' in body for q in ("0", "-3", "1000000000", "1.5"))
        trades = (await page(client, page_size=9))["trades"]["trade"]
        assert all(len(str(trade["tid"])) == 19 for trade in trades)
        assert {trade["orders"]["order"][0]["outer_sku_id"] for trade in trades} == {"", "A"}
        answer = await client.call("taobao.items.onsale.get", fields="num_iid,outer_id")
        items = answer["items_onsale_get_response"]["items"]["item"]
        assert [item["outer_id"] for item in items] == ["A", "A"]


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
