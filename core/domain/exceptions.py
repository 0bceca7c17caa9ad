"""Which things can be wrong (异常), where each stops an order, and how urgent it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One code of the taxonomy.

    `block` is the first point an order with it does not pass: B1 review, B2 waybill, B3 print,
    B4 hand-over, "" none. `priority`: P1 now, P2 within the shift, P3 in the digest.
    """

    code: str
    zh: str
    en: str
    block: str
    priority: str


KINDS = {
    kind.code: kind
    for kind in (
        Kind("SKU_UNMAPPED", "商品未匹配", "unknown product code", "B1", "P2"),
        Kind("STOCK_SHORT", "缺货", "short of stock", "B2", "P2"),
        Kind("COUNT_NEGATIVE", "盘亏", "counted fewer than orders hold", "B2", "P1"),
        Kind("REFUND_PRE", "发货前退款", "refund before shipping", "B2", "P2"),
        Kind("PLATFORM_SHIPPED", "平台已发货", "shipped at the platform before us", "B1", "P1"),
        Kind("PLATFORM_HOLD", "平台审核中", "held back by the platform", "B1", "P2"),
        Kind("CHANNEL_SESSION", "店铺授权过期", "a shop's authorisation ran out", "", "P1"),
        Kind("CHANNEL_REFUSED", "平台拒绝请求", "a platform refuses our requests", "", "P1"),
        Kind("CHANNEL_DOWN", "平台连不上", "a platform cannot be reached", "", "P2"),
        Kind("PUSH_FAIL", "库存推送失败", "a shop does not take a stock level", "", "P1"),
        Kind("PUSH_LOCKED", "活动中不能减库存", "a promotion holds a shop's stock", "", "P1"),
        Kind("CALLBACK_FAIL", "发货回传失败", "a shop does not take a shipment", "", "P1"),
        Kind("INTAKE_GAP", "疑似漏单", "orders that the platform has and we did not", "", "P1"),
        Kind("INTAKE_FIELD", "导入有坏行", "rows that could not be read", "", "P2"),
        Kind("EFFECT_UNKNOWN", "消息结果不明", "a message may not have arrived", "", "P3"),
        Kind("EFFECT_FAILED", "消息未送达", "a message could not be delivered", "", "P3"),
        Kind("CLERK_FLAG", "人工标记", "flagged by a person", "B2", "P2"),
    )
}
"""code → kind, for every exception that this version can open."""

FLAG_TYPES = (
    ("address", "地址有误", "address"),
    ("goods", "商品问题", "goods"),
    ("buyer", "买家要求", "buyer's wish"),
    ("stock", "找不到货", "cannot find it"),
    ("other", "其他", "other"),
)
"""What a clerk may flag: (id, Chinese, English)."""
