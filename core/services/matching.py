"""What does a shop's own code stand for? A person says it once, and it is remembered."""

from typing import Any

from core.domain.errors import BadInput, Stale
from core.domain.order import wants_stock
from core.services import allocation
from core.store import catalogue, exceptions, orders, trail
from core.store.tx import Tx

UNMAPPED = "SKU_UNMAPPED"


def learn(tx: Tx, exception_id: int, code: str, who: tuple[str, str]) -> dict[str, Any]:
    """Say which SKU the unknown code of an exception means; `who` is (actor, source).

    Its lines get the SKU, paid live orders lock their stock, and the exception closes. Returns
    `outer` (the shop's code), `sku`, and how many `lines` and `orders` were waiting for it.
    """
    row = exceptions.get(tx, exception_id)
    if row is None or row["code"] != UNMAPPED:
        raise BadInput(
            f"#{exception_id} 不是“商品未匹配”，发“异常”查看编号。",
            f"#{exception_id} is not an unknown product; see /exceptions for the numbers.",
        )
    if not row["open"]:
        raise Stale("这个商品已经认过了。", "This product is matched already.")
    found = catalogue.sku_ids(tx, [code])
    if not found:
        raise BadInput(
            f"没有编码为“{code.strip()}”的商品，发“库存 名称”可以查编码。",
            f"There is no SKU {code.strip()!r}; /stock NAME finds the code.",
        )
    sku_id = next(iter(found.values()))
    _, shop, outer_key = row["subject"].split(":", 2)
    catalogue.learn_alias(tx, int(shop), row["note"], sku_id)
    order_ids, lines = orders.map_lines(tx, int(shop), outer_key, sku_id)
    _lock(tx, order_ids, who[0])
    exceptions.close_many(tx, UNMAPPED, [row["subject"]], f"matched to {code.strip()}")
    trail.note(tx, *who, "match", f"sku:{sku_id}", exception=exception_id, lines=lines)
    return {
        "outer": row["note"],
        "sku": code.strip(),
        "lines": lines,
        "orders": len(order_ids),
    }


def _lock(tx: Tx, order_ids: list[int], actor: str) -> None:
    """Lock what paid live orders among these now want."""
    waiting = [
        row["id"]
        for row in orders.states(tx, order_ids)
        if row["mode"] == "live" and wants_stock(row["platform_status"], row["refund"])
    ]
    ids = {line["sku_id"] for line in orders.lines(tx, waiting) if line["sku_id"] is not None}
    allocation.lock(tx, waiting, catalogue.described(tx, ids), actor)
