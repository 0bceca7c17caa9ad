"""The spreadsheets that the make-believe marketplaces let their seller download."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sandbox.shop.goods import GOODS
from sandbox.shop.world import SHANGHAI, Order

HEADER = (
    "订单号", "订单状态", "退款状态", "下单时间", "付款时间", "发货时间", "揽收时间", "更新时间",
    "买家昵称", "收货人", "手机", "收货地址", "买家留言", "快递公司", "运单号",
    "商家编码", "商品名称", "数量", "金额",
)  # fmt: skip


def write_orders(file: Path, orders: Iterable[Order]) -> None:
    """Write orders, one row per line of goods; the file appears under its name when complete."""
    _write(file, HEADER, (row for order in orders for row in _rows(order)))


def write_goods(file: Path) -> None:
    """Write the list of goods with what lies on the shelf."""
    header = ("商家编码", "商品名称", "库存", "预警")
    rows = ((goods.code, goods.name, str(goods.on_hand), "5") for goods in GOODS)
    _write(file, header, rows)


def _rows(order: Order) -> Iterable[tuple[str, ...]]:
    head = (
        order.number,
        order.status,
        order.refund,
        *(_time(at) for at in (order.placed_at, order.paid_at, order.shipped_at)),
        *(_time(at) for at in (order.picked_up_at, order.modified_at)),
        order.nick,
        order.name,
        order.phone,
        order.address,
        order.note,
        order.courier,
        order.waybill,
    )
    for goods, pieces in order.lines:
        amount = goods.price_fen * pieces
        yield (*head, goods.code, goods.name, str(pieces), f"{amount // 100}.{amount % 100:02d}")


def _time(at: int | None) -> str:
    if at is None:
        return ""
    local = datetime.fromtimestamp((at + SHANGHAI) // 1000, UTC)
    return local.strftime("%Y-%m-%d %H:%M:%S")


def _write(file: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    part = file.with_name(f".{file.name}.part")
    with part.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
    part.replace(file)
