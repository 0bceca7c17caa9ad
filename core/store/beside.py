"""What stands beside an order: its text as it came, whom it goes to, the parcel it went with."""

from collections.abc import Sequence

from core.domain.intake import OrderIn, Receiver
from core.store.tx import Tx

NOBODY = Receiver()


def write(tx: Tx, orders: Sequence[tuple[int, OrderIn]]) -> None:
    """Write the source text, the receiver and the parcel of orders (id and order each)."""
    tx.many(
        "INSERT INTO order_raw (order_id, raw) VALUES (?, ?)"
        " ON CONFLICT (order_id) DO UPDATE SET raw = excluded.raw",
        [(id_, order.raw) for id_, order in orders],
    )
    tx.many(
        "INSERT INTO receiver (order_id, name, phone, phone_tail, address, oaid)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET"
        " name = excluded.name, phone = excluded.phone, phone_tail = excluded.phone_tail,"
        " address = excluded.address, oaid = excluded.oaid",
        [
            (id_, to.name, to.phone, _phone_tail(to.phone), to.address, to.oaid)
            for id_, to in ((id_, order.receiver) for id_, order in orders)
            if to != NOBODY
        ],
    )
    tx.many(
        "INSERT INTO parcel (order_id, courier, waybill, tail, created_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (order_id, courier, waybill) DO NOTHING",
        [
            (id_, order.courier, order.waybill, order.waybill[::-1], tx.now)
            for id_, order in orders
            if order.waybill
        ],
    )


def _phone_tail(phone: str) -> str:
    """Return the last four digits; a number in cipher has none."""
    tail = phone[-4:]
    return tail if tail.isdigit() else ""
