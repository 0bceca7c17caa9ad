"""The make-believe Douyin answers as it is documented to, and pushes its events signed."""

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from sandbox.marketplaces import Douyin, Kind, Shown, Status
from tests.clock import MINUTE, SECOND, SettableClock
from tests.sandbox.market_client import Client, client_of


async def search(client: Client, **more: Any) -> Any:
    params = {
        "page": 0,
        "size": 100,
        "update_time_start": client.now // SECOND - 600,
        "update_time_end": client.now // SECOND + 1,
    }
    return await client.call("order.searchList", **(params | more))


async def test_pages_begin_at_zero_and_amounts_are_fen() -> None:
    """Page 0 is the first; ids of 19 digits are text, amounts whole fen, times UNIX seconds."""
    clock = SettableClock()
    async with Douyin(clock=clock) as douyin, client_of(douyin) as client:
        douyin.offer("SC-SILK", 10, price_fen=8800)
        first = douyin.sell("SC-SILK", 2, discount_fen=601)
        clock.forward(SECOND)
        second = douyin.sell("SC-SILK")
        data = (await search(client, size=1))["data"]
        assert (data["total"], data["page"]) == (2, 0)
        assert data["shop_order_list"][0]["order_id"] == second.number
        order = (await search(client, size=1, page=1))["data"]["shop_order_list"][0]
        assert order["order_id"] == first.number
        assert order["pay_amount"] == 16999
        assert order["pay_time"] == first.created_at // 1000
        assert order["mask_post_receiver"] == "王*"
        assert order["sku_order_list"][0]["code"] == "SC-SILK"
        assert (await search(client, combine_status=[{"order_status": "3,5"}]))["data"][
            "total"
        ] == 0
        deep = await search(client, page=100)
        assert deep["sub_code"] == "isv.parameter-invalid:page"


async def test_remarks_and_wanted_refunds_do_not_move_the_update_time() -> None:
    """They are invisible to polling by update time; a shipment (the control) is not."""
    clock = SettableClock()
    async with Douyin(clock=clock) as douyin, client_of(douyin) as client:
        douyin.offer("SC-SILK", 10)
        order = douyin.sell("SC-SILK")
        clock.forward(20 * MINUTE)
        star = {"remark": "送贺卡", "is_add_star": "true", "star": "5"}
        await client.call("order.addOrderRemark", order_id=order.number, **star)
        douyin.shop.ask_refund(order.number)
        assert (await search(client))["data"]["total"] == 0
        window = {"start_time": clock() // 1000 - 60, "end_time": clock() // 1000 + 1}
        sales = (await client.call("afterSale.List", page=0, size=10, **window))["data"]
        assert sales["items"][0]["aftersale_info"]["aftersale_status"] == 6
        douyin.shop.refuse_refund(order.number)
        parcel = {"company_code": "yuantong", "logistics_code": "YT1234567890123"}
        await client.call("order.logisticsAdd", order_id=order.number, **parcel)
        found = (await search(client))["data"]["shop_order_list"][0]
        assert (found["order_status"], found["seller_remark_stars"]) == (3, 5)


async def test_stock_is_added_once_for_one_idempotent_id() -> None:
    """The same id twice adds once; a new id adds again; a set value is simply set."""
    async with Douyin() as douyin, client_of(douyin) as client:
        scarf = douyin.offer("SC-SILK", 10)
        sku = {"product_id": scarf.item, "sku_id": scarf.sku}
        for id_, left in (("a", 7), ("a", 7), ("b", 4)):
            await client.call(
                "sku.syncStock", **sku, stock_num=-3, incremental=True, idempotent_id=id_
            )
            assert scarf.stock == left
        await client.call("sku.syncStock", **sku, stock_num=0)
        skus = (await client.call("sku.list", product_id=scarf.item))["data"]
        assert [(s["code"], s["stock_num"]) for s in skus] == [("SC-SILK", 0)]
        await client.call("product.setOffline", product_id=scarf.item)
        data = (await client.call("product.listV2", page=1, size=10))["data"]
        assert [(p["product_id"], p["status"]) for p in data["data"]] == [(scarf.item, 1)]


async def test_signature_path_and_token_are_checked() -> None:
    """A wrong secret is 11, a dead token 30002; a code buys a new one by a signed method."""
    async with Douyin() as douyin, client_of(douyin) as client:
        douyin.expire()
        assert (await search(client))["code"] == 30002
        async with client.http.get(
            douyin.authorize_url, params={"app_key": douyin.app_key}
        ) as page:
            code = await page.text()
        answer = await client.call("token.create", code=code, grant_type="authorization_code")
        assert answer["data"]["expires_in"] == 604_800
        client.token = answer["data"]["access_token"]
        assert (await search(client))["code"] == 10000
        client.secret = "another"
        assert (await search(client))["code"] == 11
        assert code not in str(douyin.book.entries)


@dataclass
class Ear:
    """Takes pushes; `deaf` answers so many of them wrongly first."""

    url: str = ""
    deaf: int = 0
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)

    def tags(self) -> list[str]:
        return [tag for tag, _ in self.heard]


@asynccontextmanager
async def ear(douyin: Douyin, deaf: int = 0) -> AsyncIterator[Ear]:
    listening = Ear(deaf=deaf)

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        if listening.deaf:
            listening.deaf -= 1
            return web.Response(status=500)
        text = f"{douyin.app_key}{body.decode()}{douyin.app_secret}"
        sign = hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - what the platform uses
        listening.right.append(request.headers["event-sign"] == sign)
        for event in json.loads(body):
            listening.heard.append((event["tag"], json.loads(event["data"])))
        return web.json_response({"code": 0, "msg": "success"})

    app = web.Application()
    app.add_routes([web.post("/events", take)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listening.url = f"http://127.0.0.1:{runner.addresses[0][1]}/events"
    try:
        yield listening
    finally:
        await runner.cleanup()


async def test_events_are_pushed_signed_until_they_are_taken() -> None:
    """Paid, held, shipped and refund events arrive with a right signature, after two failures."""
    async with Douyin() as douyin, ear(douyin, deaf=2) as heard:
        pusher = douyin.push_to(heard.url, pause_s=0)
        douyin.offer("SC-SILK", 10)
        order = douyin.sell("SC-SILK")
        await pusher.settled()
        assert heard.heard[0][0] == "101"
        assert heard.heard[0][1]["p_id"] == int(order.number)
        held = douyin.sell("SC-SILK", status=Status.UNPAID)
        douyin.shop.pay(held.number, held=True)
        douyin.shop.ship(order.number, "yuantong", "YT1234567890123")
        douyin.shop.refund(order.number)
        await pusher.settled()
        assert sorted(heard.tags()) == ["100", "101", "102", "110", "206"]
        assert all(heard.right)
        pushed = douyin.book.find(Kind.PUSHED, order=order.number)
        assert [e.data["taken"] for e in pushed[:3]] == [False, False, True]


async def test_pushes_are_lost_doubled_and_forged_by_script() -> None:
    """One lost, one twice, one whose body is not what was signed, one late."""
    async with Douyin() as douyin, ear(douyin) as heard:
        pusher = douyin.push_to(heard.url, tries=1)
        douyin.offer("SC-SILK", 10)
        script: list[Callable[[], object]] = [
            lambda: douyin.faults.reset(methods="push"),
            lambda: douyin.faults.show(Shown.ORDER_TWICE, methods="push"),
            lambda: douyin.faults.add(
                "forged",
                methods="push",
                spoil=lambda reply: replace(reply, body=reply.body.replace(b"101", b"102", 1)),
            ),
        ]
        for add in script:
            add()
            douyin.sell("SC-SILK")
            await pusher.settled()
        assert heard.tags() == ["101", "101", "102"]
        assert heard.right == [True, True, False]
        late = douyin.faults.hold(methods="push")
        first = douyin.sell("SC-SILK")
        second = douyin.sell("SC-SILK")
        await pusher.settled(but=1)
        late.release()
        await pusher.settled()
        assert [data["p_id"] for _, data in heard.heard[3:]] == [
            int(second.number),
            int(first.number),
        ]
