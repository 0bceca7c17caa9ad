"""A Taobao-like order of about 1,500 bytes with two lines, and its mapping as configuration."""

import json
from typing import Any

from core.domain.mapping import ChannelMap
from core.domain.mapping_table import parse

SKUS = 200
START = 1_772_416_800_000


def order(number: int) -> dict[str, Any]:
    """Return order `number` as the platform writes it."""
    lines = [
        {
            "oid": f"{number}{at}",
            "outer_sku_id": f"K{(number * 7 + at) % SKUS:04}",
            "title": f"红茶礼盒 {at} 号 中秋送礼 独立包装",
            "num": at + 1,
            "payment": f"{(number % 90) + 9}.90",
            "price": f"{(number % 90) + 10}.00",
            "status": "WAIT_SELLER_SEND_GOODS",
            "refund_status": "NO_REFUND",
            "sku_properties_name": "口味:原味;规格:500g",
            "pic_path": "https://img.example/i1/2026/03/02/T1abcdefg.jpg",
        }
        for at in range(2)
    ]
    return {
        "trade": {
            "tid": str(3_141_592_653_589_000_000 + number),
            "status": "WAIT_SELLER_SEND_GOODS",
            "created": "2026-03-02 09:00:00",
            "pay_time": "2026-03-02 09:01:00",
            "modified": "2026-03-02 09:01:30",
            "payment": f"{2 * ((number % 90) + 9) + 1}.80",
            "post_fee": "0.00",
            "buyer_nick": f"买家{number % 5000}",
            "buyer_message": "请尽快发货，谢谢",
            "seller_memo": "",
            "receiver": {
                "name": "张三",
                "mobile": f"138{number % 100_000_000:08}",
                "state": "浙江省",
                "city": "杭州市",
                "address": "西湖区文三路 478 号华星时代广场 A 座 1001 室",
            },
            "orders": {"order": lines},
            "type": "fixed",
            "trade_from": "WAP,WAP",
            "shipping_type": "express",
        }
    }


def texts(count: int, start: int = 0) -> list[bytes]:
    """Return orders as the bytes that arrive."""
    return [
        json.dumps(order(number), ensure_ascii=False).encode()
        for number in range(start, start + count)
    ]


def channel(convert: str | None = None) -> ChannelMap:
    """Return the mapping of `order`; with `convert`, every field uses that one converter."""

    def field(path: str) -> Any:
        return {"path": path, "as": convert} if convert else path

    line = "trade.orders.order[*]."
    return parse(
        "bench",
        {
            "kind": "http_json",
            "create_skus": True,
            "order": {
                "platform_no": field("trade.tid"),
                "placed_at": field("trade.created"),
                "paid_at": field("trade.pay_time"),
                "modified_at": field("trade.modified"),
                "status": field("trade.status"),
                "gmv_fen": field("trade.payment"),
                "postage_fen": field("trade.post_fee"),
                "buyer_nick": field("trade.buyer_nick"),
                "buyer_note": field("trade.buyer_message"),
                "receiver_name": field("trade.receiver.name"),
                "receiver_phone": field("trade.receiver.mobile"),
                "receiver_address": field("trade.receiver.address"),
            },
            "line": {
                "outer_code": field(f"{line}outer_sku_id"),
                "title": field(f"{line}title"),
                "pieces": field(f"{line}num"),
                "amount_fen": field(f"{line}payment"),
                "price": field(f"{line}price"),
                "closed": {"path": f"{line}status", "as": convert or "flag", "is": ["CLOSED"]},
            },
            "status": {"WAIT_SELLER_SEND_GOODS": "PAID"},
        },
    )
