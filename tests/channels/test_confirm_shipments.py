"""E17: a platform is told of a shipment once, and shows our number or somebody knows."""

import pytest

from core.domain.errors import Refused
from core.http.client import Http
from core.services import Tx, shipping
from core.store.door import Store
from jobs.confirm_shipments import ConfirmShipments
from sandbox.marketplaces.book import Kind
from sandbox.marketplaces.douyin import Douyin
from sandbox.marketplaces.jd import Jd
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.pinduoduo import Pinduoduo
from sandbox.marketplaces.taobao import Taobao
from tests.channels.fronts import front_of
from tests.channels.shops import described, opened, poll_of, value
from tests.clock import MINUTE, SettableClock

PLATFORMS = (Taobao, Jd, Pinduoduo, Douyin)
SEND = "taobao.logistics.offline.send"
OURS = "YT1234567890123"
OPEN = "SELECT COUNT(*) AS n FROM exception WHERE open = 1 AND code = 'CALLBACK_FAIL'"
STANDS = "SELECT callback FROM orders"


async def packed(store: Store, market: Marketplace, http: Http) -> tuple[str, ConfirmShipments]:
    """Return an order that is packed and waits to be told, and what tells of it."""
    market.offer("A", 10)
    poll = poll_of(store, market, http)
    await poll.catch_up()
    trade = market.sell("A")
    clock = store.clock
    assert isinstance(clock, SettableClock)
    clock.forward(5 * MINUTE)
    await poll.catch_up()

    def pack(tx: Tx) -> None:
        order: int = tx.value("SELECT id FROM orders")
        tx.run(
            "INSERT INTO parcel (order_id, courier, waybill, tail, created_at)"
            " VALUES (:order, 'YTO', :waybill, :tail, :now)",
            order=order,
            waybill=OURS,
            tail=OURS[::-1],
            now=tx.now,
        )
        assert shipping.to_tell(tx, order, "test")
        assert not shipping.to_tell(tx, order, "test")

    await store.write(pack)
    front = front_of(store, market, http)
    return trade.number, ConfirmShipments(store, described(market), front.outside)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_E17_an_order_is_confirmed_once_on_every_platform(
    store: Store, clock: SettableClock, platform: type[Marketplace]
) -> None:
    """Told with our number; told no second time."""
    market = platform(clock=clock)
    async with opened(market) as http:
        number, confirm = await packed(store, market, http)
        for _ in range(3):
            await confirm.drain()
        assert market.shop.trade(number).waybill == OURS
        assert await value(store, STANDS) == "CONFIRMED"
        changes = [one.data["what"] for one in market.book.find(Kind.CHANGED)]
        assert changes == ["shipped"]


async def test_E17_a_lost_reply_is_looked_up_and_not_told_again(
    store: Store, clock: SettableClock
) -> None:
    """Taken, but nobody answered: the platform is asked what it shows, and shows our number."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        _, confirm = await packed(store, market, http)
        market.faults.answer_lost(methods=SEND)
        market.faults.server_error(methods="taobao.trade.fullinfo.get")
        await confirm.drain()
        assert await value(store, STANDS) == "IN_DOUBT"
        await confirm.drain()
        assert await value(store, STANDS) == "CONFIRMED"
        assert len(market.book.calls(SEND)) == 1


async def test_E17_control_telling_again_is_refused(store: Store, clock: SettableClock) -> None:
    """Control: whoever tells again after a lost reply gets a refusal for a shipped order."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        number, confirm = await packed(store, market, http)
        await confirm.drain()
        front = front_of(store, market, http)
        with pytest.raises(Refused, match="trade-status-error"):
            await front.outside.ship(number, "YTO", OURS)


async def test_E17_shipped_by_hand_with_another_number_is_reported(
    store: Store, clock: SettableClock
) -> None:
    """The platform keeps the number it has; the difference stands in the exceptions, once."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        number, confirm = await packed(store, market, http)
        market.shop.ship(number, "STO", "773000000000001")
        for _ in range(3):
            await confirm.drain()
        assert market.shop.trade(number).waybill == "773000000000001"
        assert await value(store, STANDS) == "FAILED"
        assert await value(store, OPEN) == 1
        note = await value(store, "SELECT note FROM exception WHERE code = 'CALLBACK_FAIL'")
        assert "773000000000001" in note
        assert OURS in note


async def test_E17_shipped_by_hand_with_our_number_is_well(
    store: Store, clock: SettableClock
) -> None:
    """The same number is no difference: confirmed, and nobody is told."""
    market = Taobao(clock=clock)
    async with opened(market) as http:
        number, confirm = await packed(store, market, http)
        market.shop.ship(number, "YTO", OURS)
        await confirm.drain()
        assert await value(store, STANDS) == "CONFIRMED"
        assert await value(store, OPEN) == 0
