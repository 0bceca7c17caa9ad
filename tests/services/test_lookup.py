"""Is an order found by whatever a clerk has of it, and never by what their role may not see?"""

from dataclasses import replace

import pytest

from core.domain.intake import Receiver
from core.domain.order import Phase
from core.domain.staff import Role
from core.services import Tx, lookup, order_view
from core.services import exceptions as work
from core.store import catalogue
from core.store.catalogue import SkuIn
from core.store.door import Store
from tests.shop import TestShop, order

CLERK = Role.CLERK


@pytest.fixture
async def shop(store: Store) -> TestShop:
    """Return a shop with two products and three orders."""
    shop = TestShop(store)

    def name(tx: Tx) -> None:
        catalogue.write_skus(
            tx,
            [
                SkuIn("TS-01", "纯棉白色T恤", "chunmianbaiset xu", "cmbstx"),
                SkuIn("CUP_9", "保温杯 100%", "baowenbei", "bwb"),
            ],
        )

    await store.write(name)
    await shop.stocks(**{"TS-01": 1, "CUP_9": 5})
    await shop.takes_in(
        replace(
            order("TB2026030200017788", ("TS-01", 2)),
            buyer_nick="小明爱吃鱼",
            receiver=Receiver("王小明", "13800134567", "浙江省杭州市西湖区 1 号"),
            waybill="YT7700012345",
            courier="YTO",
        ),
        replace(order("JD998877001122", ("CUP_9", 1)), gmv_fen=9990, buyer_nick="小明"),
        order("PDD-260302-4567", ("CUP_9", 1)),
    )
    return shop


async def numbers(shop: TestShop, words: str, role: Role = CLERK) -> tuple[list[str], list[str]]:
    def look(tx: Tx) -> tuple[list[str], list[str]]:
        found = lookup.find(tx, words, role)
        briefs = order_view.briefs(tx, found.order_ids)
        return [one.kind for one in found.matches], [one.number for one in briefs]

    return await shop.store.read(look)


TB, JD, PDD = "TB2026030200017788", "JD998877001122", "PDD-260302-4567"


FRAGMENTS = [
    (TB, "number", [TB]),
    ("tb2026030200017788", "number", [TB]),
    ("#JD998877001122", "number", [JD]),
    ("7788", "number_tail", [TB]),
    ("0017788", "number_tail", [TB]),
    ("PDD-26", "number_start", [PDD]),
    ("YT7700012345", "waybill", [TB]),
    ("yt7700012345", "waybill", [TB]),
    ("2345", "waybill_tail", [TB]),
    ("小明爱吃鱼", "nick", [TB]),
    ("小明爱", "nick_start", [TB]),
    ("ts-01", "sku", [TB]),
    ("白色T恤", "goods", [TB]),
    ("bwb", "goods", [PDD, JD]),
    ("baowen", "goods", [PDD, JD]),
    ("100%", "goods", [PDD, JD]),
    ("CUP_", "goods", [PDD, JD]),
    ("99.9", "amount", [JD]),
    ("￥99.90", "amount", [JD]),
    ("99.90元", "amount", [JD]),
    ("13800134567", "phone", [TB]),
]


async def test_a_fragment_finds_its_orders_and_says_how(shop: TestShop) -> None:
    """Every kind of fragment leads to its orders, and the answer names the reading."""
    for words, kind, orders in FRAGMENTS:
        assert (words, *await numbers(shop, words)) == (words, [kind], orders)


async def test_an_ambiguous_fragment_lists_every_reading(shop: TestShop) -> None:
    """4567 is the tail of one order and of another's phone: both are offered, tail first."""
    assert await numbers(shop, "4567") == (["number_tail", "phone"], [PDD, TB])
    assert await numbers(shop, "小明") == (["nick", "nick_start"], [JD, TB])
    assert await numbers(shop, "20") == (["amount"], [TB])


async def test_S34_a_role_without_buyer_data_finds_nobody_by_phone(shop: TestShop) -> None:
    """A viewer who types the last digits of a phone does not learn whose it is."""
    assert await numbers(shop, "4567", Role.VIEWER) == (["number_tail"], [PDD])
    assert await numbers(shop, "13800134567", Role.VIEWER) == ([], [])


async def test_strange_words_find_nothing(shop: TestShop) -> None:
    """Wildcards are plain signs, and nonsense is no error."""
    for words in ("", "  ", "#", "%%", "__", "没有的", "';--", "\U0010ffff", "1" * 300):
        assert (words, (await numbers(shop, words))[1]) == (words, [])


async def test_a_card_shows_phase_lines_stock_and_history_but_no_buyer(shop: TestShop) -> None:
    """The card has what the shop needs to know; the receiver is not on it (S35)."""

    def look(tx: Tx) -> order_view.OrderCard:
        (order_id,) = lookup.find(tx, TB, CLERK).order_ids
        card = order_view.card(tx, order_id)
        assert card is not None
        return card

    card = await shop.store.read(look)
    assert (card.number, card.shop, card.buyer) == (TB, "taobao", "小***鱼")
    assert card.phase is Phase.EXCEPTION  # short of stock
    (line,) = card.lines
    assert (line.code, line.pieces, line.held, line.short) == ("TS-01", 2, 1, 1)
    assert [hold.code for hold in card.holds] == ["STOCK_SHORT"]
    assert {(step.axis, step.after) for step in card.timeline} == {
        ("placed", ""),
        ("platform_status", "PAID"),
        ("stock", "SHORT"),
    }
    assert list(card.timeline) == sorted(card.timeline, key=lambda step: step.at)
    assert card.waybills == (("YTO", "YT7700012345"),)
    for secret in ("王小明", "13800134567", "西湖", "爱吃"):
        assert secret not in repr(card)


async def test_waiting_parcels_are_paid_held_and_not_stopped(shop: TestShop) -> None:
    """An order short of stock or flagged does not wait for its label; the oldest is first."""

    def flag(tx: Tx) -> None:
        (order_id,) = lookup.find(tx, PDD, CLERK).order_ids
        work.flag(tx, work.Flag(order_id, "address", "少门牌"), "person:1", "test")

    before = await shop.store.read(lambda tx: order_view.waiting_parcels(tx, 8))
    assert [one.number for one in before.briefs] == [JD, PDD]
    await shop.store.write(flag)
    after = await shop.store.read(lambda tx: order_view.waiting_parcels(tx, 8))
    assert [one.number for one in after.briefs] == [JD]
    assert (after.total, after.stopped, after.short) == (1, 1, 1)
