"""The make-believe JD answers as JOS is documented to: states, directions, partial failures."""

from typing import Any

from sandbox.marketplaces import Jd, Status
from tests.clock import MINUTE, SECOND, SettableClock
from tests.sandbox.market_client import Client, beijing, client_of

FIELDS = "orderId,orderState,orderPayment,paymentConfirmTime,modified,itemInfoList,consigneeInfo"
STATES = "WAIT_SELLER_STOCK_OUT,PAUSE,LOCKED,WAIT_GOODS_RECEIVE_CONFIRM,FINISHED_L,TRADE_CANCELED"


async def search(client: Client, **more: Any) -> Any:
    params = {
        "start_date": beijing(client.now - 10 * MINUTE),
        "end_date": beijing(client.now),
        "order_state": STATES,
        "optional_fields": FIELDS,
        "source_id": "JOS",
        "page": "1",
        "page_size": "100",
    }
    answer = await client.call("jingdong.pop.order.search", **(params | more))
    return answer.get("jingdong_pop_order_search_responce", answer)


async def test_search_shows_whole_orders_in_the_order_asked_for() -> None:
    """Both directions, text amounts, encrypted receivers, and no order that was never paid."""
    clock = SettableClock()
    async with Jd(clock=clock) as jd, client_of(jd) as client:
        jd.offer("JN-26", 10, price_fen=12900)
        first = jd.sell("JN-26")
        clock.forward(SECOND)
        second = jd.sell("JN-26", 2)
        jd.sell("JN-26", status=Status.UNPAID)
        found = (await search(client))["searchorderinfo_result"]
        assert found["apiResult"]["success"] is True
        assert found["orderTotal"] == 2
        rows = found["orderInfoList"]
        assert [row["orderId"] for row in rows] == [first.number, second.number]
        assert rows[1]["orderPayment"] == "258.00"
        assert rows[1]["itemInfoList"][0]["itemTotal"] == "2"
        assert rows[1]["consigneeInfo"]["province"] == "浙江省"
        assert "王" not in str(rows[1]["consigneeInfo"])
        assert "orderRemark" not in rows[1]
        down = (await search(client, sortType="1"))["searchorderinfo_result"]
        assert [row["orderId"] for row in down["orderInfoList"]] == [second.number, first.number]


async def test_states_filter_and_a_refund_locks() -> None:
    """A refund that is asked for makes LOCKED, a review PAUSE; only the asked states come."""
    async with Jd() as jd, client_of(jd) as client:
        jd.offer("JN-26", 10)
        order, held = jd.sell("JN-26"), jd.sell("JN-26", status=Status.HELD)
        jd.shop.ask_refund(order.number)
        rows = (await search(client))["searchorderinfo_result"]["orderInfoList"]
        assert {row["orderId"]: row["orderState"] for row in rows} == {
            order.number: "LOCKED",
            held.number: "PAUSE",
        }
        only = await search(client, order_state="PAUSE")
        assert only["searchorderinfo_result"]["orderTotal"] == 1
        parcel = {"orderId": order.number, "logiCoprId": 463, "logiNo": "YT1234567890123"}
        answer = await client.call("jingdong.pop.order.shipment", **parcel)
        result = answer["jingdong_pop_order_shipment_responce"]["sopjosshipment_result"]
        assert result["success"] is False
        jd.shop.refuse_refund(order.number)
        await client.call("jingdong.pop.order.shipment", **parcel)
        assert jd.shop.trade(order.number).status is Status.SHIPPED


async def test_stock_is_set_for_several_and_one_may_fail() -> None:
    """Inside a good envelope an unknown SKU fails alone; stock and shelf are read back."""
    async with Jd() as jd, client_of(jd) as client:
        jeans = jd.offer("JN-26", 10)
        stocks = [{"skuId": jeans.sku, "stockNum": 0}, {"skuId": 1, "stockNum": 5}]
        answer = await client.call("jingdong.ware.stock.sku.set", req={"skuStocks": stocks})
        told = answer["jingdong_ware_stock_sku_set_responce"]["returnType"]
        assert told["success"] is True
        assert [one["success"] for one in told["obj"]["updateStockResult"]] == [True, False]
        await client.call("jingdong.ware.write.upOrDown", wareId=jeans.item, opType=2)
        answer = await client.call("jingdong.sku.read.searchSkuList", page_size=10)
        page = answer["jingdong_sku_read_searchSkuList_responce"]["page"]
        assert [(s["outerId"], s["stockNum"], s["status"]) for s in page["data"]] == [
            ("JN-26", 0, 2)
        ]
        answer = await client.call("jingdong.ware.stock.sku.query", req={"skuIds": [jeans.sku]})
        found = answer["jingdong_ware_stock_sku_query_responce"]["returnType"]["obj"]
        assert [one["stockNum"] for one in found] == [0]


async def test_remark_goes_both_ways() -> None:
    """A remark with its flag is written and read."""
    async with Jd() as jd, client_of(jd) as client:
        jd.offer("JN-26", 10)
        order = jd.sell("JN-26")
        write = "jingdong.pop.order.modifyVenderRemark"
        await client.call(write, order_id=order.number, remark="加急", flag=3)
        read = "jingdong.order.venderRemark.queryByOrderId"
        answer = await client.call(read, order_id=order.number)
        told = answer["jingdong_order_venderRemark_queryByOrderId_responce"]
        remark = told["venderRemarkQueryResult"]["vender_remark"]
        assert (remark["remark"], remark["flag"]) == ("加急", 3)


async def test_signature_clock_token_and_what_is_required() -> None:
    """Codes 12, 8, 19 and the missing optional_fields; the tests above are the control."""
    async with Jd() as jd, client_of(jd) as client:
        assert "error_response" in await search(client, optional_fields="")
        assert "error_response" in await search(client, page_size="101")
        client.secret = "another"
        assert (await search(client))["error_response"]["code"] == "12"
        client.secret, client.skew = "", -7 * MINUTE
        assert (await search(client))["error_response"]["code"] == "8"
        client.skew = 0
        jd.expire(refresh_too=True)
        assert (await search(client))["error_response"]["code"] == "19"
        refresh = {"grant_type": "refresh_token", "refresh_token": jd.refresh_token}
        app = {"app_key": jd.app_key, "app_secret": jd.app_secret}
        async with client.http.get(
            f"{jd.root}/oauth2/refresh_token", params=refresh | app
        ) as page:
            assert (await page.json())["code"] == 400
