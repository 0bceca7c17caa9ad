"""The last pieces, asked for by many at once."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from core.domain.checkpoints import unprotect
from core.store import stock
from core.store.door import Store
from core.store.stock import GuardTrippedError
from core.store.tx import Row, Tx, packed
from tests.clock import MONDAY_TEN
from tests.shop import TestShop, order

LEFT, ORDERS, SEED = 89, 137, 20261124


async def test_D01_89_pieces_serve_89_of_137_orders_at_once(store: Store) -> None:
    """137 paid orders from three channels, a tenth delivered twice: 89 reserved, 48 short once."""
    shop = TestShop(store)
    await shop.stocks(cup=LEFT)
    shops = ("taobao", "jd", "pinduoduo")
    orders = [
        (order(f"N{n}", ("cup", 1), paid_at=MONDAY_TEN + n), shops[n % 3]) for n in range(ORDERS)
    ]
    rng = random.Random(SEED)  # noqa: S311 - a seeded shuffle, not a secret
    deliveries = orders + rng.sample(orders, ORDERS // 10)
    rng.shuffle(deliveries)
    await asyncio.gather(*(shop.takes_in(one, shop=name) for one, name in deliveries))
    states = Counter(state for state, _, _ in (await shop.held()).values())
    assert states == {"HELD": LEFT, "SHORT": ORDERS - LEFT}
    assert await shop.level("cup") == (LEFT, LEFT, 0)
    alerted = await shop.rows("SELECT subject, COUNT(*) AS n FROM alert GROUP BY subject")
    assert [row["n"] for row in alerted] == [1] * (ORDERS - LEFT)


async def _stale_plans(shop: TestShop) -> list[list[Row]]:
    """Three channels look at the same free pieces before any of them writes."""
    await shop.takes_in(*(order(f"N{n}", ("cup", 1)) for n in range(ORDERS)))
    pair = await shop.pair("cup")
    await shop.store.write(
        lambda tx: tx.run(
            "INSERT INTO stock (sku_id, warehouse_id, on_hand) VALUES (:sku, :warehouse, :n)"
            " ON CONFLICT (sku_id, warehouse_id) DO UPDATE SET on_hand = excluded.on_hand",
            sku=pair[0],
            warehouse=pair[1],
            n=LEFT,
        )
    )
    plans = [shop.store.read(lambda tx: stock.plan(tx, packed([pair]))) for _ in range(3)]
    return list(await asyncio.gather(*plans))


@pytest.mark.breaks_invariants
async def test_D01_a_stale_plan_is_refused(store: Store) -> None:
    """Whoever planned on an old look at the shelf is refused whole; nothing is over-allocated."""
    shop = TestShop(store)
    await shop.stocks(cup=0)
    plans = await _stale_plans(shop)
    results = await asyncio.gather(
        *(store.write(_grant(plan)) for plan in plans),
        return_exceptions=True,
    )
    assert [type(one) for one in results].count(GuardTrippedError) == len(plans) - 1
    assert (await shop.level("cup"))[:2] == (LEFT, LEFT)


@pytest.mark.breaks_invariants
async def test_D01_control_without_the_guard_it_oversells(store: Store) -> None:
    """With guard and CHECK off the same three plans promise the same pieces three times."""
    shop = TestShop(store)
    await shop.stocks(cup=0)
    plans = await _stale_plans(shop)
    await _drop_checks(store)
    unprotect("stock-guard")
    try:
        for number, plan in enumerate(plans):
            # each channel's ledger row is its own: only the guard stands between them
            own = [{**dict(row), "version": row["version"] + number} for row in plan]
            await store.write(_grant(own))
    finally:
        unprotect()
    assert (await shop.level("cup"))[:2] == (LEFT, 3 * LEFT)


def _grant(plan: Sequence[Row]) -> Callable[[Tx], None]:
    return partial(stock.grant, grants=plan, actor="test")


async def _drop_checks(store: Store) -> None:
    if store.dialect == "sqlite":
        await store.write(lambda tx: tx.run("PRAGMA ignore_check_constraints = ON"))
        return
    for table, name in (("stock", "never_more_than_there_is"), ("allocation", "adds_up")):
        drop = f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}"
        await store.write(partial(Tx.run, sql=drop))
