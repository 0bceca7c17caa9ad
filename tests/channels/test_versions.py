"""C06, I17, I31, I32: versions in any order end alike; a cursor that lies is found."""

import random
from typing import Any

import pytest

from core.adapters.payloads import OrderPayloads
from core.domain.intake import Mode, Page
from core.services import intake, polling
from core.services.polling import Shop, ensure_shop
from core.store.door import Store
from core.store.invariants import breaches
from tests.channels.shops import described, value
from tests.clock import MINUTE, SettableClock

SHUFFLES = 1000
STEPS = (
    "WAIT_BUYER_PAY", "WAIT_BUYER_PAY", "PAID_FORBID_CONSIGN", "WAIT_SELLER_SEND_GOODS",
    "WAIT_SELLER_SEND_GOODS", "SELLER_CONSIGNED_PART", "WAIT_BUYER_CONFIRM_GOODS",
    "WAIT_BUYER_CONFIRM_GOODS", "TRADE_BUYER_SIGNED", "TRADE_FINISHED",
)  # fmt: skip


class Offline:
    """Stands for a marketplace where only its description is wanted."""

    platform = "taobao"
    url = "https://market.test/router"
    app_key = "1"
    app_secret = "s"

    class Shop:
        name = "shop"

    shop = Shop()

    def session_of(self, _: Any) -> str:
        return "t"


def version(number: int, step: int, *, told: bool) -> dict[str, Any]:
    """Return one version of an order as the platform writes it; `told`: it names its moment."""
    trade: dict[str, Any] = {
        "tid": number,
        "status": STEPS[step],
        "created": "2026-03-02 09:00:00",
        "pay_time": "2026-03-02 09:10:00" if step > 1 else "",
        "payment": "59.00",
        "seller_memo": f"version {step}",
        "orders": {"order": [{"outer_sku_id": "A", "num": 2, "payment": "59.00", "title": "a"}]},
    }
    return {**trade, "modified": f"2026-03-02 09:{step:02d}:30"} if told else trade


async def feed(store: Store, *, told: bool) -> Shop:
    """Take the ten versions of each order in, each order's in an order of its own, some twice."""
    mapping = described(Offline()).mapping  # type: ignore[arg-type] # it has what is asked for
    payloads = OrderPayloads(mapping, "shop")
    dice = random.Random(6)  # noqa: S311 - a test's own dice
    orders = [random.Random(n).sample(range(len(STEPS)), len(STEPS)) for n in range(SHUFFLES)]  # noqa: S311
    for order in orders:
        order.insert(dice.randrange(len(order)), dice.choice(order))
    shop = await store.write(lambda tx: ensure_shop(tx, "shop", "taobao", "Asia/Shanghai", "CNY"))
    how = intake.How(Mode.LIVE, "test", create_skus=True)
    for turn in range(len(STEPS) + 1):
        page = [version(n + 1, order[turn], told=told) for n, order in enumerate(orders)]
        made = payloads.page(payloads.of_values(page, odd=False).drafts)
        assert not made.bad
        await store.write(lambda tx, made=made: intake.take_in(tx, shop, made, how))  # type: ignore[misc] # mypy and defaults
    return shop


ENDS = (
    "SELECT COUNT(*) AS n FROM orders WHERE platform_status = 'FINISHED' AND seller_note = :note"
)


async def test_C06_a_thousand_shuffles_of_ten_versions_end_alike(store: Store) -> None:
    """Whatever comes first, the newest version stays, and no history takes a step back (I5)."""
    await feed(store, told=True)
    assert await value(store, ENDS, note="version 9") == SHUFFLES


async def test_C06_control_without_versions_the_last_to_come_wins(store: Store) -> None:
    """Control: where the platform names no moment, some orders end with an older note."""
    await feed(store, told=False)
    assert await value(store, ENDS, note="version 9") < SHUFFLES


@pytest.mark.breaks_invariants
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE poll_window SET since_at = since_at + 600000 WHERE id = 2", "not asked"),
        ("UPDATE poll_window SET stored = 0 WHERE id = 1", "0 of 1 pages"),
        ("UPDATE poll_cursor SET until_at = until_at + 1000", "not at a window's end"),
    ],
)
async def test_I17_a_gap_a_lost_page_and_a_cursor_ahead_are_found(
    store: Store, clock: SettableClock, damage: str, said: str
) -> None:
    """Control of the invariant: each damage to sound windows is named, and sound ones are not."""
    shop = await store.write(lambda tx: ensure_shop(tx, "shop", "taobao", "Asia/Shanghai", "CNY"))
    how = intake.How(Mode.LIVE, "test")
    for n in range(2):
        begin = clock() + n * 10 * MINUTE
        span = polling.Span(polling.LIVE, begin - 5 * MINUTE, begin + 10 * MINUTE)
        kept = polling.Kept(span, 1, None, 0, last=True)
        await store.write(lambda tx, kept=kept: polling.keep(tx, shop, Page(), how, kept))  # type: ignore[misc] # mypy and defaults
    assert await store.read(breaches) == []
    await store.write(lambda tx: tx.run(damage))
    found = await store.read(breaches)
    assert len(found) == 1
    assert found[0].startswith("I17")
    assert said in found[0]
