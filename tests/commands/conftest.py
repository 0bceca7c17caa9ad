"""A shop with goods, orders and staff who talk to the bot."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.domain.intake import Receiver
from core.domain.staff import Role
from core.services import Tx
from core.store import catalogue
from core.store.catalogue import SkuIn
from core.store.door import Store
from tests.chat import ChatShop, User
from tests.clock import HOUR, MONDAY_TEN
from tests.shop import order

TB, JD, PDD = "TB2026030200017788", "JD998877001122", "PDD-260302-4567"
SECRETS = ("王小明", "13800134567", "西湖区", "爱吃")


@pytest.fixture
async def chat(store: Store) -> AsyncIterator[ChatShop]:
    """Return a shop with two products and three orders, one of them short."""
    shop = ChatShop(store)

    def name(tx: Tx) -> None:
        catalogue.write_skus(
            tx,
            [
                SkuIn("TS-01", "白色T恤", "baise", "bstx"),
                SkuIn("CUP", "保温杯", "baowenbei", "bwb"),
            ],
        )

    await store.write(name)
    await shop.goods.stocks(**{"TS-01": 1, "CUP": 9})
    await shop.goods.takes_in(
        replace(
            order(TB, ("TS-01", 2), paid_at=MONDAY_TEN - 3 * HOUR),
            buyer_nick="小明爱吃鱼",
            receiver=Receiver("王小明", "13800134567", "浙江省杭州市西湖区 1 号"),
            buyer_note="请放门口",
        ),
        replace(order(JD, ("CUP", 1), paid_at=MONDAY_TEN - 2 * HOUR), gmv_fen=9990),
        order(PDD, ("CUP", 1), paid_at=MONDAY_TEN - HOUR),
    )
    yield await shop.open()
    await shop.close()
    assert not shop.nursery.failed


@pytest.fixture
def clerk(chat: ChatShop) -> User:
    return chat.person("小李", Role.CLERK)


@pytest.fixture
def keeper(chat: ChatShop) -> User:
    return chat.person("老周", Role.WAREHOUSE)


@pytest.fixture
def viewer(chat: ChatShop) -> User:
    return chat.person("小看", Role.VIEWER)


@pytest.fixture
def owner(chat: ChatShop) -> User:
    return chat.person("老板", Role.OWNER)
