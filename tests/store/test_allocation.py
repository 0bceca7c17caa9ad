"""Stock by the piece, as orders meet it."""

import pytest

from core.domain.errors import Refusal
from core.domain.intake import Mode
from core.domain.order import PlatformStatus, Refund
from core.services import allocation
from core.services.intake import How
from core.store import catalogue, shelves
from core.store.door import Store
from core.store.tx import Tx
from tests.clock import MONDAY_TEN
from tests.shop import TestShop, order


@pytest.fixture
def shop(store: Store) -> TestShop:
    return TestShop(store)


async def test_pieces_go_to_orders_in_the_order_they_were_paid(shop: TestShop) -> None:
    """The order paid first is served first, whatever the order of arrival, down to the piece."""
    await shop.stocks(cup=5)
    await shop.takes_in(
        order("late", ("cup", 3), paid_at=MONDAY_TEN + 2),
        order("first", ("cup", 2), paid_at=MONDAY_TEN),
        order("second", ("cup", 2), paid_at=MONDAY_TEN + 1),
    )
    assert await shop.held() == {
        "first": ("HELD", 2, 0),
        "second": ("HELD", 2, 0),
        "late": ("SHORT", 1, 2),
    }


async def test_two_lines_of_one_sku_are_served_together(shop: TestShop) -> None:
    """The same item on two lines cannot take more than there is (medusa 16502)."""
    await shop.stocks(cup=3)
    await shop.takes_in(order("1", ("cup", 2), ("CUP", 2)))
    assert await shop.held() == {"1": ("SHORT", 3, 1)}


async def test_a_bundle_takes_its_parts(shop: TestShop) -> None:
    """A bundle is never on a shelf itself: each of its parts is reserved by the piece."""
    await shop.stocks(cup=5, lid=1, box=0)

    def bundle(tx: Tx) -> None:
        ids = catalogue.sku_ids(tx, ["cup", "lid", "box"])
        catalogue.set_bundle(tx, ids["box"], [(ids["cup"], 2), (ids["lid"], 1)])

    await shop.store.write(bundle)
    await shop.takes_in(order("1", ("box", 2)))
    assert await shop.level("cup") == (5, 4, 0)
    assert await shop.held() == {"1": ("SHORT", 5, 1)}


async def test_what_comes_free_goes_to_who_waits(shop: TestShop) -> None:
    """A cancelled order gives its pieces to the next in line, once, however often it is told."""
    await shop.stocks(cup=2)
    await shop.takes_in(order("1", ("cup", 2)), order("2", ("cup", 2), paid_at=MONDAY_TEN + 1))
    closed = order("1", ("cup", 2), status=PlatformStatus.CLOSED, version=2)
    await shop.takes_in(closed)
    await shop.takes_in(closed, order("1", ("cup", 2), refund=Refund.REFUNDED, version=3))
    assert await shop.held() == {"1": ("RELEASED", 0, 0), "2": ("HELD", 2, 0)}
    assert await shop.level("cup") == (2, 2, 0)


async def test_a_cancelled_order_never_holds_stock_again(shop: TestShop) -> None:
    """A late, older word of payment does not bring a closed order back."""
    await shop.stocks(cup=2)
    await shop.takes_in(order("1", ("cup", 1), status=PlatformStatus.CLOSED, version=5))
    await shop.takes_in(order("1", ("cup", 1), version=2))
    await shop.takes_in(order("1", ("cup", 1), version=9))
    assert await shop.held() == {"1": ("NONE", 0, 0)}


async def test_shipping_takes_the_pieces_off_the_shelf_once(shop: TestShop) -> None:
    """Goods that left at the platform are consumed once and the shop is told."""
    await shop.stocks(cup=2)
    await shop.takes_in(order("1", ("cup", 1)))
    shipped = order("1", ("cup", 1), status=PlatformStatus.PLATFORM_SHIPPED, version=2)
    await shop.takes_in(shipped)
    await shop.takes_in(order("1", ("cup", 1), status=PlatformStatus.FINISHED, version=3))
    assert await shop.level("cup") == (1, 0, 0)
    told = await shop.rows("SELECT code FROM exception WHERE open = 1")
    assert [row["code"] for row in told] == ["PLATFORM_SHIPPED"]


async def test_a_changed_quantity_moves_only_the_difference(shop: TestShop) -> None:
    """A line that grows takes more, one that shrinks gives back, one that vanishes gives all."""
    await shop.stocks(cup=4, lid=4)
    await shop.takes_in(order("1", ("cup", 2), ("lid", 3)))
    await shop.takes_in(order("1", ("cup", 3), ("lid", 1), version=2))
    assert (await shop.level("cup"), await shop.level("lid")) == ((4, 3, 0), (4, 1, 0))
    await shop.takes_in(order("1", ("cup", 1), version=3))
    assert (await shop.level("cup"), await shop.level("lid")) == ((4, 1, 0), (4, 0, 0))


async def test_D03_a_count_below_what_is_held_takes_the_latest_back(shop: TestShop) -> None:
    """A count always succeeds; the least urgent orders lose their pieces and are named."""
    await shop.stocks(cup=3)
    await shop.takes_in(*(order(str(n), ("cup", 1), paid_at=MONDAY_TEN + n) for n in range(3)))
    pair = await shop.pair("cup")
    counted = await shop.store.write(
        lambda tx: allocation.count(tx, "count:1", pair, 1, "person:1"), key="count:1"
    )
    assert counted["difference"] == -2
    assert await shop.held() == {"0": ("HELD", 1, 0), "1": ("SHORT", 0, 1), "2": ("SHORT", 0, 1)}
    named = await shop.rows("SELECT note FROM exception WHERE code = 'COUNT_NEGATIVE'")
    assert [row["note"] for row in named] == ["1, 2"]


async def test_each_movement_counts_once(shop: TestShop) -> None:
    """The same receipt, transfer or adjustment told twice changes nothing the second time."""
    await shop.stocks(cup=10)
    pair = await shop.pair("cup")

    def work(tx: Tx) -> None:
        tx.run(
            "INSERT INTO warehouse (code, name, created_at) VALUES ('S', '南仓', :now)"
            " ON CONFLICT (code) DO NOTHING",
            now=tx.now,
        )
        south = tx.value("SELECT id FROM warehouse WHERE code = 'S'")
        shelves.receive(tx, [shelves.Move("r1", *pair, 5)], "receipt", "t")
        shelves.transfer(tx, "t1", pair[0], (pair[1], south), 4, "t")
        shelves.adjust(tx, "a1", pair, -1, "broken", "t")
        shelves.quarantine(tx, "q1", pair, 2, "wet", "t")

    await shop.store.write(work)
    await shop.store.write(work)
    assert await shop.level("cup") == (10, 0, 2)


async def test_what_orders_hold_cannot_be_taken_away(shop: TestShop) -> None:
    """An adjustment or transfer beyond what is free is refused and says how many are free."""
    await shop.stocks(cup=3)
    await shop.takes_in(order("1", ("cup", 2)))
    pair = await shop.pair("cup")
    with pytest.raises(Refusal, match="Only 1 pieces are free"):
        await shop.store.write(lambda tx: shelves.adjust(tx, "a1", pair, -2, "lost", "t"))
    assert await shop.level("cup") == (3, 2, 0)


async def test_history_and_ledger_refuse_to_be_rewritten(shop: TestShop) -> None:
    """The ledger and the audit trail can only be added to, whoever holds the connection (I10)."""
    await shop.stocks(cup=1)
    with pytest.raises(Exception, match="append-only"):
        await shop.store.write(lambda tx: tx.run("UPDATE ledger SET on_hand = 99"))
    with pytest.raises(Exception, match="append-only"):
        await shop.store.write(lambda tx: tx.run("DELETE FROM ledger"))


async def test_a_service_holds_no_stock_even_if_it_was_listed_as_goods(shop: TestShop) -> None:
    """Postage is sold but never on a shelf: its channel says so, whatever a list of goods said."""
    await shop.stocks(cup=1, POST=10)
    services = How(Mode.LIVE, "test", services=frozenset({"post"}))
    await shop.takes_in(order("1", ("cup", 1), ("POST", 1)), how=services)
    assert await shop.held() == {"1": ("HELD", 1, 0)}
    assert await shop.level("POST") == (10, 0, 0)
