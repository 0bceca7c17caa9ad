"""The make-believe shop's days: seeded, so that the same seed makes the same orders."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sandbox.shop.goods import (
    BUYER_NOTES,
    FAMILY_NAMES,
    GIVEN_NAMES,
    GOODS,
    NICKS,
    PLACES,
    Goods,
)

MARKETS = ("淘宝", "京东", "拼多多")
SHARES = (50, 20, 30)
COURIERS = (("申通", "77"), ("圆通", "YT"))

SECOND = 1000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
SHANGHAI = 8 * HOUR  # no summer time: the offset is the whole rule

# Orders by hour of the day, in Shanghai: quiet at night, a lunch hill and an evening peak.
HOURS = (2, 1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 10, 9, 8, 8, 8, 8, 9, 12, 14, 14, 10, 5)


@dataclass(frozen=True, slots=True)
class Order:
    """One order as its marketplace knows it; times are UTC milliseconds, None = not yet."""

    market: str
    number: str
    status: str  # 待付款 · 已付款 · 已发货 · 交易完成 · 交易关闭
    refund: str  # "" · 申请退款 · 退款成功
    placed_at: int
    paid_at: int | None
    shipped_at: int | None
    picked_up_at: int | None
    modified_at: int
    nick: str
    name: str
    phone: str
    address: str
    note: str
    courier: str
    waybill: str
    lines: tuple[tuple[Goods, int], ...]


class ShopWorld:
    """Makes orders: a history of some days, then new ones as time goes by.

    `shares` tells how many of a hundred orders come from which marketplace.
    """

    def __init__(
        self, seed: int, orders_a_day: int = 60, shares: Mapping[str, int] | None = None
    ) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - a make-believe shop
        self._per_day = orders_a_day
        self._shares = dict(shares or zip(MARKETS, SHARES, strict=True))
        self._serial = 0
        self._open: list[Order] = []

    def history(self, now: int, days: int) -> list[Order]:
        """Return the orders of the `days` before today, most of them on their way or arrived."""
        midnight = (now + SHANGHAI) // DAY * DAY - SHANGHAI
        orders: list[Order] = []
        for back in range(days, 0, -1):
            start = midnight - back * DAY
            growth = 1 + 0.25 * math.sin(back * 1.7)
            orders.extend(
                self._finished(self._new(start + self._moment()), now)
                for _ in range(round(self._per_day * growth))
            )
        return sorted(orders, key=lambda order: order.placed_at)

    def arrive(self, now: int, count: int) -> list[Order]:
        """Return `count` new paid orders, and now and then one of before that changed."""
        fresh = [self._new(now - self._rng.randrange(90) * SECOND) for _ in range(count)]
        paid = [replace(one, paid_at=now, status="已付款", modified_at=now) for one in fresh]
        changed = [self._change(now)] if self._open and self._rng.random() < 0.15 else []  # noqa: PLR2004 - about one in seven
        self._open = (self._open + paid)[-40:]
        return [*changed, *paid]

    def pause_s(self) -> float:
        """Return how many seconds pass until the next order (for a lively demo: 8 to 25)."""
        return self._rng.uniform(8, 25)

    def _change(self, now: int) -> Order:
        """An order of before is cancelled, or its buyer asks for the money back."""
        order = self._open.pop(self._rng.randrange(len(self._open)))
        if self._rng.random() < 0.5:  # noqa: PLR2004 - even odds
            return replace(order, status="交易关闭", refund="退款成功", modified_at=now)
        return replace(order, refund="申请退款", modified_at=now)

    def _moment(self) -> int:
        hour = self._rng.choices(range(24), HOURS)[0]
        return hour * HOUR + self._rng.randrange(HOUR)

    def _finished(self, order: Order, now: int) -> Order:
        rng = self._rng
        if rng.random() < 0.03:  # noqa: PLR2004 - three in a hundred never pay
            return replace(order, status="交易关闭")
        paid_at = order.placed_at + rng.randrange(600) * SECOND
        wait = 2 * HOUR + round(HOUR * min(60.0, rng.lognormvariate(math.log(7), 0.7)))
        refund = "退款成功" if rng.random() < 0.04 else ""  # noqa: PLR2004 - four in a hundred
        paid = replace(order, status="已付款", paid_at=paid_at, modified_at=paid_at)
        if paid_at + wait >= now:
            return paid
        name, prefix = rng.choice(COURIERS)
        done = paid_at + wait + 3 * DAY < now
        return replace(
            paid,
            status="交易完成" if done else "已发货",
            refund=refund,
            shipped_at=paid_at + wait - HOUR,
            picked_up_at=paid_at + wait,
            modified_at=paid_at + wait,
            courier=name,
            waybill=f"{prefix}{rng.randrange(10**12):013d}",
        )

    def _new(self, placed_at: int) -> Order:
        rng = self._rng
        self._serial += 1
        market = rng.choices(tuple(self._shares), tuple(self._shares.values()))[0]
        weights = [goods.weight for goods in GOODS]
        chosen = dict.fromkeys(
            rng.choices(GOODS, weights, k=rng.choices((1, 2, 3), (80, 15, 5))[0])
        )
        return Order(
            market=market,
            number=_number(market, placed_at, self._serial),
            status="待付款",
            refund="",
            placed_at=placed_at,
            paid_at=None,
            shipped_at=None,
            picked_up_at=None,
            modified_at=placed_at,
            nick=f"{rng.choice(NICKS)}{rng.randrange(1000)}",
            name=rng.choice(FAMILY_NAMES) + rng.choice(GIVEN_NAMES),
            phone=f"1{rng.choice('3578')}{rng.randrange(10**9):09d}",
            address=rng.choice(PLACES).format(n=rng.randrange(1, 999)),
            note=rng.choice(BUYER_NOTES),
            courier="",
            waybill="",
            lines=tuple((goods, rng.choices((1, 2, 3), (85, 12, 3))[0]) for goods in chosen),
        )


def _number(market: str, placed_at: int, serial: int) -> str:
    """Return an order number in the shape of the marketplace's own."""
    day = (placed_at + SHANGHAI) // DAY
    if market == "淘宝":
        return f"{2_600_000_000_000 + day * 10_000_000 + serial * 37:d}{serial % 10000:06d}"
    if market == "京东":
        return f"{300_000_000_000 + day * 1_000_000 + serial * 13:d}"
    return f"{day}-{serial * 7919 % 10**6:06d}{serial:09d}"
