"""Signatures, limits and the book of the marketplaces: the truth that other tests stand on."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sandbox.marketplaces import Douyin, Jd, Kind, Marketplace, Pinduoduo, SoldOut, Taobao
from sandbox.marketplaces import signatures as s
from sandbox.marketplaces.limits import Limiter, Rate, read_rules
from tests.clock import MINUTE, SECOND, SettableClock
from tests.sandbox.market_client import client_of

VECTORS = Path(__file__).parents[1] / "signing" / "vectors.json"
ALGORITHMS: dict[str, Callable[..., str]] = {
    "top-md5": s.taobao,
    "top-hmac-md5": partial(s.taobao, sign_method="hmac"),
    "jos-md5": s.jd,
    "pdd-md5": s.pinduoduo,
    "doudian-md5": partial(s.douyin, sign_method="md5"),
    "doudian-hmac-sha256": s.douyin,
}


def known() -> list[Any]:
    loaded = json.loads(VECTORS.read_text(encoding="utf-8"))
    listed = loaded if isinstance(loaded, list) else loaded["vectors"]
    return [pytest.param(v, id=v["id"]) for v in listed if v["algorithm"] in ALGORITHMS]


@pytest.mark.parametrize("vector", known())
def test_signatures_have_the_known_answers(vector: dict[str, Any]) -> None:
    """Each platform's signature, written apart from the product's, has the known answer."""
    inputs, sign = vector["inputs"], ALGORITHMS[vector["algorithm"]]
    assert sign(inputs["params"], inputs["secret"]) == vector["expected"]


def test_there_are_known_answers_for_all_four() -> None:
    """The list above is not empty by accident."""
    services = {vector.values[0]["service"] for vector in known()}
    assert services == {"taobao", "jd", "pinduoduo", "douyin"}


@pytest.mark.parametrize("market", [Taobao, Jd, Pinduoduo, Douyin])
def test_every_limit_has_its_source(market: type[Marketplace]) -> None:
    """Sources are named, or the word "assumed" stands there."""
    rules = read_rules(market.platform)
    assert all(rate.source for rate in rules.rates)
    assert any("assumed" not in rate.source for rate in rules.rates) or market is Jd


def test_a_limit_without_a_source_is_not_read(tmp_path: Path) -> None:
    """The control: an empty source is an error."""
    file = tmp_path / "limits.toml"
    file.write_text('[x]\nrates = []\npage_size = { value = 1, source = "" }\n')
    with pytest.raises(KeyError, match="page_size"):
        read_rules("x", file)


def test_a_window_slides() -> None:
    """Two in a second: the third is told to wait, and passes when the first has left."""
    limiter = Limiter([Rate(frozenset({"*"}), "app", 2, 1, "test")])
    assert limiter.pass_by("m", "app", "shop", 0) is None
    assert limiter.pass_by("m", "app", "shop", 400) is None
    broken = limiter.pass_by("m", "app", "other shop", 999)
    assert broken is not None
    assert broken[1] == 1
    assert limiter.pass_by("m", "app", "shop", 1000) is None
    assert limiter.pass_by("m", "app", "shop", 1399) is not None


FEW = Rate(frozenset({"*"}), "app", 3, 60, "test")


@pytest.mark.parametrize("limited", [True, False])
async def test_what_breaks_a_limit_is_refused_and_written_down(*, limited: bool) -> None:
    """The fourth call in a minute is a violation; with the rates left out (control) it is none."""
    clock = SettableClock()
    rules = replace(read_rules("pinduoduo"), rates=(FEW,))
    async with (
        Pinduoduo(clock=clock, rules=rules, limited=limited) as pdd,
        client_of(pdd) as client,
    ):
        answers = [await client.call("pdd.goods.list.get") for _ in range(5)]
        codes = [a.get("error_response", {}).get("error_code") for a in answers]
        assert codes == [None] * 3 + ([70031] * 2 if limited else [None] * 2)
        assert len(pdd.book.violations()) == (2 if limited else 0)
        clock.forward(MINUTE)
        assert "goods_list_get_response" in await client.call("pdd.goods.list.get")


async def test_taobao_tells_how_long_the_ban_lasts() -> None:
    """The seconds stand in sub_msg, and are right."""
    clock = SettableClock()
    rules = replace(read_rules("taobao"), rates=(FEW,))
    async with Taobao(clock=clock, rules=rules) as taobao, client_of(taobao) as client:
        for _ in range(3):
            await client.call("taobao.time.get")
        clock.forward(2 * SECOND)
        error = (await client.call("taobao.time.get"))["error_response"]
        assert error["code"] == 7
        assert error["sub_code"] == "accesscontrol.limited-by-app-access-count"
        assert error["sub_msg"] == "This ban will last for 58 more seconds"


async def test_the_book_is_the_truth_of_every_shop(tmp_path: Path) -> None:
    """Two shops on one server: each has its token, its orders and its lines in the book file."""
    file = tmp_path / "book.jsonl"
    async with Taobao(book=file) as taobao:
        second = taobao.open_shop("二店")
        taobao.offer("A", 3, price_fen=100)
        second.offer("A", 1, price_fen=100)
        order = taobao.sell("A", 2)
        other = second.sell("A")
        with pytest.raises(SoldOut):
            second.sell("A")
        async with client_of(taobao, second) as client:
            fields = {"fields": "tid", "tid": other.number}
            answer = await client.call("taobao.trade.fullinfo.get", **fields)
            assert "trade" in answer["trade_fullinfo_get_response"]
            fields["tid"] = order.number
            answer = await client.call("taobao.trade.fullinfo.get", **fields)
            assert answer["error_response"]["sub_code"] == "isv.order-not-found"
        taobao.shop.cancel(order.number)
        assert set(taobao.book.sold("二店")) == {other.number}
        assert taobao.book.sold()[order.number].data["pieces"] == 2
        assert [e.data["code"] for e in taobao.book.find(Kind.MISSED)] == ["A"]
        assert [e.data["what"] for e in taobao.book.find(Kind.CHANGED)] == ["refunded"]
        assert taobao.shop.listing("A").stock == 3
        assert "sandbox-session" not in str(taobao.book.calls())
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(taobao.book.entries)
    assert json.loads(lines[-1])["n"] == len(lines) - 1


async def test_D08_a_stock_that_is_null_and_a_sku_that_is_gone() -> None:
    """Both can be told apart from a zero, on every platform's list."""
    for kind, method in (
        (Taobao, "taobao.items.onsale.get"),
        (Jd, "jingdong.sku.read.searchSkuList"),
        (Pinduoduo, "pdd.goods.list.get"),
        (Douyin, "product.listV2"),
    ):
        async with kind() as market, client_of(market) as client:
            none, zero, gone = (market.offer(str(n), n) for n in (None, 0, 1))
            market.shop.withdraw(gone)
            skus = (await client.send(method)).body.decode()
            if kind is Taobao:
                items = f"{none.item},{zero.item},{gone.item}"
                ask = {"fields": "sku_id", "num_iids": items}
                skus = (await client.send("taobao.item.skus.get", **ask)).body.decode()
            if kind is Douyin:
                one = await client.send("sku.list", product_id=none.item)
                other = await client.send("sku.list", product_id=zero.item)
                skus = (one.body + other.body).decode()
            word = {Taobao: "quantity", Jd: "stockNum", Pinduoduo: "sku_quantity"}
            name = word.get(kind, "stock_num")
            assert f'"{name}":null' in skus
            assert f'"{name}":0' in skus
            assert str(gone.sku) not in skus


async def test_another_process_reads_and_moves_it() -> None:
    """Selling, changing an order, a fault and the book over HTTP."""
    async with Taobao() as taobao, client_of(taobao) as client:
        taobao.offer("A", 3)
        base = f"{taobao.root}/_sandbox"
        async with client.http.post(f"{base}/sell", json={"lines": {"A": 2}}) as reply:
            number = (await reply.json())["order"]
        async with client.http.post(f"{base}/sell", json={"lines": {"A": 2}}) as reply:
            assert reply.status == 409
        doing = {"order": number, "do": "ship", "courier": "YTO", "waybill": "YT1"}
        async with client.http.post(f"{base}/order", json=doing) as reply:
            assert (await reply.json())["status"] == "shipped"
        bad = {"order": number, "do": "add"}
        async with client.http.post(f"{base}/order", json=bad) as reply:
            assert reply.status == 400
        fault = {"do": "server_error", "status": 503}
        async with client.http.post(f"{base}/faults", json=fault) as reply:
            assert (await reply.json())["fault"] == "http 503"
        assert (await client.send("taobao.time.get")).status == 503
        empty = {"do": "show", "shown": "empty", "times": None}
        async with client.http.post(f"{base}/faults", json=empty) as reply:
            assert (await reply.json())["fault"] == "shown empty"
        async with client.http.delete(f"{base}/faults") as reply:
            assert reply.status == 200
        async with client.http.get(f"{base}/book", params={"kind": "sold"}) as reply:
            assert [e["order"] for e in (await reply.json())["entries"]] == [number]
        async with client.http.get(f"{base}/state") as reply:
            shop = (await reply.json())["shops"][taobao.shop.name]
        assert shop["listings"][0]["stock"] == 1
        assert shop["orders"][0]["waybill"] == "YT1"
