"""What do staff see of an order: its card, a line of a list, its place among waiting parcels?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.exceptions import KINDS
from core.domain.order import (
    Axes,
    Callback,
    Fulfilment,
    Lineage,
    Phase,
    PlatformStatus,
    Refund,
    Stock,
    phase,
)
from core.store import exceptions, order_view, orders
from core.store.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line: pieces wanted, and how many of them are held, short, and gone."""

    code: str
    title: str
    pieces: int
    amount_fen: int
    known: bool
    holds_stock: bool
    closed: bool
    held: int
    short: int
    consumed: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of an order's history (UTC ms)."""

    at: int
    axis: str
    after: str
    actor: str


@dataclass(frozen=True, slots=True)
class Hold:
    """One open exception on an order."""

    id: int
    code: str
    zh: str
    en: str
    block: str
    note: str
    owner: str


@dataclass(frozen=True, slots=True)
class OrderCard:
    """What staff see of an order: everything but buyer data. `buyer` is a masked nick."""

    id: int
    version: int
    number: str
    shop: str
    zone: str
    currency: str
    phase: Phase
    stock: Stock
    mode: str
    lines: tuple[CardLine, ...]
    timeline: tuple[Moment, ...]
    holds: tuple[Hold, ...]
    waybills: tuple[tuple[str, str], ...]
    units: int
    gmv_fen: int
    postage_fen: int
    refund_fen: int
    buyer: str
    has_notes: bool
    placed_at: int
    paid_at: int | None


def axes(row: Row) -> Axes:
    """Return where the order of a row stands."""
    return Axes(
        PlatformStatus(row["platform_status"]),
        Refund(row["refund"]),
        Stock(row["stock"]),
        Fulfilment(row["fulfilment"]),
        Callback(row["callback"]),
        Lineage(row["lineage"]),
    )


def masked(name: str) -> str:
    """Return a buyer's nick so that nobody can be found by it: 小***店."""
    if len(name) <= 2:  # noqa: PLR2004 - first and last letter would be all of it
        return f"{name[:1]}*" if name else ""
    return f"{name[0]}***{name[-1]}"


def card(tx: Tx, order_id: int) -> OrderCard | None:
    """Return an order's card, or None if there is no such order."""
    row = order_view.order(tx, order_id)
    if row is None:
        return None
    holds = tuple(_hold(one) for one in exceptions.of_order(tx, order_id))
    return OrderCard(
        id=order_id,
        version=row["version"],
        number=row["platform_no"],
        shop=row["shop"],
        zone=row["zone"],
        currency=row["currency"],
        phase=phase(axes(row), blocked=any(hold.block for hold in holds)),
        stock=Stock(row["stock"]),
        mode=row["mode"],
        lines=tuple(_line(one) for one in order_view.card_lines(tx, order_id)),
        timeline=_timeline(row, orders.history(tx, order_id)),
        holds=holds,
        waybills=tuple(
            (one["courier"], one["waybill"]) for one in order_view.parcels(tx, order_id)
        ),
        units=row["units"],
        gmv_fen=row["gmv_fen"],
        postage_fen=row["postage_fen"],
        refund_fen=row["refund_fen"],
        buyer=masked(row["buyer_nick"]),
        has_notes=bool(row["buyer_note"] or row["seller_note"]),
        placed_at=row["placed_at"],
        paid_at=row["paid_at"],
    )


def _line(row: Row) -> CardLine:
    return CardLine(
        code=row["code"] or row["outer_code"],
        title=row["title"] or row["sku_name"] or "",
        pieces=row["pieces"],
        amount_fen=row["amount_fen"],
        known=row["sku_id"] is not None,
        holds_stock=bool(row["holds_stock"]),
        closed=bool(row["closed"]),
        held=row["held"],
        short=row["short"],
        consumed=row["consumed"],
    )


def _hold(row: Row) -> Hold:
    kind = KINDS[row["code"]]
    return Hold(
        row["id"], kind.code, kind.zh, kind.en, row["block"], row["note"], row["owner"] or ""
    )


def _timeline(order: Row, history: Sequence[Row]) -> tuple[Moment, ...]:
    placed = Moment(order["placed_at"], "placed", "", "")
    steps = [Moment(row["at"], row["axis"], row["after"], row["actor"]) for row in history]
    return tuple(sorted((placed, *steps), key=lambda step: step.at))


@dataclass(frozen=True, slots=True)
class Brief:
    """What a list shows of an order."""

    id: int
    version: int
    number: str
    shop: str
    zone: str
    currency: str
    phase: Phase
    mode: str
    title: str
    units: int
    gmv_fen: int
    placed_at: int
    paid_at: int | None


_SHOWN = (
    "id", "version", "shop", "zone", "currency", "mode", "units", "gmv_fen", "placed_at",
)  # fmt: skip


def briefs(tx: Tx, order_ids: Sequence[int]) -> list[Brief]:
    """Return what a list shows of orders, in the given order."""
    rows = order_view.briefs(tx, order_ids)
    return [_brief(rows[one]) for one in order_ids if one in rows]


def _brief(row: Row) -> Brief:
    values: dict[str, Any] = {name: row[name] for name in _SHOWN}
    return Brief(
        **values,
        number=row["platform_no"],
        phase=phase(axes(row), blocked=bool(row["blocked"])),
        title=row["title"] or "",
        paid_at=row["paid_at"],
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Parcels that wait for their label: one page of them, and how many there are.

    `stopped` are ready but for an open exception; `short` lack goods.
    """

    briefs: tuple[Brief, ...]
    total: int
    stopped: int
    short: int


def waiting_parcels(tx: Tx, limit: int, offset: int = 0) -> Waiting:
    """Return a page of the parcels that wait for their label, the longest paid first."""
    total, stopped = order_view.count_to_print(tx)
    short = {row["code"]: row["n"] for row in exceptions.open_by_code(tx)}.get("STOCK_SHORT", 0)
    page = briefs(tx, order_view.to_print(tx, limit, offset))
    return Waiting(tuple(page), total, stopped, short)
