"""The make-believe Taobao answers as TOP is documented to, and its book holds the truth."""

import pytest

from sandbox.marketplaces import SoldOut, Status, Taobao
from tests.clock import DAY, MINUTE, SECOND, SettableClock
from tests.sandbox.market_client import FIELDS, beijing, client_of

INCREMENT = "taobao.trades.sold.increment.get"


def shelf(taobao: Taobao) -> None:
    taobao.offer("TS-W-M", 100, price_fen=5900)
    taobao.offer("JN-26", 10, price_fen=12900)


async def test_an_order_is_listed_and_told_in_full() -> None:
    """A list shows the order without its receiver; details show it masked, with its OAID."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        shelf(taobao)
        order = taobao.sell({"TS-W-M": 2, "JN-26": 1}, discount_fen=1000, note="请快")
        start, end = beijing(clock() - MINUTE), beijing(clock() + SECOND)
        answer = await client.call(
            INCREMENT, fields=FIELDS, start_modified=start, end_modified=end
        )
        page = answer["trades_sold_increment_get_response"]
        assert page["total_results"] == 1
        trade = page["trades"]["trade"][0]
        assert trade["tid"] == int(order.number)
        assert trade["payment"] == "237.00"
        assert "receiver_name" not in trade
        full = await client.call("taobao.trade.fullinfo.get", fields=FIELDS, tid=order.number)
        trade = full["trade_fullinfo_get_response"]["trade"]
        assert trade["receiver_name"] == "王*"
        assert trade["receiver_state"] == "浙江省"
        assert trade["oaid"].startswith("1")
        lines = trade["orders"]["order"]
        assert [line["num"] for line in lines] == [2, 1]
        assert [line["payment"] for line in lines] == ["113.23", "123.77"]
        assert taobao.book.sold()[order.number].data["payment_fen"] == 23700


async def test_oaid_comes_only_with_the_fields_it_needs() -> None:
    """Without one of the five receiver fields there is no OAID."""
    async with Taobao() as taobao, client_of(taobao) as client:
        shelf(taobao)
        order = taobao.sell("JN-26")
        fields = FIELDS.replace("receiver_phone,", "")
        full = await client.call("taobao.trade.fullinfo.get", fields=fields, tid=order.number)
        assert "oaid" not in full["trade_fullinfo_get_response"]["trade"]


async def test_pages_are_newest_first_and_end_where_they_should() -> None:
    """Five orders on pages of two: 2, 2, 1; has_next takes the place of the total."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        shelf(taobao)
        numbers = []
        for _ in range(5):
            numbers.append(int(taobao.sell("TS-W-M").number))
            clock.forward(SECOND)
        window = {"start_modified": beijing(clock() - MINUTE), "end_modified": beijing(clock())}
        seen = []
        for page_no, more in ((1, True), (2, True), (3, False)):
            answer = await client.call(
                INCREMENT,
                fields="tid",
                page_no=page_no,
                page_size=2,
                use_has_next="true",
                **window,
            )
            page = answer["trades_sold_increment_get_response"]
            assert page["has_next"] is more
            assert "total_results" not in page
            seen += [trade["tid"] for trade in page["trades"]["trade"]]
        assert seen == numbers[::-1]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"start_modified": "2026-02-28 00:00:00"}, 41),  # longer than a day
        ({"page_size": 101}, 41),
        ({"page_no": 0}, 41),
        ({"start_modified": "yesterday"}, 41),
        ({"fields": ""}, 40),
    ],
)
async def test_what_is_not_documented_is_refused(wrong: dict[str, object], code: int) -> None:
    """Windows, sizes and missing parameters get TOP's own codes, in the book too."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        taobao.sell([])
        params: dict[str, object] = {
            "fields": "tid",
            "start_modified": beijing(clock() - MINUTE),
            "end_modified": beijing(clock()),
        }
        answer = await client.call(INCREMENT, **(params | wrong))
        assert answer["error_response"]["code"] == code
        assert taobao.book.calls()[-1].refused


async def test_signature_clock_and_session_are_checked() -> None:
    """A wrong secret is 25, a clock eleven minutes off 31, a dead session 27; the first passes."""
    async with Taobao() as taobao, client_of(taobao) as client:
        assert "time_get_response" in await client.call("taobao.time.get")
        client.secret = "another"
        assert (await client.call("taobao.time.get"))["error_response"]["code"] == 25
        client.secret, client.skew = "", 11 * MINUTE
        assert (await client.call("taobao.time.get"))["error_response"]["code"] == 31
        client.skew = 0
        taobao.expire()
        answer = await client.call("taobao.items.onsale.get", fields="num_iid")
        assert answer["error_response"]["code"] == 27


async def test_stock_is_set_added_to_and_sold_from() -> None:
    """Set, delta (never below zero), pause and resume change what buyers can buy."""
    async with Taobao() as taobao, client_of(taobao) as client:
        shelf(taobao)
        shirt = taobao.shop.listing("TS-W-M")
        update = "taobao.item.quantity.update"
        await client.call(update, num_iid=shirt.item, sku_id=shirt.sku, quantity=3)
        assert shirt.stock == 3
        await client.call(update, num_iid=shirt.item, outer_id="TS-W-M", quantity=-1, type=2)
        taobao.sell("TS-W-M", 2)
        assert shirt.stock == 0
        with pytest.raises(SoldOut):
            taobao.sell("TS-W-M")
        await client.call(update, num_iid=shirt.item, sku_id=shirt.sku, quantity=-9, type=2)
        assert shirt.stock == 0
        refused = await client.call(update, num_iid=shirt.item, sku_id=shirt.sku, quantity=-1)
        assert refused["error_response"]["code"] == 41
        await client.call("taobao.item.update.delisting", num_iid=shirt.item)
        with pytest.raises(SoldOut):
            taobao.sell("TS-W-M")
        answer = await client.call("taobao.items.onsale.get", fields="num_iid,num")
        assert answer["items_onsale_get_response"]["total_results"] == 1
        await client.call("taobao.item.update.listing", num_iid=shirt.item, num=1)
        assert shirt.on_sale


async def test_many_skus_of_one_item_in_one_call() -> None:
    """Up to 20 SKUs of an item are set at once, and read back with their outer codes."""
    async with Taobao() as taobao, client_of(taobao) as client:
        first = taobao.offer("A", 1)
        second = taobao.offer("B", 1, item=first.item)
        pairs = f"{first.sku}:0;{second.sku}:7"
        await client.call(
            "taobao.skus.quantity.update", num_iid=first.item, skuid_quantities=pairs
        )
        answer = await client.call("taobao.item.skus.get", fields="sku_id", num_iids=first.item)
        skus = answer["item_skus_get_response"]["skus"]["sku"]
        assert [(sku["outer_id"], sku["quantity"]) for sku in skus] == [("A", 0), ("B", 7)]


async def test_shipping_memo_and_refund() -> None:
    """A memo moves the modification time, a shipment the status; a held order is not shipped."""
    clock = SettableClock()
    async with Taobao(clock=clock) as taobao, client_of(taobao) as client:
        shelf(taobao)
        order = taobao.sell("JN-26")
        held = taobao.sell("JN-26", status=Status.HELD)
        clock.forward(MINUTE)
        await client.call("taobao.trade.memo.update", tid=order.number, memo="加急", flag=1)
        assert taobao.shop.trade(order.number).modified_at == clock()
        assert (taobao.shop.trade(order.number).memo, order.flag) == ("加急", 0)
        ship = "taobao.logistics.offline.send"
        parcel = {"out_sid": "YT1234567890123", "company_code": "YTO"}
        await client.call(ship, tid=order.number, **parcel)
        assert taobao.shop.trade(order.number).status is Status.SHIPPED
        refused = await client.call(ship, tid=held.number, **parcel)
        assert refused["error_response"]["sub_code"] == "isv.trade-status-error"
        taobao.shop.refund(order.number)
        answer = await client.call(
            "taobao.refunds.receive.get",
            fields="refund_id",
            start_modified=beijing(clock() - DAY + SECOND),
            end_modified=beijing(clock()),
        )
        refunds = answer["refunds_receive_get_response"]["refunds"]["refund"]
        assert [(r["tid"], r["status"]) for r in refunds] == [(int(order.number), "SUCCESS")]


async def test_xml_unless_json_is_asked_for() -> None:
    """TOP's own default is XML: who forgets the format gets no JSON."""
    async with Taobao() as taobao, client_of(taobao) as client:
        answer = await client.send("taobao.time.get", format="")
        assert "xml" in answer.headers["content-type"]
        assert answer.body.startswith(b"<?xml")


async def test_a_code_buys_a_token_and_a_token_is_refreshed() -> None:
    """The seller agrees, the code is good once, a new token ends the old one."""
    async with Taobao() as taobao, client_of(taobao) as client:
        query = {"client_id": taobao.app_key, "redirect_uri": "http://x/back", "state": "7"}
        async with client.http.get(
            taobao.authorize_url, params=query, allow_redirects=False
        ) as page:
            assert page.headers["location"].endswith("&state=7")
            code = page.headers["location"].partition("code=")[2].partition("&")[0]
        ask = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": taobao.app_key,
            "client_secret": taobao.app_secret,
        }
        async with client.http.post(taobao.token_url, data=ask) as reply:
            token = await reply.json()
        assert token["expires_in"] == 31_536_000
        async with client.http.post(taobao.token_url, data=ask) as reply:
            assert "error" in await reply.json()
        old = await client.call("taobao.items.onsale.get", fields="num_iid")
        assert old["error_response"]["code"] == 27
        client.token = token["access_token"]
        assert "items_onsale_get_response" in await client.call("taobao.items.onsale.get")
        refresh = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
        async with client.http.post(taobao.token_url, data=ask | refresh) as reply:
            assert (await reply.json())["access_token"] == taobao.session
