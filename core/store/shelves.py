"""What is physically on the shelves: receipts, counts, transfers, adjustments, quarantine.

Every movement is claimed by its event: the ledger row is written first, and only a row that was
new changes the level, so the same event never counts twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.errors import BadInput, Refusal
from core.store.stock import MOVED, Pair, fill, lock, take_back
from core.store.tx import Row, Tx, packed


@dataclass(frozen=True, slots=True)
class Move:
    """A change of one level: pieces that came (+), went (-), or were set aside."""

    event: str
    sku_id: int
    warehouse_id: int
    on_hand: int
    quarantined: int = 0


def level(tx: Tx, pair: Pair) -> tuple[int, int, int]:
    """Return (on hand, reserved, quarantined) of a pair; zeros if it was never stocked."""
    row = tx.one(
        "SELECT on_hand, reserved, quarantined FROM stock"
        " WHERE sku_id = :sku AND warehouse_id = :warehouse",
        sku=pair[0],
        warehouse=pair[1],
    )
    return (row["on_hand"], row["reserved"], row["quarantined"]) if row else (0, 0, 0)


def move_many(tx: Tx, moves: Sequence[Move], kind: str, reason: str, actor: str) -> int:
    """Carry out movements that are new; return how many were. Waiting orders are NOT topped up."""
    source = tx.relation(
        "rows",
        event="text",
        sku_id="bigint",
        warehouse_id="bigint",
        on_hand="bigint",
        quarantined="bigint",
    )
    fresh = tx.all(
        "INSERT INTO ledger (event, kind, sku_id, warehouse_id, on_hand, quarantined, reason,"
        " actor, at) SELECT event, CAST(:kind AS text), sku_id, warehouse_id, on_hand,"
        " quarantined, CAST(:reason AS text), CAST(:actor AS text), CAST(:now AS bigint)"
        f" FROM {source} AS moves WHERE true ON CONFLICT (event) DO NOTHING"
        " RETURNING sku_id, warehouse_id, on_hand, quarantined",
        rows=packed(
            [(m.event, m.sku_id, m.warehouse_id, m.on_hand, m.quarantined) for m in moves]
        ),
        kind=kind,
        reason=reason,
        actor=actor,
        now=tx.now,
    )
    _apply(tx, fresh)
    return len(fresh)


def _apply(tx: Tx, rows: Sequence[Row]) -> None:
    if rows:
        tx.signals.add(MOVED)
    totals: dict[Pair, tuple[int, int]] = {}
    for row in rows:
        pair = (row["sku_id"], row["warehouse_id"])
        on_hand, quarantined = totals.get(pair, (0, 0))
        totals[pair] = (on_hand + row["on_hand"], quarantined + row["quarantined"])
    changes = packed([(*pair, *change) for pair, change in sorted(totals.items())])
    source = tx.relation(
        "rows", sku_id="bigint", warehouse_id="bigint", on_hand="bigint", quarantined="bigint"
    )
    tx.run(
        "INSERT INTO stock (sku_id, warehouse_id) SELECT sku_id, warehouse_id"
        f" FROM {source} AS moves WHERE true ON CONFLICT (sku_id, warehouse_id) DO NOTHING",
        rows=changes,
    )
    tx.run(
        "UPDATE stock SET on_hand = stock.on_hand + g.on_hand,"
        f" quarantined = stock.quarantined + g.quarantined FROM {source} AS g"
        " WHERE stock.sku_id = g.sku_id AND stock.warehouse_id = g.warehouse_id",
        rows=changes,
    )


def receive(tx: Tx, moves: Sequence[Move], reason: str, actor: str) -> set[int]:
    """Put pieces on the shelves (入库), top waiting orders up; return which got some."""
    if any(move.on_hand <= 0 for move in moves):
        raise BadInput("入库数量要大于 0。", "Receive a quantity above 0.")
    move_many(tx, moves, "RECEIVE", reason, actor)
    return fill(tx, {(m.sku_id, m.warehouse_id) for m in moves}, actor)


def count(
    tx: Tx, event: str, pair: Pair, counted: int, actor: str
) -> tuple[int, list[Row], set[int]]:
    """Set a level to what was counted (盘点); return (difference, taken back, topped up).

    A count below what is reserved succeeds: the latest reservations go back into waiting.
    """
    if counted < 0:
        raise BadInput("盘点数不能小于 0。", "A count cannot be below 0.")
    lock(tx, packed([pair]))
    if tx.one("SELECT 1 AS x FROM ledger WHERE event = :event", event=event):
        return 0, [], set()
    on_hand, reserved, quarantined = level(tx, pair)
    if counted < quarantined:
        raise Refusal(
            f"隔离区有 {quarantined} 件，比盘点数 {counted} 多：请先处理隔离件。",
            f"{quarantined} pieces are quarantined, more than the {counted} counted:"
            " settle those first.",
        )
    missing = max(0, reserved + quarantined - counted)
    taken = take_back(tx, pair, missing, "count", actor) if missing else []
    move_many(tx, [Move(event, *pair, counted - on_hand)], "COUNT", f"counted {counted}", actor)
    return counted - on_hand, taken, fill(tx, [pair], actor)


def adjust(tx: Tx, event: str, pair: Pair, pieces: int, reason: str, actor: str) -> set[int]:
    """Correct a level by `pieces` with a reason (调整); only what is free can go."""
    if not reason:
        raise BadInput("调整库存要写原因。", "Say why the stock is adjusted.")
    lock(tx, packed([pair]))
    _need_free(tx, pair, -pieces, event)
    move_many(tx, [Move(event, *pair, pieces)], "ADJUST", reason, actor)
    return fill(tx, [pair], actor)


def transfer(
    tx: Tx, event: str, sku_id: int, way: tuple[int, int], pieces: int, actor: str
) -> set[int]:
    """Move free pieces from one warehouse to another (调拨): `way` = (from, to)."""
    source, to = (sku_id, way[0]), (sku_id, way[1])
    if pieces <= 0 or source == to:
        raise BadInput(
            "调拨要写两个不同的仓库和大于 0 的数量。",
            "A transfer needs two different warehouses and a quantity above 0.",
        )
    lock(tx, packed(sorted([source, to])))
    _need_free(tx, source, pieces, f"{event}:out")
    moves = [Move(f"{event}:out", *source, -pieces), Move(f"{event}:in", *to, pieces)]
    move_many(tx, moves, "TRANSFER", f"{way[0]} → {way[1]}", actor)
    return fill(tx, [to], actor)


def quarantine(tx: Tx, event: str, pair: Pair, pieces: int, reason: str, actor: str) -> set[int]:
    """Set free pieces aside (+) or give them back (-); they stay on hand but cannot be sold."""
    lock(tx, packed([pair]))
    _need_free(tx, pair, pieces, event)
    if -pieces > level(tx, pair)[2]:
        raise Refusal("隔离区没有这么多件。", "There are not that many pieces in quarantine.")
    move_many(tx, [Move(event, *pair, 0, pieces)], "ADJUST", reason, actor)
    return fill(tx, [pair], actor)


def _need_free(tx: Tx, pair: Pair, pieces: int, event: str) -> None:
    """Refuse unless `pieces` are free (a repeated event has had them already)."""
    on_hand, reserved, quarantined = level(tx, pair)
    free = on_hand - reserved - quarantined
    if pieces <= free or tx.one("SELECT 1 AS x FROM ledger WHERE event = :event", event=event):
        return
    raise Refusal(
        f"可用只有 {free} 件，不够 {pieces} 件；已锁给订单的不能动。",
        f"Only {free} pieces are free, not {pieces}; what orders hold cannot be taken.",
    )
