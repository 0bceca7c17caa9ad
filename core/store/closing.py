"""Which orders of a shop do we have of a day, and for how much?"""

from core.store.tx import Tx

_BY = {
    by: f"SELECT platform_no, gmv_fen FROM orders WHERE shop_id = :shop AND {by} >= :since"
    f" AND {by} < :until"
    for by in ("placed_at", "paid_at")
}


def orders_of(tx: Tx, shop_id: int, by: str, since: int, until: int) -> dict[str, int]:
    """Return number → fen of the orders whose `by` ("placed_at", "paid_at") lies in a day."""
    rows = tx.all(_BY[by], shop=shop_id, since=since, until=until)
    return {row["platform_no"]: row["gmv_fen"] for row in rows}
