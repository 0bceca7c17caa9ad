"""What are phases, axes and couriers' steps called?"""

from collections.abc import Mapping
from typing import Final

from core.domain.order import Callback, Fulfilment, Phase, PlatformStatus, Refund, Stock
from core.texts import Text

PHASES: Final = {
    Phase.CANCELLED: Text("已取消", "cancelled"),
    Phase.AFTERSALE: Text("售后中", "after-sale"),
    Phase.DELIVERED: Text("已签收", "delivered"),
    Phase.IN_TRANSIT: Text("运输中", "in transit"),
    Phase.SHIPPED: Text("已发货", "shipped"),
    Phase.EXCEPTION: Text("异常", "exception"),
    Phase.TO_SHIP: Text("待发货", "to be shipped"),
    Phase.TO_PRINT: Text("待打单", "to be printed"),
    Phase.TO_REVIEW: Text("待审核", "to be reviewed"),
    Phase.TO_LOCK: Text("待锁库", "waiting for stock"),
    Phase.WAIT_PAY: Text("待付款", "waiting for payment"),
}

HISTORY: Final = Text("历史", "history")
_AT_WORK: Final = {Phase.TO_LOCK, Phase.TO_REVIEW, Phase.TO_PRINT}


def phase_name(phase: Phase, mode: str) -> Text:
    """Return what an order's phase is called; history is kept and counted, never worked on."""
    return HISTORY if mode == "history" and phase in _AT_WORK else PHASES[phase]


STEPS: Final[Mapping[str, Mapping[str, Text]]] = {
    "placed": {"": Text("下单", "placed")},
    "platform_status": {
        PlatformStatus.WAIT_PAY: Text("待付款", "waiting for payment"),
        PlatformStatus.PAID: Text("已付款", "paid"),
        PlatformStatus.PLATFORM_SHIPPED: Text("平台已发货", "shipped at the platform"),
        PlatformStatus.FINISHED: Text("交易完成", "finished"),
        PlatformStatus.CLOSED: Text("交易关闭", "closed"),
    },
    "refund": {
        Refund.NONE: Text("撤销退款", "refund withdrawn"),
        Refund.REQUESTED: Text("申请退款", "refund asked for"),
        Refund.PARTIAL: Text("部分退款", "refunded in part"),
        Refund.REFUNDED: Text("全额退款", "refunded"),
        Refund.REJECTED: Text("退款被拒", "refund refused"),
    },
    "stock": {
        Stock.HELD: Text("已锁库", "stock held"),
        Stock.SHORT: Text("缺货", "short of stock"),
        Stock.CONSUMED: Text("已扣减库存", "taken off the shelf"),
        Stock.RELEASED: Text("已释放库存", "stock released"),
    },
    "fulfilment": {
        Fulfilment.REVIEW: Text("待审核", "to be reviewed"),
        Fulfilment.APPROVED: Text("已审核", "approved"),
        Fulfilment.ROUTED: Text("已分仓", "routed"),
        Fulfilment.PRINTED: Text("已打单", "printed"),
        Fulfilment.PICKED: Text("已拣货", "picked"),
        Fulfilment.PACKED: Text("已打包", "packed"),
        Fulfilment.WEIGHED: Text("已称重", "weighed"),
        Fulfilment.SHIPPED: Text("已发货", "shipped"),
        Fulfilment.IN_TRANSIT: Text("运输中", "in transit"),
        Fulfilment.DELIVERED: Text("已签收", "delivered"),
    },
    "callback": {
        Callback.QUEUED: Text("待回传平台", "platform to be told"),
        Callback.CONFIRMED: Text("平台已知发货", "platform told"),
        Callback.FAILED: Text("回传失败", "telling the platform failed"),
        Callback.IN_DOUBT: Text("回传结果不明", "unknown whether the platform knows"),
    },
}
"""axis → value → what is said of the step."""


def step(axis: str, after: str, lang: str) -> str:
    """Return a step of an order's history in words."""
    known = STEPS.get(axis, {}).get(after)
    return known.say(lang) if known else f"{axis} {after}"
