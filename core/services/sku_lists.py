"""Taking a list of SKUs in: all of it or nothing, in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.domain.sku_list import SkuRow
from core.services import allocation
from core.store import catalogue, shelves, sku_lists
from core.store.catalogue import SkuIn
from core.store.tx import Row, Tx

ADD, COUNT = "add", "count"


@dataclass(frozen=True, slots=True)
class ListHow:
    """How a list is taken in: `stock` is "", ADD or COUNT; `file` names its content."""

    file: str
    actor: str
    stock: str = ""
    pinyin: Callable[[str], tuple[str, str]] = field(default=lambda _: ("", ""))


@dataclass(slots=True)
class SkuTally:
    """What a list did: SKUs, bundles, and movements of stock."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bundles: int = 0
    moved: int = 0
    pieces: int = 0


def unknown_parts(tx: Tx, rows: Sequence[SkuRow]) -> dict[int, str]:
    """Return row → the code in its bundle that is neither in the list nor known, or a bundle."""
    keys = {catalogue.key(code) for row in rows for code, _ in row.parts}
    known = sku_lists.by_key(tx, keys)
    plain = {catalogue.key(row.code) for row in rows if not row.parts}
    bundled = {catalogue.key(row.code) for row in rows if row.parts}
    wrong: dict[int, str] = {}
    for row in rows:
        for code, _ in row.parts:
            key = catalogue.key(code)
            simple = key in plain or (key in known and not known[key]["bundled"])
            if key in bundled or not simple:
                wrong[row.row] = code
    return wrong


def take_in_skus(tx: Tx, rows: Sequence[SkuRow], how: ListHow) -> SkuTally:
    """Write the list: new SKUs are made, known ones changed only in the columns it has."""
    known = sku_lists.by_key(tx, [catalogue.key(row.code) for row in rows])
    tally = SkuTally()
    tally.new = sum(catalogue.key(row.code) not in known for row in rows)
    touched = catalogue.write_skus(
        tx, [_sku(row, known.get(catalogue.key(row.code)), how) for row in rows]
    )
    tally.changed = max(0, touched - tally.new)
    tally.unchanged = len(rows) - tally.new - tally.changed
    ids = catalogue.sku_ids(
        tx, [*(row.code for row in rows), *(part for row in rows for part, _ in row.parts)]
    )
    _bundles(tx, rows, ids, tally)
    if how.stock:
        _stock(tx, rows, ids, how, tally)
    return tally


def _sku(row: SkuRow, before: Row | None, how: ListHow) -> SkuIn:
    name = row.name if row.name is not None else (before["name"] if before else "")
    spelled, initials = how.pinyin(name)
    image = row.image if row.image is not None else (before["image"] if before else "")
    low_at = row.low_at if row.low_at is not None else (before["low_at"] if before else None)
    holds = bool(before["holds_stock"]) if before else True
    code = before["code"] if before else row.code
    return SkuIn(code, name, spelled, initials, image, holds, low_at)


def _bundles(tx: Tx, rows: Sequence[SkuRow], ids: dict[str, int], tally: SkuTally) -> None:
    of_rows = {ids[catalogue.key(row.code)]: row for row in rows if row.parts}
    before = sku_lists.bundles(tx, of_rows)
    for bundle, row in of_rows.items():
        totals: dict[int, int] = {}
        for code, pieces in row.parts:
            part = ids[catalogue.key(code)]
            totals[part] = totals.get(part, 0) + pieces
        parts = tuple(sorted(totals.items()))
        if before.get(bundle) != parts:
            catalogue.set_bundle(tx, bundle, parts)
            tally.bundles += 1


def _stock(
    tx: Tx, rows: Sequence[SkuRow], ids: dict[str, int], how: ListHow, tally: SkuTally
) -> None:
    """Add to the shelves or set them; each row of a file counts once. Bundles hold none."""
    warehouse = catalogue.main_warehouse(tx)
    given = {
        ids[catalogue.key(row.code)]: (f"file:{how.file}:{how.stock}:{row.row}", row.quantity)
        for row in rows
        if row.quantity is not None and not row.parts
    }
    done = sku_lists.counted_before(tx, [event for event, _ in given.values()])
    fresh = {sku: one for sku, one in given.items() if one[0] not in done}
    if how.stock == ADD:
        moves = [
            shelves.Move(event, sku, warehouse, pieces)
            for sku, (event, pieces) in fresh.items()
            if pieces
        ]
        allocation.receive(tx, moves, "SKU list", how.actor)
    else:
        moves = _count(tx, fresh, warehouse, how.actor)
    tally.moved = len(moves)
    tally.pieces = sum(move.on_hand for move in moves)


def _count(
    tx: Tx, counts: dict[int, tuple[str, int]], warehouse: int, actor: str
) -> list[shelves.Move]:
    """Set levels in one go; those below what orders hold are counted one by one."""
    levels = sku_lists.levels(tx, warehouse, counts)
    moves: list[shelves.Move] = []
    below: list[tuple[int, str, int]] = []
    for sku, (event, pieces) in counts.items():
        level = levels.get(sku)
        if level and pieces < level["reserved"] + level["quarantined"]:
            below.append((sku, event, pieces))
        else:
            before = level["on_hand"] if level else 0
            moves.append(shelves.Move(event, sku, warehouse, pieces - before))
    shelves.move_many(tx, moves, "COUNT", "SKU list", actor)
    allocation.top_up(tx, [(move.sku_id, warehouse) for move in moves], actor)
    for sku, event, pieces in below:
        allocation.count(tx, event, (sku, warehouse), pieces, actor)
    return moves
