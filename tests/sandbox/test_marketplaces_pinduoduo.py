"""The make-believe Pinduoduo answers as it is documented to: windows, lag, ciphertexts."""

import json

import pytest

from sandbox.marketplaces import Pinduoduo, Status
from tests.clock import MINUTE, SECOND, SettableClock
from tests.sandbox.market_client import client_of

INCREMENT = "pdd.order.number.list.increment.get"
ALL = {"is_lucky_flag": 0, "order_status": 5, "refund_status": 5}


def window(clock: SettableClock, minutes: int = 30) -> dict[str, int]:
    end = clock() // SECOND
    return {"start_updated_at": end - minutes * 60, "end_updated_at": end}


async def test_the_list_lags_three_minutes_and_details_do_not() -> None:
    """A fresh order is missing from the list, and there three minutes later."""
    clock = SettableClock()
    async with Pinduoduo(clock=clock) as pdd, client_of(pdd) as client:
        pdd.offer("SK-5P", 50, price_fen=2990)
        order = pdd.sell("SK-5P", 3)
        answer = await client.call(INCREMENT, **ALL, **window(clock))
        assert answer["order_sn_increment_get_response"]["order_sn_list"] == []
        info = await client.call("pdd.order.information.get", order_sn=order.number)
        assert info["order_info_get_response"]["order_info"]["pay_amount"] == 89.7
        clock.forward(3 * MINUTE)
        answer = await client.call(INCREMENT, **ALL, **window(clock))
        page = answer["order_sn_increment_get_response"]
        assert page["order_sn_list"] == [{"order_sn": order.number}]
        assert page["total_count"] == 1


@pytest.mark.parametrize("minutes", [0, 31])
async def test_a_window_is_half_an_hour_at_most(minutes: int) -> None:
    """Longer and empty windows are refused; the control is the test above."""
    clock = SettableClock()
    async with Pinduoduo(clock=clock) as pdd, client_of(pdd) as client:
        answer = await client.call(INCREMENT, **ALL, **window(clock, minutes))
        assert answer["error_response"]["error_code"] == 10001


async def test_receivers_are_ciphertext_and_only_while_they_are_needed() -> None:
    """To ship: ciphertext and mask; under review or shipped: nothing but the region."""
    async with Pinduoduo() as pdd, client_of(pdd) as client:
        pdd.offer("SK-5P", 50)
        order, held = pdd.sell("SK-5P"), pdd.sell("SK-5P", status=Status.HELD)

        async def info(number: str) -> dict[str, object]:
            answer = await client.call("pdd.order.information.get", order_sn=number)
            found = answer["order_info_get_response"]["order_info"]
            assert isinstance(found, dict)
            return found

        told = await info(order.number)
        assert str(told["receiver_name"]).startswith("~AgAAA")
        assert told["receiver_phone_mask"] == "138****8000"
        told = await info(held.number)
        assert (told["risk_control_status"], told["order_status"]) == (1, 1)
        assert (told["receiver_name"], told["receiver_name_mask"]) == ("", "")
        assert told["province"] == "浙江省"
        sent = await client.call(
            "pdd.logistics.online.send",
            order_sn=order.number,
            logistics_id=85,
            tracking_number="YT1234567890123",
        )
        assert "logistics_online_send_response" in sent, sent
        told = await info(order.number)
        assert (told["order_status"], told["logistics_id"]) == (2, 85)
        assert told["receiver_name"] == ""


async def test_refunds_and_cancelled_orders_are_told_by_the_refund_status() -> None:
    """A cancelled paid order stays order_status 1 with refund_status 4, and is filtered so."""
    clock = SettableClock()
    async with Pinduoduo(clock=clock) as pdd, client_of(pdd) as client:
        pdd.offer("SK-5P", 50)
        gone, kept = pdd.sell("SK-5P"), pdd.sell("SK-5P")
        unpaid = pdd.sell("SK-5P", status=Status.UNPAID)
        pdd.shop.cancel(gone.number)
        clock.forward(4 * MINUTE)
        seen = {}
        for status in (1, 4, 5):
            answer = await client.call(
                INCREMENT, **(ALL | {"refund_status": status}), **window(clock)
            )
            rows = answer["order_sn_increment_get_response"]["order_sn_list"]
            seen[status] = {row["order_sn"] for row in rows}
        assert seen == {
            1: {kept.number},
            4: {gone.number},
            5: {kept.number, gone.number},
        }
        assert unpaid.number not in seen[5]
        assert pdd.shop.listing("SK-5P").stock == 48


async def test_stock_memo_and_shelf() -> None:
    """Zero is signed and set; a delta below zero and a decrease in a promotion are refused."""
    async with Pinduoduo() as pdd, client_of(pdd) as client:
        socks = pdd.offer("SK-5P", 50)
        update = "pdd.goods.quantity.update"
        sku = {"goods_id": socks.item, "sku_id": socks.sku}
        answer = await client.call(update, **sku, quantity=0)
        assert answer["goods_quantity_update_response"]["is_success"] is True
        assert socks.stock == 0
        answer = await client.call(update, **sku, quantity=-1, update_type=2)
        assert answer["error_response"]["error_code"] == 50001
        socks.stock, socks.locked = 5, True
        answer = await client.call(update, **sku, quantity=4)
        assert "活动" in answer["error_response"]["sub_msg"]
        await client.call("pdd.goods.sale.status.set", goods_id=socks.item, is_onsale=0)
        answer = await client.call("pdd.goods.list.get", page=1, page_size=10)
        goods = answer["goods_list_get_response"]["goods_list"][0]
        assert goods["is_onsale"] == 0
        assert goods["sku_list"][0]["outer_id"] == "SK-5P"
        socks.on_sale = True
        order = pdd.sell("SK-5P")
        await client.call("pdd.order.note.update", order_sn=order.number, note="改地址", tag=2)
        assert pdd.shop.trade(order.number).flag == 2


async def test_signature_and_token_life() -> None:
    """A wrong secret is 20004; a refresh keeps the day on which the leave ends."""
    clock = SettableClock()
    async with Pinduoduo(clock=clock) as pdd, client_of(pdd) as client:
        ends = pdd.market.sessions.grants[pdd.shop.name].expires_at
        clock.forward(MINUTE)
        ask = {
            "grant_type": "refresh_token",
            "refresh_token": pdd.refresh_token,
            "client_id": pdd.app_key,
            "client_secret": pdd.app_secret,
        }
        async with client.http.post(pdd.token_url, json=ask) as reply:
            assert json.loads(await reply.read())["expires_at"] == ends // SECOND
        answer = await client.call("pdd.goods.list.get")
        assert answer["error_response"]["error_code"] == 10019
        client.secret = "another"
        answer = await client.call("pdd.goods.list.get")
        assert answer["error_response"]["error_code"] == 20004
