"""Which order does a person mean, and what is to be seen of it?"""

import re
from collections.abc import Callable, Iterator, Sequence
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
from core.domain.staff import BUYER_DATA, Role
from core.store import exceptions, lookup, orders
from core.store.tx import Row, Tx

LIMIT = 200
"""At most this many orders are listed for one fragment."""
SKUS_LOOKED_AT = 20
TAIL_AT_LEAST = 4
NICK_AT_LEAST = 2
PHONE_DIGITS = 11

AMOUNT = re.compile(r"([¥￥])?\s*(\d{1,9})(?:\.(\d{1,2}))?\s*(元|块|rmb|cny)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """One way in which the fragment was understood, and how many orders that gave.

    `kind` is number, waybill, number_tail, waybill_tail, phone, nick, amount, sku, number_start,
    nick_start or goods; `what` names the SKU or goods that were meant.
    """

    kind: str
    count: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The orders of a fragment, the likeliest first; `more`: there are more than are listed."""

    order_ids: tuple[int, ...]
    matches: tuple[Match, ...]
    more: bool = False


Way = tuple[str, str, Callable[[], list[int]]]


def find(tx: Tx, fragment: str, role: Role) -> Found:
    """Return the orders that `fragment` may mean.

    A whole order number or waybill number stands alone. Otherwise every reading is tried, the
    likeliest first. Phones are only read by roles that may see buyer data.
    """
    words = fragment.strip().lstrip("#").strip()
    if not words:
        return Found((), ())
    spelt = sorted({words, words.upper(), words.lower()})
    for kind, ids in (
        ("number", lookup.exact(tx, spelt, LIMIT)),
        ("waybill", lookup.by_waybill(tx, words.upper(), LIMIT)),
    ):
        if ids:
            return Found(tuple(ids), (Match(kind, len(ids)),))
    order_ids: dict[int, None] = {}
    matches = []
    more = False
    for kind, what, ask in _ways(tx, words, role):
        ids = [one for one in ask() if one not in order_ids]
        if ids:
            matches.append(Match(kind, len(ids), what))
            more = more or len(ids) >= LIMIT
            order_ids.update(dict.fromkeys(ids))
    listed = tuple(order_ids)
    return Found(listed[:LIMIT], tuple(matches), more or len(listed) > LIMIT)


def _ways(tx: Tx, words: str, role: Role) -> Iterator[Way]:
    """Yield (kind, what is meant, question) for each reading of `words`, the likeliest first."""
    fen, marked = amount(words)
    money: Way = ("amount", "", lambda: lookup.by_amount(tx, fen, LIMIT))
    if marked:
        yield money
        return
    yield from _number_ways(tx, words, role)
    yield "nick", "", lambda: lookup.by_nick(tx, words, LIMIT)
    if fen > 0:
        yield money
    yield from _goods_ways(tx, words)
    if len(words) >= NICK_AT_LEAST:
        yield "nick_start", "", lambda: lookup.by_nick_start(tx, words, LIMIT)


def _number_ways(tx: Tx, words: str, role: Role) -> Iterator[Way]:
    if len(words) < TAIL_AT_LEAST or not words.isascii() or " " in words:
        return
    upper = words.upper()
    yield "number_tail", "", lambda: lookup.by_tail(tx, words, LIMIT)
    yield "waybill_tail", "", lambda: lookup.by_waybill_tail(tx, upper, LIMIT)
    if role in BUYER_DATA and words.isdigit() and len(words) in (TAIL_AT_LEAST, PHONE_DIGITS):
        yield "phone", "", lambda: lookup.by_phone(tx, words, LIMIT)
    yield "number_start", "", lambda: lookup.by_start(tx, words, LIMIT)


def _goods_ways(tx: Tx, words: str) -> Iterator[Way]:
    skus = lookup.skus(tx, words, SKUS_LOOKED_AT)
    if not skus:
        return
    ids = [row["id"] for row in skus]
    whole = skus[0]["how"] == "code"
    what = skus[0]["name"] or skus[0]["code"]
    if len(skus) > 1:
        what = f"{what} …"
    yield "sku" if whole else "goods", what, lambda: lookup.by_skus(tx, ids, LIMIT)


def amount(words: str) -> tuple[int, bool]:
    """Read `words` as an amount: (fen, whether it can be nothing else); (0, False) if it is none.

    A sign, a unit or a decimal point mark an amount; bare digits may be one.
    """
    found = AMOUNT.fullmatch(words.replace(",", ""))
    if not found:
        return 0, False
    sign, whole, part, unit = found.groups()
    fen = int(whole) * 100 + int((part or "").ljust(2, "0"))
    return fen, bool(sign or unit or part)


# ---- one order -------------------------------------------------------------------------------


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
    row = lookup.order(tx, order_id)
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
        lines=tuple(_line(one) for one in lookup.card_lines(tx, order_id)),
        timeline=_timeline(row, orders.history(tx, order_id)),
        holds=holds,
        waybills=tuple((one["courier"], one["waybill"]) for one in lookup.parcels(tx, order_id)),
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
    title: str
    units: int
    gmv_fen: int
    placed_at: int
    paid_at: int | None


def briefs(tx: Tx, order_ids: Sequence[int]) -> list[Brief]:
    """Return what a list shows of orders, in the given order."""
    rows = lookup.briefs(tx, order_ids)
    return [_brief(rows[one]) for one in order_ids if one in rows]


def _brief(row: Row) -> Brief:
    values: dict[str, Any] = {
        name: row[name]
        for name in ("id", "version", "shop", "zone", "currency", "units", "gmv_fen", "placed_at")
    }
    return Brief(
        **values,
        number=row["platform_no"],
        phase=phase(axes(row), blocked=bool(row["blocked"])),
        title=row["title"] or "",
        paid_at=row["paid_at"],
    )


# ---- turning pages, waiting parcels ----------------------------------------------------------


def keep_search(tx: Tx, words: str, person_id: int) -> int:
    """Remember a search so that buttons can turn its pages; return its id."""
    return lookup.keep_search(tx, words, person_id)


def search_words(tx: Tx, search_id: int, person_id: int) -> str | None:
    """Return what that person searched for, or None if it is forgotten."""
    return lookup.search_words(tx, search_id, person_id)


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
    total, stopped = lookup.count_to_print(tx)
    short = {row["code"]: row["n"] for row in exceptions.open_by_code(tx)}.get("STOCK_SHORT", 0)
    page = briefs(tx, lookup.to_print(tx, limit, offset))
    return Waiting(tuple(page), total, stopped, short)
