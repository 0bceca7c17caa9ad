"""How far was a shop asked for its orders? Cursors and windows, moved with what they brought."""

from core.store.tx import Row, Tx


def cursor(tx: Tx, shop_id: int, lane: str) -> int | None:
    """Return the moment up to which a lane of a shop is stored whole; None before it began."""
    found: int | None = tx.value(
        "SELECT until_at FROM poll_cursor WHERE shop_id = :shop AND lane = :lane",
        shop=shop_id,
        lane=lane,
    )
    return found


def begun(tx: Tx, shop_id: int, lane: str) -> int | None:
    """Return the moment at which a lane began; None if it did not."""
    found: int | None = tx.value(
        "SELECT since_at FROM poll_cursor WHERE shop_id = :shop AND lane = :lane",
        shop=shop_id,
        lane=lane,
    )
    return found


def begin(tx: Tx, shop_id: int, lane: str, span: tuple[int, int], pages: int) -> int:
    """Open a window of a lane in place of one that broke off; return its id."""
    tx.run(
        "DELETE FROM poll_window WHERE shop_id = :shop AND lane = :lane AND done_at IS NULL",
        shop=shop_id,
        lane=lane,
    )
    row = tx.one(
        "INSERT INTO poll_window (shop_id, lane, since_at, until_at, pages, begun_at)"
        " VALUES (:shop, :lane, :since, :until, :pages, :now) RETURNING id",
        shop=shop_id,
        lane=lane,
        since=span[0],
        until=span[1],
        pages=pages,
        now=tx.now,
    )
    assert row is not None  # noqa: S101 - inserted above
    window: int = row["id"]
    return window


def stored(tx: Tx, window: int, seen: int) -> None:
    """Note that one more page of a window is kept; `seen` orders stood on it."""
    tx.run(
        "UPDATE poll_window SET stored = stored + 1, seen = seen + :seen WHERE id = :id",
        id=window,
        seen=seen,
    )


def close(tx: Tx, window: int) -> bool:
    """Move the cursor to the end of a window whose pages are all kept; False if they are not."""
    done = tx.run(
        "UPDATE poll_window SET done_at = :now WHERE id = :id AND stored >= pages",
        id=window,
        now=tx.now,
    )
    if done:
        tx.run(
            "INSERT INTO poll_cursor (shop_id, lane, since_at, until_at, updated_at)"
            " SELECT shop_id, lane, since_at, until_at, CAST(:now AS bigint) FROM poll_window"
            " WHERE id = :id ON CONFLICT (shop_id, lane) DO UPDATE SET"
            " until_at = excluded.until_at, updated_at = excluded.updated_at",
            id=window,
            now=tx.now,
        )
    return done == 1


def windows(tx: Tx, shop_id: int, lane: str) -> list[Row]:
    """Return the windows of a lane, oldest first."""
    return tx.all(
        "SELECT since_at, until_at, pages, stored, seen, done_at FROM poll_window"
        " WHERE shop_id = :shop AND lane = :lane ORDER BY id",
        shop=shop_id,
        lane=lane,
    )


def start_over(tx: Tx, shop_id: int, lane: str) -> None:
    """Forget how far a lane came: it is asked again from its beginning."""
    for table in ("poll_window", "poll_cursor"):
        tx.run(
            f"DELETE FROM {table} WHERE shop_id = :shop AND lane = :lane", shop=shop_id, lane=lane
        )


def prune(tx: Tx, before: int) -> int:
    """Forget windows that ended before; the newest of each lane stays."""
    return tx.run(
        "DELETE FROM poll_window WHERE done_at IS NOT NULL AND until_at < :before AND NOT EXISTS"
        " (SELECT 1 FROM poll_cursor AS c WHERE c.shop_id = poll_window.shop_id"
        " AND c.lane = poll_window.lane AND c.until_at = poll_window.until_at)",
        before=before,
    )


def faults(tx: Tx) -> list[str]:
    """Return what breaks I17: a gap between windows, a page left out, a cursor gone ahead."""
    gaps = tx.all(
        "SELECT * FROM (SELECT shop_id, lane, since_at, LAG(until_at) OVER"
        " (PARTITION BY shop_id, lane ORDER BY until_at, id) AS was FROM poll_window"
        " WHERE done_at IS NOT NULL) AS tiles WHERE was IS NOT NULL AND since_at >= was LIMIT 5"
    )
    pages = tx.all(
        "SELECT id, stored, pages FROM poll_window"
        " WHERE done_at IS NOT NULL AND stored < pages LIMIT 5"
    )
    ahead = tx.all(
        "SELECT c.shop_id, c.lane FROM poll_cursor AS c WHERE c.until_at <>"
        " (SELECT COALESCE(MAX(w.until_at), 0) FROM poll_window AS w WHERE w.shop_id = c.shop_id"
        " AND w.lane = c.lane AND w.done_at IS NOT NULL) LIMIT 5"
    )
    return [
        *(
            f"shop {r['shop_id']} {r['lane']}: not asked {r['was']} to {r['since_at']}"
            for r in gaps
        ),
        *(f"window {r['id']}: {r['stored']} of {r['pages']} pages are stored" for r in pages),
        *(f"shop {r['shop_id']} {r['lane']}: its cursor is not at a window's end" for r in ahead),
    ]
