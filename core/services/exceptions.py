"""What do people do with exceptions: flag an order, take one on, settle it? All of it audited."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.domain import topics
from core.domain.errors import BadInput, Refusal, Stale
from core.domain.exceptions import FLAG_TYPES, KINDS, Kind
from core.domain.kpi import DEFAULT_ZONE
from core.domain.staff import Person
from core.store import alerts, exceptions, lookup, orders, trail
from core.store.exceptions import Found
from core.store.tx import Row, Tx

FLAG = "CLERK_FLAG"
NOTE_LIMIT = 1000
SETTLED_BY_FACTS = frozenset({"STOCK_SHORT", "SKU_UNMAPPED", "PLATFORM_HOLD"})
"""Codes that close by themselves when the fact is gone, and by nothing else."""

REASONS = (
    ("fixed", "已处理好", "dealt with"),
    ("buyer", "已和买家确认", "agreed with the buyer"),
    ("nothing", "没有问题", "nothing was wrong"),
    ("cancel", "订单不发了", "the order will not be sent"),
)
"""Why an exception may be settled: (id, Chinese, English)."""


@dataclass(frozen=True, slots=True)
class Flag:
    """What a person reports of an order; `photo` is a stored file id, never the picture."""

    order_id: int
    type: str
    note: str = ""
    photo: str = ""


def flag(tx: Tx, flagged: Flag, actor: str, source: str) -> dict[str, Any]:
    """Open an exception on an order, or add to the open one of the same type.

    Returns its `id`, `version`, `type`, the order's `number`, and whether it is `new`.
    """
    number = order_number(tx, flagged.order_id)
    if flagged.type not in {type_id for type_id, _, _ in FLAG_TYPES}:
        raise BadInput(
            "没有这种异常类型，请用按钮选择。", "There is no such type; use the buttons."
        )
    subject = f"order:{flagged.order_id}:{flagged.type}"
    note = _checked(flagged.note)
    opened = exceptions.open_many(
        tx, [Found(FLAG, subject, flagged.order_id, note, flagged.photo)], actor
    )
    row = exceptions.find_open(tx, FLAG, subject)
    assert row is not None  # noqa: S101 - opened above
    if not opened:
        exceptions.annotate(tx, row["id"], note, flagged.photo)
    trail.note(
        tx, actor, source, "flag", f"order:{flagged.order_id}", exception=row["id"],
        type=flagged.type, photo=bool(flagged.photo), again=not opened,
    )  # fmt: skip
    if opened:
        facts = {"order": flagged.order_id, "exception": row["id"], "type": flagged.type}
        alerts.raise_many(tx, topics.EXCEPTIONS.name, [(f"flag:{row['id']}", subject, facts)])
    found = _required(tx, row["id"])
    return {
        "id": found["id"],
        "version": found["version"],
        "type": flagged.type,
        "number": number,
        "new": bool(opened),
    }


def add_note(
    tx: Tx, exception_id: int, note: str, photo: str, who: tuple[str, str]
) -> dict[str, Any]:
    """Add words or a photo to an open exception; `who` is (actor, source)."""
    text = _checked(note)
    if not text and not photo:
        raise BadInput("请写几个字，或发一张照片。", "Write a few words, or send a photo.")
    row = _required(tx, exception_id)
    if not exceptions.annotate(tx, exception_id, text, photo):
        raise _gone(row)
    trail.note(tx, *who, "flag-note", f"exception:{exception_id}", photo=bool(photo))
    return {"id": exception_id, "number": row["platform_no"] or "", "photo": bool(photo)}


def _checked(note: str) -> str:
    if len(note) > NOTE_LIMIT:
        raise BadInput(
            f"备注太长：最多 {NOTE_LIMIT} 字，现在 {len(note)} 字。",
            f"The note is too long: at most {NOTE_LIMIT} characters, this has {len(note)}.",
        )
    return note.strip()


def order_number(tx: Tx, order_id: int) -> str:
    """Return the platform's number of an order."""
    rows = orders.holdings(tx, [order_id])
    if not rows:
        raise Refusal("没有这个订单了。", "There is no such order any more.")
    number: str = rows[0]["platform_no"]
    return number


def assign(tx: Tx, exception_id: int, version: int, person: Person, source: str) -> dict[str, Any]:
    """Give an exception to `person`; Stale if it changed since it was shown."""
    row = _required(tx, exception_id)
    if not exceptions.assign(tx, exception_id, version, person.id):
        raise _gone(row)
    trail.note(
        tx, f"person:{person.id}", source, "assign", f"exception:{exception_id}",
        before=row["owner_id"], after=person.id,
    )  # fmt: skip
    return {"id": exception_id, "before": row["owner"] or "", "after": person.name}


def resolve(
    tx: Tx, exception_id: int, version: int, reason: str, who: tuple[str, str]
) -> dict[str, Any]:
    """Settle an exception with a reason; `who` is (actor, source).

    Stale if it changed since it was shown; refused where only the facts can settle it.
    """
    row = _required(tx, exception_id)
    if not reason.strip():
        raise BadInput("请写处理结果。", "Say how it was settled.")
    kind = KINDS[row["code"]]
    if kind.code in SETTLED_BY_FACTS and row["open"]:
        raise Refusal(
            f"“{kind.zh}”会在问题消失后自动关闭（到货、补编码、平台放行或取消订单），不能手工关闭。",
            f"'{kind.en}' closes by itself once goods arrive, the code is known, the platform"
            " lets the order go or it is cancelled; it cannot be closed by hand.",
        )
    if not exceptions.resolve(tx, exception_id, version, _checked(reason), who[0]):
        raise _gone(row)
    trail.note(tx, *who, "resolve", f"exception:{exception_id}", before=row["state"])
    return {"id": exception_id, "code": kind.code, "number": row["platform_no"] or ""}


def _required(tx: Tx, exception_id: int) -> Row:
    row = exceptions.get(tx, exception_id)
    if row is None:
        raise Refusal("没有这条异常。", "There is no such exception.")
    return row


def _gone(row: Row) -> Stale:
    if not row["open"]:
        return Stale("这条异常已经关闭了。", "This exception is closed already.")
    return Stale(
        "这条异常刚被别人改过，请刷新后再看。",
        "Somebody changed this exception just now; refresh and look again.",
    )


@dataclass(frozen=True, slots=True)
class Issue:
    """One exception as people see it; `number` is the order's, if it is about one."""

    id: int
    version: int
    kind: Kind
    subject: str
    order_id: int | None
    number: str
    shop: str
    zone: str
    open: bool
    note: str
    has_photo: bool
    owner: str
    opened_by: str
    first_at: int
    count: int
    what: str
    resolution: str


def get(tx: Tx, exception_id: int) -> Issue:
    """Return one exception; Refusal if there is none."""
    return _issue(tx, _required(tx, exception_id))


def listed(tx: Tx, limit: int, offset: int, code: str = "") -> tuple[list[Issue], int]:
    """Return a page of the open exceptions, the most urgent first, and how many there are."""
    rows: Sequence[Row] = exceptions.listed(tx, limit, offset, code)
    return [_issue(tx, row) for row in rows], exceptions.count_open(tx, code)


def _issue(tx: Tx, row: Row) -> Issue:
    return Issue(
        id=row["id"],
        version=row["version"],
        kind=KINDS[row["code"]],
        subject=row["subject"],
        order_id=row["order_id"],
        number=row["platform_no"] or "",
        shop=row["shop"] or "",
        zone=row["zone"] or DEFAULT_ZONE,
        open=bool(row["open"]),
        note=row["note"],
        has_photo=bool(row["photo"]),
        owner=row["owner"] or "",
        opened_by=row["opened_by"],
        first_at=row["first_at"],
        count=row["count"],
        what=_what(tx, row),
        resolution=row["resolution"],
    )


def _what(tx: Tx, row: Row) -> str:
    """Name what an exception without an order is about: a SKU's code, a flag's type."""
    about, _, rest = str(row["subject"]).partition(":")
    if about == "sku":
        return lookup.sku_code(tx, int(rest.split(":")[0]))
    return rest.rsplit(":", 1)[-1] if row["code"] == FLAG else ""
