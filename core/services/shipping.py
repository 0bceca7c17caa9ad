"""Has the platform been told that an order is shipped, and with our number?"""

from core.domain.order import Callback, may_move
from core.services.polling import Shop
from core.store import alerts, exceptions, orders, shipments
from core.store.exceptions import Found
from core.store.orders import Step
from core.store.shipments import waiting
from core.store.tx import Row, Tx

__all__ = ["QUEUED", "Row", "Shop", "settle", "to_tell", "waiting"]

QUEUED = "shipment-queued"
"""The signal of a commit after which a platform must be told of a shipment."""

TOPIC = "system"
ACTOR = "job:shipments"


def to_tell(tx: Tx, order_id: int, actor: str) -> bool:
    """Let the platform be told of an order's parcel; False if it was, or is about to be."""
    before = shipments.standing(tx, order_id)
    if before == Callback.QUEUED or not may_move("callback", before, Callback.QUEUED):
        return False
    orders.move(tx, [Step(order_id, "callback", before, Callback.QUEUED, tx.now)], actor)
    tx.signals.add(QUEUED)
    return True


def settle(tx: Tx, shop: Shop, row: Row, after: Callback, reason: str = "") -> None:
    """Write down how telling ended; what failed for good is told to people."""
    before = shipments.standing(tx, row["id"])
    if may_move("callback", before, after):
        orders.move(tx, [Step(row["id"], "callback", before, after, tx.now)], ACTOR)
    subject = f"order:{row['id']}"
    if after == Callback.CONFIRMED:
        exceptions.close_many(tx, "CALLBACK_FAIL", [subject], "the platform shows our number")
    if after == Callback.FAILED:
        found = Found("CALLBACK_FAIL", subject, row["id"], reason[:300])
        for one in exceptions.open_many(tx, [found], ACTOR):
            facts = {"channel": shop.name, "code": "CALLBACK_FAIL"}
            alerts.raise_many(tx, TOPIC, [(f"callback:{one['id']}", subject, facts)])
