"""What an order is: facts on separate axes, how each may move, and the one phase people see.

Facts of different owners never share a column: the platform says `platform_status` and `refund`,
the stock says `stock`, we say `fulfilment`. The phase is derived, never stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class PlatformStatus(StrEnum):
    """What the marketplace says of the order."""

    WAIT_PAY = "WAIT_PAY"  # 待付款
    PAID = "PAID"  # 已付款
    PLATFORM_SHIPPED = "PLATFORM_SHIPPED"  # 平台已发货
    FINISHED = "FINISHED"  # 交易完成
    CLOSED = "CLOSED"  # 交易关闭


class Refund(StrEnum):
    """What the marketplace says of money going back."""

    NONE = "NONE"
    REQUESTED = "REQUESTED"  # 申请退款
    PARTIAL = "PARTIAL"  # 部分退款
    REFUNDED = "REFUNDED"  # 全额退款
    REJECTED = "REJECTED"  # 已拒绝


class Stock(StrEnum):
    """What the shelves say of the order."""

    NONE = "NONE"  # 未锁
    SHORT = "SHORT"  # 缺货/部分锁
    HELD = "HELD"  # 已锁库
    CONSUMED = "CONSUMED"  # 已扣减
    RELEASED = "RELEASED"  # 已释放


class Fulfilment(StrEnum):
    """What the shop did with the order."""

    NEW = "NEW"  # 新单
    REVIEW = "REVIEW"  # 待审核
    APPROVED = "APPROVED"  # 已审核
    ROUTED = "ROUTED"  # 已分仓
    PRINTED = "PRINTED"  # 已打单
    PICKED = "PICKED"  # 已拣货
    PACKED = "PACKED"  # 已验货打包
    WEIGHED = "WEIGHED"  # 已称重
    SHIPPED = "SHIPPED"  # 已发货
    IN_TRANSIT = "IN_TRANSIT"  # 运输中
    DELIVERED = "DELIVERED"  # 已签收


class Callback(StrEnum):
    """Whether the marketplace knows that we shipped."""

    NONE = "NONE"
    QUEUED = "QUEUED"  # 待回传
    CONFIRMED = "CONFIRMED"  # 已回传
    FAILED = "FAILED"  # 回传失败
    IN_DOUBT = "IN_DOUBT"  # 结果不明


class Lineage(StrEnum):
    """Whether the order still stands for itself."""

    NORMAL = "NORMAL"
    MERGED = "MERGED"  # 被合并
    SPLIT = "SPLIT"  # 被拆分


class Phase(StrEnum):
    """The one word that people see (阶段); the first that applies, in this order."""

    CANCELLED = "CANCELLED"  # 已取消
    AFTERSALE = "AFTERSALE"  # 售后中
    DELIVERED = "DELIVERED"  # 已签收
    IN_TRANSIT = "IN_TRANSIT"  # 运输中
    SHIPPED = "SHIPPED"  # 已发货
    EXCEPTION = "EXCEPTION"  # 异常
    TO_SHIP = "TO_SHIP"  # 待发货
    TO_PRINT = "TO_PRINT"  # 待打单
    TO_REVIEW = "TO_REVIEW"  # 待审核
    TO_LOCK = "TO_LOCK"  # 待锁库
    WAIT_PAY = "WAIT_PAY"  # 待付款


@dataclass(frozen=True, slots=True)
class Axes:
    """Where an order stands; a new order stands at the defaults."""

    platform_status: PlatformStatus = PlatformStatus.WAIT_PAY
    refund: Refund = Refund.NONE
    stock: Stock = Stock.NONE
    fulfilment: Fulfilment = Fulfilment.NEW
    callback: Callback = Callback.NONE
    lineage: Lineage = Lineage.NORMAL


def _forward(steps: type[StrEnum]) -> dict[str, frozenset[str]]:
    """Each step may go to any later one."""
    names = [step.value for step in steps]
    return {name: frozenset(names[at + 1 :]) for at, name in enumerate(names)}


_REFUND = {
    "NONE": frozenset({"REQUESTED", "PARTIAL", "REFUNDED"}),
    "REQUESTED": frozenset({"NONE", "PARTIAL", "REFUNDED", "REJECTED"}),
    "PARTIAL": frozenset({"REQUESTED", "REFUNDED", "REJECTED"}),
    "REJECTED": frozenset({"REQUESTED", "PARTIAL", "REFUNDED"}),
    "REFUNDED": frozenset[str](),
}
_STOCK = {
    "NONE": frozenset({"HELD", "SHORT", "RELEASED"}),
    "SHORT": frozenset({"HELD", "RELEASED", "CONSUMED"}),
    "HELD": frozenset({"SHORT", "RELEASED", "CONSUMED"}),
    "RELEASED": frozenset[str](),
    "CONSUMED": frozenset[str](),
}
_CALLBACK = {
    "NONE": frozenset({"QUEUED", "CONFIRMED"}),
    "QUEUED": frozenset({"CONFIRMED", "FAILED", "IN_DOUBT"}),
    "FAILED": frozenset({"QUEUED", "CONFIRMED"}),
    "IN_DOUBT": frozenset({"QUEUED", "CONFIRMED", "FAILED"}),
    "CONFIRMED": frozenset[str](),
}
_LINEAGE = {
    "NORMAL": frozenset({"MERGED", "SPLIT"}),
    "MERGED": frozenset[str](),
    "SPLIT": frozenset[str](),
}
# A label may be voided, so PRINTED may go back to ROUTED; nothing else goes back.
_FULFILMENT = _forward(Fulfilment)
_FULFILMENT["PRINTED"] = _FULFILMENT["PRINTED"] | {"ROUTED"}

MOVES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "platform_status": _forward(PlatformStatus),
    "refund": _REFUND,
    "stock": _STOCK,
    "fulfilment": _FULFILMENT,
    "callback": _CALLBACK,
    "lineage": _LINEAGE,
}
"""axis → value → the values it may move to (invariant I5)."""

START: Mapping[str, str] = {axis: next(iter(moves)) for axis, moves in MOVES.items()}
"""axis → the value every order begins with."""


def may_move(axis: str, before: str, after: str) -> bool:
    """Say whether `axis` may go from `before` to `after`; staying is always allowed."""
    return before == after or after in MOVES[axis][before]


def wants_stock(status: str, refund: str) -> bool:
    """Say whether an order holds stock: paid, not yet shipped, money not going back."""
    return status == PlatformStatus.PAID and refund != Refund.REFUNDED


def is_cancelled(status: str, refund: str, fulfilment: str) -> bool:
    """Say whether the order ended before it was shipped."""
    shipped = fulfilment in _SHIPPED or status in (
        PlatformStatus.PLATFORM_SHIPPED,
        PlatformStatus.FINISHED,
    )
    return not shipped and (status == PlatformStatus.CLOSED or refund == Refund.REFUNDED)


_SHIPPED = frozenset({Fulfilment.SHIPPED, Fulfilment.IN_TRANSIT, Fulfilment.DELIVERED})


def phase(axes: Axes, *, blocked: bool = False) -> Phase:
    """Derive the phase; `blocked` = an exception with a block point is open on the order.

    Source: domain.md §5a, first match wins.
    """
    if is_cancelled(axes.platform_status, axes.refund, axes.fulfilment):
        return Phase.CANCELLED
    if axes.refund in (Refund.REQUESTED, Refund.REFUNDED):
        return Phase.AFTERSALE
    travelling = _travel_phase(axes)
    if travelling:
        return travelling
    if blocked:
        return Phase.EXCEPTION
    return _shop_phase(axes)


def _travel_phase(axes: Axes) -> Phase | None:
    if axes.fulfilment == Fulfilment.DELIVERED or axes.platform_status == PlatformStatus.FINISHED:
        return Phase.DELIVERED
    if axes.fulfilment == Fulfilment.IN_TRANSIT:
        return Phase.IN_TRANSIT
    if axes.fulfilment in _SHIPPED or axes.platform_status == PlatformStatus.PLATFORM_SHIPPED:
        return Phase.SHIPPED
    return None


_PRINTED = frozenset(
    {Fulfilment.PRINTED, Fulfilment.PICKED, Fulfilment.PACKED, Fulfilment.WEIGHED}
)


def _shop_phase(axes: Axes) -> Phase:
    if axes.platform_status == PlatformStatus.WAIT_PAY:
        return Phase.WAIT_PAY
    if axes.fulfilment in _PRINTED:
        return Phase.TO_SHIP
    if axes.stock in (Stock.NONE, Stock.SHORT):
        return Phase.TO_LOCK
    if axes.fulfilment == Fulfilment.REVIEW:
        return Phase.TO_REVIEW
    return Phase.TO_PRINT
