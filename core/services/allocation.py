"""Which orders hold their goods: lock at payment, top up, release and consume, each once."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.domain.order import Stock
from core.store import alerts, exceptions, orders, reserve, shelves, stock
from core.store.catalogue import Sku, main_warehouse
from core.store.exceptions import Found
from core.store.orders import Step
from core.store.reserve import Want
from core.store.stock import Pair
from core.store.tx import Row, Tx

SHORT = "STOCK_SHORT"


def lock(tx: Tx, order_ids: Iterable[int], skus: Mapping[int, Sku], actor: str) -> int:
    """Lock stock for paid orders as far as there is any; return how many orders are short.

    `skus` describes the SKUs of their lines by id. A short order is kept, raises one exception and
    one alert, and is topped up in payment order when stock comes free.
    """
    ids = sorted(set(order_ids))
    warehouse = main_warehouse(tx)
    wants = [
        want
        for line in orders.lines(tx, ids)
        if not line["closed"] and line["sku_id"] is not None
        for want in _wants(line, skus[line["sku_id"]], warehouse)
    ]
    served = reserve.reserve_many(tx, wants, actor)
    return settle(tx, served | set(ids), actor)


def _wants(line: Row, sku: Sku, warehouse: int) -> list[Want]:
    if not sku.holds_stock:
        return []
    paid_at = line["paid_at"] if line["paid_at"] is not None else line["placed_at"]
    return [
        Want(line["order_id"], line["id"], part, warehouse, line["pieces"] * pieces, paid_at)
        for part, pieces in sku.parts
    ]


def settle(tx: Tx, order_ids: Iterable[int], actor: str) -> int:
    """Bring the stock axis of orders in line with what they hold; return how many are short.

    Newly short orders get an exception and an alert; orders no longer short lose the exception.
    """
    steps: list[Step] = []
    short: list[Row] = []
    whole: list[str] = []
    for row in orders.holdings(tx, order_ids):
        if row["stock"] in (Stock.RELEASED, Stock.CONSUMED):
            continue
        lacking = row["short"] or row["unmapped"]
        after = Stock.SHORT if lacking else Stock.HELD
        steps.append(Step(row["id"], "stock", row["stock"], after, tx.now))
        if row["short"]:
            short.append(row)
        else:
            whole.append(f"order:{row['id']}")
    orders.move(tx, steps, actor)
    _tell_short(tx, short, actor)
    exceptions.close_many(tx, SHORT, whole, "stock came in")
    return len(short)


def _tell_short(tx: Tx, short: list[Row], actor: str) -> None:
    exceptions.open_many(
        tx, [Found(SHORT, f"order:{row['id']}", row["id"]) for row in short], actor
    )
    alerts.raise_many(
        tx,
        "short",
        [
            (
                f"short:{row['id']}",
                f"order:{row['id']}",
                {"order": row["id"], "short": row["short"]},
            )
            for row in short
        ],
    )


def top_up(tx: Tx, pairs: Iterable[Pair], actor: str) -> None:
    """Hand what came free to the orders that wait for it."""
    settle(tx, stock.fill(tx, pairs, actor), actor)


def release(tx: Tx, steps: Iterable[Row], reason: str, actor: str) -> None:
    """Give up what orders (rows with `id` and `stock`) hold; others that wait are topped up."""
    rows = list(steps)
    freed = stock.release(tx, [row["id"] for row in rows], reason, actor)
    orders.move(
        tx, [Step(row["id"], "stock", row["stock"], Stock.RELEASED, tx.now) for row in rows], actor
    )
    exceptions.close_many(tx, SHORT, [f"order:{row['id']}" for row in rows], reason)
    top_up(tx, freed, actor)


def consume(tx: Tx, steps: Iterable[Row], reason: str, actor: str) -> None:
    """Take what orders (rows with `id` and `stock`) hold off the shelves."""
    rows = list(steps)
    stock.consume(tx, [row["id"] for row in rows], reason, actor)
    orders.move(
        tx, [Step(row["id"], "stock", row["stock"], Stock.CONSUMED, tx.now) for row in rows], actor
    )
    exceptions.close_many(tx, SHORT, [f"order:{row['id']}" for row in rows], reason)


def receive(tx: Tx, moves: list[shelves.Move], reason: str, actor: str) -> None:
    """Put pieces on the shelves and top up what waits for them."""
    settle(tx, shelves.receive(tx, moves, reason, actor), actor)


def count(tx: Tx, event: str, pair: Pair, counted: int, actor: str) -> dict[str, Any]:
    """Set a level to what was counted; orders that lose pieces by it are listed."""
    difference, taken, served = shelves.count(tx, event, pair, counted, actor)
    at_risk = sorted({row["order_id"] for row in taken})
    if at_risk:
        numbers = [row["platform_no"] for row in orders.holdings(tx, at_risk)]
        exceptions.open_many(
            tx,
            [Found("COUNT_NEGATIVE", f"sku:{pair[0]}:{pair[1]}", note=", ".join(numbers))],
            actor,
        )
    settle(tx, served | set(at_risk), actor)
    return {"difference": difference, "at_risk": at_risk}
