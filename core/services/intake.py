"""Taking orders in: the same function for files, polls and pushes.

A page is upserted in one transaction: unchanged orders cost a look-up, older versions are
ignored, newly paid live orders lock stock, cancelled ones give it back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.domain.checkpoints import checkpoint
from core.domain.intake import Mode, OrderIn, Page, Tally, WriteOffIn
from core.domain.order import START, Stock, is_cancelled, may_move, wants_stock
from core.services import allocation
from core.store import catalogue, documents, exceptions, orders, shelves, stock
from core.store.catalogue import Shop, Sku, SkuIn
from core.store.exceptions import Found
from core.store.orders import Step
from core.store.tx import Row, Tx

HELD = "PLATFORM_HOLD"


@dataclass(frozen=True, slots=True)
class How:
    """How a channel's orders are taken in.

    `create_skus`: unknown codes become SKUs (else they are exceptions). `services` are keys of
    codes that are sold but never on a shelf: postage, fees.
    """

    mode: Mode
    actor: str
    create_skus: bool = False
    services: frozenset[str] = field(default=frozenset())


def take_in(tx: Tx, shop: Shop, page: Page, how: How) -> Tally:
    """Store what a channel brought and do what follows from it; return what happened."""
    tally = Tally()
    skus = _skus(tx, shop, page, how)
    known = orders.known(tx, shop.id, {order.platform_no for order in page.orders})
    fresh, changed = sort(page.orders, known, tally)
    ids = orders.insert(tx, shop.id, how.mode, fresh)
    rows = {**known, **{number: _begun(number, id_) for number, id_ in ids.items()}}
    orders.update(tx, [(rows[order.platform_no]["id"], order) for order in changed])
    both = [(rows[order.platform_no]["id"], order) for order in (*fresh, *changed)]
    checkpoint("intake:orders-written")
    orders.write_lines(tx, both, {code: sku.id for code, sku in skus.items()})
    orders.drop_lines(tx, [pair for pair in both if pair[1].platform_no in known])
    checkpoint("intake:lines-written")
    _move(tx, rows, (*fresh, *changed), how)
    if how.mode is Mode.LIVE:
        _hold(tx, both, known, how)
        tally.short = _follow(tx, shop, [order.platform_no for _, order in both], skus, how)
    tally.lines = sum(len(order.lines) for _, order in both)
    _documents(tx, shop, page, how, tally)
    return tally


def _begun(number: str, order_id: int) -> Row:
    return {"id": order_id, "platform_no": number, **START}


def sort(
    page: Sequence[OrderIn], known: dict[str, Row], tally: Tally
) -> tuple[list[OrderIn], list[OrderIn]]:
    """Split into new and changed orders; the last version of a number on a page counts."""
    fresh: dict[str, OrderIn] = {}
    changed: dict[str, OrderIn] = {}
    for order in page:
        row = known.get(order.platform_no)
        if row is None:
            if not _is_older(order, fresh.get(order.platform_no)):
                fresh[order.platform_no] = order
        elif bytes(row["digest"]) == order.digest:
            tally.unchanged += 1
        elif _older_than(order, row["modified_at"]):
            tally.older += 1
        elif not _is_older(order, changed.get(order.platform_no)):
            changed[order.platform_no] = order
    tally.new, tally.changed = len(fresh), len(changed)
    return list(fresh.values()), list(changed.values())


def _is_older(order: OrderIn, other: OrderIn | None) -> bool:
    return other is not None and _older_than(order, other.modified_at)


def _older_than(order: OrderIn, modified_at: int | None) -> bool:
    return (
        modified_at is not None
        and order.modified_at is not None
        and order.modified_at < modified_at
    )


def _skus(tx: Tx, shop: Shop, page: Page, how: How) -> dict[str, Sku]:
    names: dict[str, tuple[str, str]] = {}
    for order in page.orders:
        for line in order.lines:
            names.setdefault(catalogue.key(line.outer_code), (line.outer_code, line.title))
    names.pop("", None)
    found = catalogue.resolve(tx, shop.id, names)
    missing = [code for code in names if code not in found]
    if missing and how.create_skus:
        catalogue.create_missing(
            tx, [SkuIn(*names[code], holds_stock=code not in how.services) for code in missing]
        )
        found.update(catalogue.resolve(tx, shop.id, missing))
    services = [code for code, sku in found.items() if sku.holds_stock and code in how.services]
    if services:  # listed as goods by mistake: the channel knows better
        catalogue.hold_no_stock(tx, [found[code].id for code in services])
        found.update(catalogue.resolve(tx, shop.id, services))
    return found


def _move(tx: Tx, rows: dict[str, Row], page: Iterable[OrderIn], how: How) -> None:
    """Move the platform's axes forward; a step back (a late, older word) is not taken."""
    steps: list[Step] = []
    for order in page:
        row = rows[order.platform_no]
        at = order.modified_at or order.paid_at or order.placed_at
        for axis, after in (("platform_status", order.status), ("refund", order.refund)):
            if may_move(axis, row[axis], after):
                steps.append(Step(row["id"], axis, row[axis], after, at))
    orders.move(tx, steps, how.actor)


def _hold(tx: Tx, both: Sequence[tuple[int, OrderIn]], known: dict[str, Row], how: How) -> None:
    """Stop orders that the platform holds back, and let go of those that it released."""
    held = [Found(HELD, f"order:{id_}", id_) for id_, order in both if order.held]
    exceptions.open_many(tx, held, how.actor)
    free = [f"order:{id_}" for id_, order in both if order.platform_no in known and not order.held]
    if free:
        exceptions.close_many(tx, HELD, free, "released by the platform")


def _follow(tx: Tx, shop: Shop, numbers: Sequence[str], skus: dict[str, Sku], how: How) -> int:
    """Do to live orders what their new state asks for; return how many are short of stock."""
    to_lock: list[int] = []
    to_release: list[Row] = []
    to_consume: list[Row] = []
    to_enliven: list[int] = []
    for row in orders.known(tx, shop.id, numbers).values():
        open_stock = row["stock"] in (Stock.HELD, Stock.SHORT)
        if is_cancelled(row["platform_status"], row["refund"], row["fulfilment"]):
            if open_stock:
                to_release.append(row)
        elif wants_stock(row["platform_status"], row["refund"]):
            to_lock.append(row["id"])
            if row["mode"] == Mode.HISTORY:  # kept before the shop went live, and open still
                to_enliven.append(row["id"])
        elif open_stock:
            to_consume.append(row)
    if to_enliven:
        orders.enliven(tx, to_enliven)
    allocation.release(tx, to_release, "order cancelled", how.actor)
    _shipped_elsewhere(tx, to_consume, how)
    _open_unmapped(tx, shop, to_lock, how)
    touched = _resize(tx, to_lock, skus, how)
    by_id = {sku.id: sku for sku in skus.values()}
    short = allocation.lock(tx, to_lock, by_id, how.actor)
    allocation.top_up(tx, touched, how.actor)
    return short


def _shipped_elsewhere(tx: Tx, rows: Sequence[Row], how: How) -> None:
    """The goods left without us: take them off the shelves, and say so."""
    allocation.consume(tx, rows, "shipped at the platform", how.actor)
    exceptions.open_many(
        tx,
        [Found("PLATFORM_SHIPPED", f"order:{row['id']}", row["id"]) for row in rows],
        how.actor,
    )


def _open_unmapped(tx: Tx, shop: Shop, order_ids: Sequence[int], how: How) -> None:
    codes = {
        line["outer_code"]
        for line in orders.lines(tx, order_ids)
        if line["sku_id"] is None and not line["closed"]
    }
    exceptions.open_many(
        tx,
        [
            Found("SKU_UNMAPPED", f"code:{shop.id}:{catalogue.key(code)}", note=code)
            for code in sorted(codes)
        ],
        how.actor,
    )


def _resize(tx: Tx, order_ids: Sequence[int], skus: dict[str, Sku], how: How) -> set[stock.Pair]:
    """Bring allocations of changed orders to what their lines now want; return freed pairs."""
    by_id = {sku.id: sku for sku in skus.values()}
    freed: set[stock.Pair] = set()
    wanted: dict[tuple[int, int], int] = {}
    for line in orders.lines(tx, order_ids):
        sku = by_id.get(line["sku_id"])
        if sku and sku.holds_stock and not line["closed"]:
            for part, pieces in sku.parts:
                wanted[line["id"], part] = line["pieces"] * pieces
    for held in stock.of_orders(tx, order_ids):
        extra = wanted.get((held["line_id"], held["sku_id"]), 0) - held["wanted"]
        if extra < 0:
            freed.add(stock.shrink(tx, held, -extra, how.actor))
        elif extra > 0:
            freed.add(stock.grow(tx, held, extra))
    return freed


def _documents(tx: Tx, shop: Shop, page: Page, how: How, tally: Tally) -> None:
    tally.refunds = documents.write_refunds(tx, shop.id, page.refunds)
    fresh = documents.write_write_offs(tx, shop.id, page.write_offs)
    tally.write_offs = len(fresh)
    if how.mode is Mode.LIVE:
        _write_off(tx, shop, fresh, how)
    tally.quarantined = len(page.bad)
    if page.bad and documents.quarantine(tx, shop.id, page.bad):
        sources = sorted({one.source for one in page.bad})
        exceptions.open_many(
            tx,
            [Found("INTAKE_FIELD", f"source:{shop.id}:{name}", note=name) for name in sources],
            how.actor,
        )


def _write_off(tx: Tx, shop: Shop, write_offs: Sequence[WriteOffIn], how: How) -> None:
    """Take written-off pieces off the shelves, as far as they are free."""
    skus = catalogue.resolve(tx, shop.id, {one.outer_code for one in write_offs})
    warehouse = catalogue.main_warehouse(tx)
    for one in write_offs:
        sku = skus.get(catalogue.key(one.outer_code))
        if sku is None or not sku.holds_stock:
            continue
        on_hand, reserved, quarantined = shelves.level(tx, (sku.id, warehouse))
        gone = min(one.pieces, on_hand - reserved - quarantined)
        if gone:
            event = f"write-off:{shop.id}:{one.doc_no}:{one.line_no}"
            move = shelves.Move(event, sku.id, warehouse, -gone)
            shelves.move_many(tx, [move], "ADJUST", one.note or "written off", how.actor)
