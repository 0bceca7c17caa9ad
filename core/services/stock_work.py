"""What do people ask of the shelves, and what do they do to them? Each act counts once."""

from dataclasses import dataclass
from typing import Any, Final

from core.domain.errors import BadInput
from core.services import allocation
from core.store import catalogue, levels, lookup, settings, shelves, trail
from core.store.shelves import Move
from core.store.tx import Row, Tx

LOW_AT: Final = 5
LOW_AT_KEY: Final = "stock.low_at"
MOST_PIECES: Final = 1_000_000
CANDIDATES: Final = 8


@dataclass(frozen=True, slots=True)
class Level:
    """A SKU on the shelves of all warehouses, in pieces; `short` is what paid orders lack."""

    sku_id: int
    code: str
    name: str
    holds_stock: bool
    on_hand: int
    reserved: int
    quarantined: int
    short: int
    low_at: int

    @property
    def free(self) -> int:
        """Pieces that can still be promised."""
        return self.on_hand - self.reserved - self.quarantined

    @property
    def low(self) -> bool:
        """Whether fewer are free than the threshold asks for."""
        return self.holds_stock and self.free < self.low_at


def configure(tx: Tx, low_at: int) -> None:
    """Keep the shop's threshold for SKUs that have none of their own; called at the start."""
    settings.put(tx, LOW_AT_KEY, str(low_at))


def low_at(tx: Tx) -> int:
    """Return the shop's threshold."""
    return int(settings.get(tx, LOW_AT_KEY) or LOW_AT)


def find(tx: Tx, words: str, limit: int) -> list[Level]:
    """Return the SKUs that `words` (a code, a name, pinyin) may mean, the nearest first."""
    ids = [row["id"] for row in lookup.skus(tx, words, limit)]
    rows = levels.of_skus(tx, ids, low_at(tx))
    return [_level(rows[one]) for one in ids]


def get(tx: Tx, sku_id: int) -> Level | None:
    """Return one SKU's level."""
    row = levels.of_skus(tx, [sku_id], low_at(tx)).get(sku_id)
    return _level(row) if row else None


def running_low(tx: Tx, limit: int, offset: int) -> tuple[list[Level], int]:
    """Return a page of the SKUs that run low, the worst first, and how many there are."""
    low = low_at(tx)
    rows = levels.running_low(tx, low, limit, offset)
    return [_level(row) for row in rows], levels.count_low(tx, low)


def _level(row: Row) -> Level:
    return Level(
        row["id"],
        row["code"],
        row["name"],
        bool(row["holds_stock"]),
        row["on_hand"],
        row["reserved"],
        row["quarantined"],
        row["short"],
        row["low_at"],
    )


# ---- what is done to the shelves -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person does to the main warehouse: `event` makes it count once."""

    event: str
    code: str
    pieces: int
    actor: str
    reason: str = ""


def receive(tx: Tx, deed: Deed) -> dict[str, Any]:
    """Put pieces on the shelf (入库); waiting orders are topped up. Returns a receipt."""
    level = _the_sku(tx, deed.code)
    _sane(deed.pieces)
    warehouse = catalogue.main_warehouse(tx)
    move = Move(deed.event, level.sku_id, warehouse, deed.pieces)
    allocation.receive(tx, [move], deed.reason, deed.actor)
    return _receipt(tx, "receive", deed, level)


def count(tx: Tx, deed: Deed) -> dict[str, Any]:
    """Set the shelf to what was counted (盘点). Returns a receipt with the orders at risk."""
    level = _the_sku(tx, deed.code)
    _sane(deed.pieces)
    pair = (level.sku_id, catalogue.main_warehouse(tx))
    done = allocation.count(tx, deed.event, pair, deed.pieces, deed.actor)
    return {**_receipt(tx, "count", deed, level), "at_risk": len(done["at_risk"])}


def adjust(tx: Tx, deed: Deed) -> dict[str, Any]:
    """Correct the shelf by so many pieces, with a reason (调整). Returns a receipt."""
    level = _the_sku(tx, deed.code)
    _sane(abs(deed.pieces))
    pair = (level.sku_id, catalogue.main_warehouse(tx))
    served = shelves.adjust(tx, deed.event, pair, deed.pieces, deed.reason, deed.actor)
    allocation.settle(tx, served, deed.actor)
    return _receipt(tx, "adjust", deed, level)


def _sane(pieces: int) -> None:
    if pieces > MOST_PIECES:
        raise BadInput(
            f"数量 {pieces} 太大（最多 {MOST_PIECES}），请检查。",
            f"{pieces} pieces are too many (at most {MOST_PIECES}); please check.",
        )


def _the_sku(tx: Tx, words: str) -> Level:
    """Return the one SKU that is meant; whoever writes must name it without a doubt."""
    found = find(tx, words, CANDIDATES)
    if not found:
        raise BadInput(
            f"没有商品“{words}”。发“库存 名称”可以查编码。",
            f"There is no product {words!r}. /stock NAME finds its code.",
        )
    if len(found) > 1:
        codes = "、".join(level.code for level in found)
        listed = ", ".join(level.code for level in found)
        raise BadInput(
            f"“{words}”可能是：{codes}。请写完整编码。",
            f"{words!r} may be {listed}. Write the whole code.",
        )
    if not found[0].holds_stock:
        raise BadInput(
            f"{found[0].code} 不占库存（服务或邮费）。",
            f"{found[0].code} is a service and holds no stock.",
        )
    return found[0]


def _receipt(tx: Tx, act: str, deed: Deed, before: Level) -> dict[str, Any]:
    after = get(tx, before.sku_id)
    assert after is not None  # noqa: S101 - it was there a moment ago
    trail.note(
        tx, deed.actor, deed.event, act, f"sku:{before.sku_id}",
        before=before.on_hand, after=after.on_hand, reason=deed.reason,
    )  # fmt: skip
    return {
        "sku_id": before.sku_id,
        "code": before.code,
        "name": before.name,
        "before": before.on_hand,
        "after": after.on_hand,
        "free": after.free,
        "filled": max(0, before.short - after.short),
        "short": after.short,
    }
