"""Open and settled exceptions: one open row per (code, subject), whoever finds it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.domain.exceptions import KINDS
from core.store.tx import Row, Tx, packed


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is wrong: its code, what it is about, and the order it stops, if any."""

    code: str
    subject: str
    order_id: int | None = None
    note: str = ""
    photo: str = ""
    block: str | None = None  # None: as the code says


def open_many(tx: Tx, found: Sequence[Found], opened_by: str) -> list[Row]:
    """Open exceptions, or count them again where they are open; return those newly opened."""
    if not found:
        return []
    source = tx.relation(
        "rows",
        code="text",
        subject="text",
        order_id="bigint",
        note="text",
        photo="text",
        block="text",
        priority="text",
    )
    unique = {(one.code, one.subject): one for one in found}
    rows = tx.all(
        "INSERT INTO exception (code, subject, order_id, state, open, block, priority, note,"
        " photo, opened_by, first_at, last_at) SELECT code, subject, order_id, 'OPEN', 1, block,"
        " priority, note, photo, CAST(:who AS text), CAST(:now AS bigint), CAST(:now AS bigint)"
        f" FROM {source} AS rows WHERE true ON CONFLICT (code, subject) WHERE open = 1"
        " DO UPDATE SET count = exception.count + 1, last_at = excluded.last_at"
        " RETURNING id, code, subject, order_id, count",
        rows=packed([_values(one) for one in unique.values()]),
        who=opened_by,
        now=tx.now,
    )
    return [row for row in rows if row["count"] == 1]


def _values(one: Found) -> tuple[str | int | None, ...]:
    kind = KINDS[one.code]
    block = kind.block if one.block is None else one.block
    return (one.code, one.subject, one.order_id, one.note, one.photo, block, kind.priority)


def close_many(tx: Tx, code: str, subjects: Iterable[str], proof: str) -> int:
    """Close open exceptions by themselves (AUTO_CLOSED) with the proof; return how many."""
    return tx.run(
        "UPDATE exception SET state = 'AUTO_CLOSED', open = 0, resolution = :proof,"
        " resolved_by = 'rule', resolved_at = :now, version = version + 1"
        " WHERE open = 1 AND code = :code AND subject IN"
        f" (SELECT subject FROM {tx.relation('rows', subject='text')} AS gone)",
        rows=packed([[one] for one in subjects]),
        code=code,
        proof=proof,
        now=tx.now,
    )


def get(tx: Tx, exception_id: int) -> Row | None:
    """Return one exception with its order number and its owner's name."""
    return tx.one(f"{_SELECT} WHERE e.id = :id", id=exception_id)


def listed(tx: Tx, limit: int, offset: int = 0, code: str = "") -> list[Row]:
    """Return open exceptions, the most urgent and oldest first."""
    return tx.all(
        f"{_SELECT} WHERE e.open = 1 AND (:code = '' OR e.code = :code)"
        " ORDER BY e.priority, e.first_at, e.id LIMIT :limit OFFSET :offset",
        limit=limit,
        offset=offset,
        code=code,
    )


def open_by_code(tx: Tx) -> list[Row]:
    """Return (code, n) for every code with open exceptions, the largest first."""
    return tx.all(
        "SELECT code, COUNT(*) AS n FROM exception WHERE open = 1"
        " GROUP BY code ORDER BY n DESC, code"
    )


def of_order(tx: Tx, order_id: int) -> list[Row]:
    """Return an order's open exceptions."""
    return tx.all(f"{_SELECT} WHERE e.open = 1 AND e.order_id = :id ORDER BY e.id", id=order_id)


def resolve(tx: Tx, exception_id: int, version: int, resolution: str, who: str) -> bool:
    """Settle an open exception if it is still at `version`."""
    return bool(
        tx.run(
            "UPDATE exception SET state = 'RESOLVED', open = 0, resolution = :resolution,"
            " resolved_by = :who, resolved_at = :now, version = version + 1"
            " WHERE id = :id AND version = :version AND open = 1",
            id=exception_id,
            version=version,
            resolution=resolution,
            who=who,
            now=tx.now,
        )
    )


def assign(tx: Tx, exception_id: int, version: int, person_id: int) -> bool:
    """Give an open exception to a person if it is still at `version`."""
    return bool(
        tx.run(
            "UPDATE exception SET state = 'ACKED', owner_id = :person, version = version + 1"
            " WHERE id = :id AND version = :version AND open = 1",
            id=exception_id,
            version=version,
            person=person_id,
        )
    )


def annotate(tx: Tx, exception_id: int, note: str, photo: str) -> bool:
    """Add a note and a photo (a stored file id) to an open exception."""
    return bool(
        tx.run(
            "UPDATE exception SET version = version + 1, last_at = :now,"
            " note = CASE WHEN :note = '' THEN note WHEN note = '' THEN :note"
            " ELSE note || '\n' || :note END,"
            " photo = CASE WHEN :photo = '' THEN photo ELSE :photo END"
            " WHERE id = :id AND open = 1",
            id=exception_id,
            note=note,
            photo=photo,
            now=tx.now,
        )
    )


def find_open(tx: Tx, code: str, subject: str) -> Row | None:
    """Return the open exception of a code and a subject."""
    return tx.one(
        f"{_SELECT} WHERE e.open = 1 AND e.code = :code AND e.subject = :subject",
        code=code,
        subject=subject,
    )


def count_open(tx: Tx, code: str = "") -> int:
    """Return how many exceptions are open, of all codes or of one."""
    found: int = tx.value(
        "SELECT COUNT(*) AS n FROM exception WHERE open = 1 AND (:code = '' OR code = :code)",
        code=code,
    )
    return found


_SELECT = (
    "SELECT e.*, o.platform_no, s.name AS shop, s.zone, p.name AS owner FROM exception AS e"
    " LEFT JOIN orders AS o ON o.id = e.order_id LEFT JOIN shop AS s ON s.id = o.shop_id"
    " LEFT JOIN person AS p ON p.id = e.owner_id"
)
