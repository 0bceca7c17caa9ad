"""What do an order's mapped values make: an order, a refund document, write-offs, or nothing?"""

from dataclasses import dataclass, field
from typing import Any

from core.domain.convert import amount_of
from core.domain.intake import LineIn, OrderIn, Receiver, RefundIn, WriteOffIn
from core.domain.mapping import ChannelMap
from core.domain.order import PlatformStatus, Refund

Values = tuple[Any, ...]
_PAID = frozenset({PlatformStatus.PAID, PlatformStatus.PLATFORM_SHIPPED, PlatformStatus.FINISHED})
_NOBODY = Receiver()
_STATUS = {status.value: status for status in PlatformStatus}
_REFUND = {refund.value: refund for refund in Refund}


class Unfit(ValueError):
    """The values are fine one by one, but not together; `line` counts from 0."""

    def __init__(self, zh: str, en: str, field_: str = "", line: int | None = None) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        self.field = field_
        self.line = line


@dataclass(slots=True)
class Made:
    """What one order of the source became."""

    order: OrderIn | None = None
    refund: RefundIn | None = None
    write_offs: list[WriteOffIn] = field(default_factory=list)


def assemble(
    channel: ChannelMap, values: Values, lines: list[Values], digest: bytes, raw: str
) -> Made:
    """Put mapped values together (in the order of `mapping.ORDER` and `mapping.LINE`).

    Raises Unfit for what is no order: an adjustment, a negative quantity where none may be.
    """
    number = values[0].upper()
    if channel.quarantine_prefixes and number.startswith(channel.quarantine_prefixes):
        raise Unfit(
            f"单号以 {number[0]} 开头，是账务调整，不是订单",
            f"the number begins with {number[0]}: an adjustment of accounts, not an order",
        )
    if channel.refund_prefixes and number.startswith(channel.refund_prefixes):
        return Made(refund=_refund(values, lines, digest, raw))
    sold, gone = _lines(channel, values, lines)
    made = Made(write_offs=gone)
    if sold or not gone:
        made.order = _order(channel, values, sold, digest, raw)
    return made


def _amount(line: Values) -> int:
    _, _, pieces, amount_fen, price, _ = line
    if amount_fen is not None:
        return int(amount_fen)
    return amount_of(price, pieces) if price is not None else 0


def _refund(values: Values, lines: list[Values], digest: bytes, raw: str) -> RefundIn:
    amount_fen = -sum(_amount(line) for line in lines)
    pieces = -sum(line[2] for line in lines)
    if amount_fen < 0 or pieces < 0:
        raise Unfit("退款单的件数或金额方向不对", "a refund document that adds instead of taking")
    return RefundIn(values[0], digest, raw, values[1], amount_fen, pieces, values[12] or "")


def _lines(
    channel: ChannelMap, values: Values, lines: list[Values]
) -> tuple[list[LineIn], list[WriteOffIn]]:
    sold: list[LineIn] = []
    gone: list[WriteOffIn] = []
    for at, line in enumerate(lines):
        code, title, pieces, _, _, closed = line
        if pieces > 0:
            sold.append(
                LineIn(len(sold) + 1, code or "", title or "", pieces, _amount(line), closed)
            )
        elif channel.negative == "write_off":
            gone.append(WriteOffIn(values[0], at + 1, values[1], code or "", -pieces, title or ""))
        else:
            raise Unfit(
                f"件数 {pieces} 不能为负", f"{pieces} pieces: cannot be negative", "pieces", at
            )
    return sold, gone


def _order(
    channel: ChannelMap, values: Values, lines: list[LineIn], digest: bytes, raw: str
) -> OrderIn:
    (
        number, placed_at, paid_at, modified_at, shipped_at, picked_up_at, delivered_at,
        status, refund, refund_fen, gmv_fen, postage_fen, buyer_nick,
        name, phone, address, buyer_note, seller_note, courier, waybill, counted,
        held, oaid,
    ) = values  # fmt: skip
    if paid_at is None and channel.paid_when_placed and status in _PAID:
        paid_at = placed_at
    if gmv_fen is None:
        gmv_fen = sum([line.amount_fen for line in lines]) + (postage_fen or 0)
    someone = name or phone or address or oaid
    return OrderIn(
        platform_no=number,
        digest=digest,
        raw=raw,
        placed_at=placed_at,
        status=_STATUS[status],
        lines=tuple(lines),
        gmv_fen=gmv_fen,
        paid_at=paid_at,
        modified_at=modified_at,
        refund=_REFUND[refund or "NONE"],
        refund_fen=refund_fen or 0,
        postage_fen=postage_fen or 0,
        buyer_nick=buyer_nick or "",
        receiver=Receiver(name or "", phone or "", address or "", oaid or "")
        if someone
        else _NOBODY,
        buyer_note=buyer_note or "",
        seller_note=seller_note or "",
        courier=courier or "",
        waybill=waybill or "",
        shipped_at=shipped_at,
        picked_up_at=picked_up_at,
        delivered_at=delivered_at,
        counted=counted,
        held=held,
    )
