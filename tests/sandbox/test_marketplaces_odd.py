"""Answers that are cut, misread or odd: each can be played, and nothing else is touched."""

import json

import pytest

from sandbox.marketplaces import (
    DEEP,
    INFINITY,
    NAN,
    TOO_LARGE,
    Line,
    Raw,
    Taobao,
)
from sandbox.marketplaces.damage import bad_bytes, cut, encoded, instead, mojibake, with_bom
from sandbox.marketplaces.faults import Fault
from tests.clock import SettableClock
from tests.sandbox.market_client import client_of
from tests.sandbox.taobao_pages import INCREMENT, five, page, tids, window


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
