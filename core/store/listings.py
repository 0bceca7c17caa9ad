"""What shops offer and shall display: pulled rows, wishes with their versions, pushes under way.

A wish is the newest number that a listing shall display. It coalesces (one row, one wish), a push
is claimed before it is sent, and one listing has one push under way at most: so no older number is
sent after a newer one (I16).
"""

from collections.abc import Iterable, Sequence

from core.domain.checkpoints import protected
from core.domain.listing import Offer
from core.store.tx import Row, Tx, packed

WISHED = "listings-wished"
"""The signal of a commit after which listings shall display something else."""

ONE_AT_A_TIME = "listings:one-push-at-a-time"
"""What a paired control test switches off: without it a push does not wait for the one before."""


def see(tx: Tx, shop_id: int, offers: Sequence[tuple[Offer, int | None]]) -> None:
    """Keep what a shop offers, each with the id of its SKU (None: unknown).

    A row that a push is under way for keeps the displayed number that the push will tell.
    """
    source = tx.relation(
        "rows", item="text", sku="text", code="text", title="text", on_sale="bigint",
        quantity="bigint", sku_id="bigint",
    )  # fmt: skip
    tx.run(
        "INSERT INTO listing (shop_id, item, sku, outer_code, title, on_sale, displayed_qty,"
        " displayed_at, sku_id, seen_at, next_at) SELECT CAST(:shop AS bigint), item, sku, code,"
        " title, on_sale, quantity, CASE WHEN quantity IS NOT NULL THEN CAST(:now AS bigint) END,"
        f" sku_id, CAST(:now AS bigint), CAST(:now AS bigint) FROM {source} AS seen WHERE true"
        " ON CONFLICT (shop_id, item, sku) DO UPDATE SET outer_code = excluded.outer_code,"
        " title = excluded.title, on_sale = excluded.on_sale, sku_id = excluded.sku_id,"
        " seen_at = excluded.seen_at, displayed_qty = CASE WHEN listing.lease_until > :now"
        " THEN listing.displayed_qty ELSE excluded.displayed_qty END, displayed_at = CASE WHEN"
        " listing.lease_until > :now THEN listing.displayed_at ELSE excluded.displayed_at END",
        rows=packed(
            [(o.item, o.sku, o.code, o.title, int(o.on_sale), o.quantity, s) for o, s in offers]
        ),
        shop=shop_id,
        now=tx.now,
    )


def forget(tx: Tx, shop_id: int, before: int) -> int:
    """Take out the listings of a shop that were not seen since; return how many."""
    return tx.run(
        "DELETE FROM listing WHERE shop_id = :shop AND seen_at < :before",
        shop=shop_id,
        before=before,
    )


def wish(tx: Tx) -> int:
    """Let every listing display what is free of its SKU now; return how many wishes are new.

    Free is on hand - reserved - quarantined over all warehouses; a bundle has as many as its
    scarcest part allows; what never stands on a shelf has no number.
    """
    wished = tx.run(
        "UPDATE listing SET desired_qty = shown.n, desired_version = desired_version + 1,"
        " acked_version = CASE WHEN desired_qty IS NULL AND displayed_qty = shown.n"
        " THEN desired_version + 1 ELSE acked_version END, next_at = :now, faults = 0"
        " FROM (WITH listed AS (SELECT DISTINCT l.sku_id FROM listing AS l JOIN sku AS s"
        " ON s.id = l.sku_id WHERE s.holds_stock = 1"
        "), parts AS (SELECT l.sku_id, COALESCE(b.part_id, l.sku_id) AS part_id,"
        " COALESCE(b.pieces, 1) AS pieces FROM listed AS l"
        " LEFT JOIN bundle_part AS b ON b.bundle_id = l.sku_id"
        "), free AS (SELECT p.part_id, COALESCE(SUM(t.on_hand - t.reserved - t.quarantined), 0)"
        " AS n FROM (SELECT DISTINCT part_id FROM parts) AS p"
        " LEFT JOIN stock AS t ON t.sku_id = p.part_id GROUP BY p.part_id"
        ") SELECT p.sku_id, MIN(CAST(f.n AS bigint) / p.pieces) AS n"
        " FROM parts AS p JOIN free AS f ON f.part_id = p.part_id GROUP BY p.sku_id"
        ") AS shown WHERE listing.sku_id = shown.sku_id"
        " AND listing.desired_qty IS DISTINCT FROM shown.n",
        now=tx.now,
    )
    if wished:
        tx.signals.add(WISHED)
    return wished


def pause(tx: Tx, sku_ids: Iterable[int], *, paused: bool) -> int:
    """Wish that the listings of SKUs be paused, or on sale again; return how many change."""
    tx.signals.add(WISHED)
    return tx.run(
        "UPDATE listing SET paused_at = CAST(:since AS bigint), next_at = :now, faults = 0"
        f" FROM {tx.relation('ids', id='bigint')} AS i WHERE listing.sku_id = i.id"
        " AND (listing.paused_at IS NULL) = (:paused = 1)",
        ids=packed([[one] for one in sorted(set(sku_ids))]),
        since=tx.now if paused else None,
        now=tx.now,
        paused=int(paused),
    )


def claim(tx: Tx, shop_id: int, limit: int, lease_ms: int) -> list[Row]:
    """Take the next pushes of a shop, decreases before increases, and none that is under way."""
    free = " AND lease_until <= :now" if protected(ONE_AT_A_TIME) else ""
    rows = tx.all(
        "SELECT id FROM listing WHERE shop_id = :shop AND acked_version < desired_version"
        f" AND next_at <= :now{free} ORDER BY CASE WHEN displayed_qty IS NULL"
        " OR desired_qty < displayed_qty THEN 0 ELSE 1 END, next_at, id LIMIT :limit",
        shop=shop_id,
        limit=limit,
        now=tx.now,
    )
    taken = {row["id"]: row for row in _take(tx, [row["id"] for row in rows], lease_ms)}
    return [taken[row["id"]] for row in rows if row["id"] in taken]


def _take(tx: Tx, ids: Sequence[int], lease_ms: int) -> list[Row]:
    return tx.all(
        "UPDATE listing SET sent_qty = desired_qty, sent_version = desired_version,"
        f" lease_until = :until FROM {tx.relation('ids', id='bigint')} AS i"
        " WHERE listing.id = i.id RETURNING listing.id, listing.item, listing.sku,"
        " listing.outer_code, listing.sent_qty, listing.sent_version, listing.faults",
        ids=packed([[one] for one in ids]),
        until=tx.now + lease_ms,
    )


def taken(tx: Tx, pushes: Sequence[Row]) -> None:
    """Note that the platform took pushes; each settles its own version and no later one."""
    tx.run(
        "UPDATE listing SET displayed_qty = p.n, displayed_at = :now, faults = 0, next_at = :now,"
        " lease_until = 0, acked_version = CASE WHEN listing.acked_version < p.version"
        " THEN p.version ELSE listing.acked_version END"
        f" FROM {tx.relation('rows', id='bigint', version='bigint', n='bigint')} AS p"
        " WHERE listing.id = p.id",
        rows=packed([(p["id"], p["sent_version"], p["sent_qty"]) for p in pushes]),
        now=tx.now,
    )


def put_off(
    tx: Tx, ids: Sequence[int], wait_ms: int, check_at: int | None, faults: int = 1
) -> None:
    """Give pushes back for later; with `check_at` nobody knows whether they landed."""
    tx.run(
        "UPDATE listing SET lease_until = 0, next_at = :next, faults = listing.faults + :faults,"
        " check_at = COALESCE(CAST(:check AS bigint), check_at)"
        f" FROM {tx.relation('ids', id='bigint')} AS i WHERE listing.id = i.id",
        ids=packed([[one] for one in ids]),
        next=tx.now + wait_ms,
        check=check_at,
        faults=faults,
    )


def to_check(tx: Tx, shop_id: int) -> bool:
    """Tell whether a push without an answer has to be looked after now."""
    return bool(
        tx.value(
            "SELECT COUNT(*) AS n FROM listing WHERE shop_id = :shop AND check_at <= :now",
            shop=shop_id,
            now=tx.now,
        )
    )


def checked(tx: Tx, shop_id: int) -> int:
    """After reading back: wish again what does not stand there; return how many differ."""
    differ = tx.run(
        "UPDATE listing SET desired_version = desired_version + 1, next_at = :now"
        " WHERE shop_id = :shop AND check_at <= :now AND desired_qty IS NOT NULL"
        " AND acked_version = desired_version AND displayed_qty IS DISTINCT FROM desired_qty",
        shop=shop_id,
        now=tx.now,
    )
    tx.run(
        "UPDATE listing SET check_at = NULL WHERE shop_id = :shop AND check_at <= :now",
        shop=shop_id,
        now=tx.now,
    )
    return differ


def to_shelve(tx: Tx, shop_id: int) -> list[Row]:
    """Return the listings that are not yet paused, or on sale, as is wished; one per item."""
    return tx.all(
        "SELECT MIN(id) AS id, item, MIN(sku) AS sku, MIN(outer_code) AS outer_code,"
        " MIN(paused_at) AS paused_at, MAX(COALESCE(desired_qty, 1)) AS n,"
        " MAX(faults) AS faults FROM listing WHERE shop_id = :shop AND next_at <= :now"
        " AND (pause_acked = 0) = (paused_at IS NOT NULL) GROUP BY item ORDER BY MIN(id)",
        shop=shop_id,
        now=tx.now,
    )


def shelved(tx: Tx, shop_id: int, item: str, *, paused: bool) -> None:
    """Note that an item is paused, or on sale again."""
    tx.run(
        "UPDATE listing SET pause_acked = :acked, on_sale = :sale, faults = 0, next_at = :now"
        " WHERE shop_id = :shop AND item = :item AND (paused_at IS NOT NULL) = (:acked = 1)",
        acked=int(paused),
        sale=int(not paused),
        shop=shop_id,
        item=item,
        now=tx.now,
    )


def of_shop(tx: Tx, shop_id: int) -> list[Row]:
    """Return every listing of a shop."""
    return tx.all("SELECT * FROM listing WHERE shop_id = :shop ORDER BY id", shop=shop_id)
