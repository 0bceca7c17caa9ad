"""How does the make-believe shop sell on the marketplaces? Its goods, its past, its new orders."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sandbox.marketplaces.errors import SoldOut
from sandbox.marketplaces.model import Buyer, Refund, Status, Trade
from sandbox.marketplaces.moments import Clock
from sandbox.marketplaces.shop import Shop
from sandbox.shop.goods import GOODS
from sandbox.shop.world import Order, ShopWorld

NAMES: Mapping[str, str] = {
    "taobao": "淘宝", "jd": "京东", "pinduoduo": "拼多多", "douyin": "抖音",
}  # fmt: skip
SHARES: Mapping[str, int] = {"淘宝": 45, "京东": 18, "拼多多": 25, "抖音": 12}
STATUS: Mapping[str, Status] = {
    "待付款": Status.UNPAID,
    "已付款": Status.PAID,
    "已发货": Status.SHIPPED,
    "交易完成": Status.DONE,
}
COURIERS: Mapping[str, Mapping[str, str]] = {
    "taobao": {"申通": "STO", "圆通": "YTO"},
    "jd": {"申通": "470", "圆通": "463"},
    "pinduoduo": {"申通": "44", "圆通": "85"},
    "douyin": {"申通": "shentong", "圆通": "yuantong"},
}
PLACE = re.compile(r"(?P<province>.+?[省市])(?P<city>.+?市)?(?P<district>.+?区)(?P<street>.+)")


class Feed:
    """Lets one `ShopWorld` sell in shops of several marketplaces, named by platform."""

    def __init__(self, shops: Mapping[str, Shop], seed: int, orders_a_day: int = 60) -> None:
        self._shops = {NAMES[platform]: shop for platform, shop in shops.items()}
        self._platforms = {NAMES[platform]: platform for platform in shops}
        shares = {name: SHARES[name] for name in self._shops}
        self._world = ShopWorld(seed, orders_a_day, shares)
        self._numbers: dict[str, str] = {}

    def furnish(self) -> None:
        """Put everything on sale everywhere: each shop shows all that is on the shelf."""
        for shop in self._shops.values():
            for goods in GOODS:
                shop.offer(goods.code, goods.on_hand, title=goods.name, price_fen=goods.price_fen)

    def remember(self, now: int, days: int) -> int:
        """Enter the orders of the days before; return how many. The stock knows of them."""
        orders = self._world.history(now, days)
        for order in orders:
            shop = self._shops[order.market]
            shop.add(self._past(shop, order))
        return len(orders)

    def arrive(self, now: int, count: int) -> list[Trade]:
        """Let `count` orders come, and perhaps an older one change; return the versions made."""
        made = (self._arrived(order) for order in self._world.arrive(now, count))
        return [trade for trade in made if trade is not None]

    async def run(self, clock: Clock, ended: asyncio.Event) -> None:
        """Sell one order after another, now and then a few at once, until `ended`."""
        serial = 0
        while not ended.is_set():
            self.arrive(clock(), 3 if serial % 7 == 0 else 1)
            serial += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(self._world.pause_s()):
                    await ended.wait()

    def _arrived(self, order: Order) -> Trade | None:
        shop = self._shops[order.market]
        known = self._numbers.get(order.number)
        if known is not None:
            change = shop.cancel if order.status == "交易关闭" else shop.ask_refund
            return change(known)
        wanted = {goods.code: pieces for goods, pieces in order.lines}
        try:
            trade = shop.sell(wanted, buyer=_buyer(order), note=order.note)
        except SoldOut:
            return None
        self._numbers[order.number] = trade.number
        return trade

    def _past(self, shop: Shop, order: Order) -> Trade:
        refund = Refund.DONE if order.refund == "退款成功" else Refund.NONE
        closed = Status.CANCELLED if order.paid_at is None else Status.CLOSED
        status = closed if refund is Refund.DONE else STATUS.get(order.status, closed)
        fields: dict[str, Any] = {"refund": refund}
        if refund is Refund.DONE:
            fields["refund_id"] = int(order.placed_at)
        lines = tuple(
            shop.line(shop.listing(goods.code), pieces, **fields) for goods, pieces in order.lines
        )
        done = status in (Status.DONE, Status.CLOSED, Status.CANCELLED)
        courier = COURIERS[self._platforms[order.market]].get(order.courier, order.courier)
        return Trade(
            number=shop.next_number(order.placed_at),
            status=status,
            created_at=order.placed_at,
            modified_at=order.modified_at,
            buyer=_buyer(order),
            lines=lines,
            paid_at=order.paid_at,
            shipped_at=order.shipped_at,
            ended_at=order.modified_at if done else None,
            refund_at=order.modified_at if refund is Refund.DONE else None,
            note=order.note,
            courier=courier,
            waybill=order.waybill,
        )


def _buyer(order: Order) -> Buyer:
    """Return the buyer with the address in its parts; a municipality is its own city."""
    found = PLACE.fullmatch(order.address)
    if found is None:
        raise ValueError(order.address)
    parts = found.groupdict()
    return Buyer(
        nick=order.nick,
        name=order.name,
        phone=order.phone,
        province=parts["province"],
        city=parts["city"] or parts["province"],
        district=parts["district"],
        street=parts["street"],
    )
