"""What would a channel make of a sample? Its mapping tried out, and what looks wrong in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from core.adapters.marketplaces.configurations import understood
from core.adapters.payloads import OrderPayloads
from core.domain.channel import Api
from core.domain.intake import BadRow, OrderIn
from core.domain.mapping import ChannelMap, Fields
from core.domain.propose import proposal
from core.tools.json_text import read_json
from core.tools.paths import looking

KEYS: Final = ("app_key", "secret", "access_token")
WISHED: Final = ("paid_at", "modified_at", "gmv_fen", "buyer_nick", "receiver_name", "postage_fen")
MANY_PIECES: Final = 1000
WHOLE_YUAN: Final = 1000
DAY_MS: Final = 86_400_000
MONEY: Final = ("yuan", "signed_yuan", "price")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that is wrong or looks so: `key` is the setting to look at."""

    key: str
    zh: str
    en: str


@dataclass(slots=True)
class Finding:
    """What a check found. `errors` keep a channel off; `missing` is only worth knowing."""

    errors: list[Doubt] = field(default_factory=list)
    missing: list[Doubt] = field(default_factory=list)
    orders: list[OrderIn] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    proposed: dict[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.errors and not self.bad and bool(self.orders)


def check(name: str, table: Mapping[str, Any], sample: bytes, now: int) -> Finding:
    """Try a channel's table on a sample: an answer of the platform, a list of orders, or one.

    `now` is UTC milliseconds. Raises BadInput if the sample is no JSON.
    """
    payload, odd = read_json(sample.removeprefix(b"\xef\xbb\xbf"))
    found = Finding()
    said = understood(name, {**table, "mode": "off"})
    found.errors += [Doubt(*one) for one in said.mistakes]
    orders = _orders(payload, said.api, said.mapping)
    if orders:
        found.proposed = proposal(orders[0])
    else:
        found.errors.append(Doubt("sample", "样本里找不到订单", "the sample holds no order"))
    if said.mapping:
        _tried(found, said.mapping, orders, odd=odd)
        _weighed(found, said.mapping, orders, now)
    if said.account:
        absent = [key for key in KEYS if not getattr(said.account, key)]
        found.missing += [Doubt(key, "还没有填写", "is not set yet") for key in absent]
    return found


def _orders(payload: Any, api: Api | None, mapping: ChannelMap | None) -> list[Any]:
    """Return the orders of a sample, wherever in it they stand."""
    places = [payload]
    if api:
        paths = (api.changes.orders, api.detail.order if api.detail else "")
        inside = [looking(path)(payload) for path in paths if path]
        places = [one for one in inside if one] or places
    found = places[-1]
    listed = found if isinstance(found, list) else [found]
    sources = mapping.order.get("platform_no", ()) if mapping else ()
    names = [looking(path) for source in sources for path in source.paths]
    return [
        one
        for one in listed
        if isinstance(one, Mapping) and (found is not payload or _numbered(one, names))
    ]


def _numbered(order: Any, names: Sequence[Any]) -> bool:
    return not names or any(look(order) is not None for look in names) or len(order) > len(KEYS)


def _tried(found: Finding, mapping: ChannelMap, orders: Sequence[Any], *, odd: bool) -> None:
    """Map the orders as a poll would."""
    payloads = OrderPayloads(mapping, mapping.name)
    batch = payloads.of_values(orders, odd=odd)
    page = payloads.page(batch.drafts)
    found.orders, found.bad = page.orders, batch.bad + page.bad


def _weighed(found: Finding, mapping: ChannelMap, orders: Sequence[Any], now: int) -> None:
    """Look for what maps well and is wrong all the same."""
    for order in found.orders:
        found.errors += _unlikely(order, now)
    numbers = [order.platform_no for order in found.orders]
    if len(numbers) > 1 and len(set(numbers)) < len(numbers):
        zh, en = "几个订单的单号相同", "several orders have the same number"
        found.errors.append(Doubt("order.platform_no", zh, en))
    found.errors += _unlike_their_kind(mapping, orders)
    found.errors = list(dict.fromkeys(found.errors))
    for name in WISHED:
        if name not in mapping.order:
            zh, en = "没有映射，可以不填", "is not mapped; it may be left out"
            found.missing.append(Doubt(f"order.{name}", zh, en))
    found.missing += _empty(mapping, orders)


def _unlikely(order: OrderIn, now: int) -> list[Doubt]:
    doubts = []
    if not order.lines:
        doubts.append(Doubt("line", "订单没有商品行", "the order has no lines"))
    if any(line.pieces >= MANY_PIECES for line in order.lines):
        zh, en = "件数过大：价格和件数写反了吗", "very many pieces: are price and pieces swapped"
        doubts.append(Doubt("line.pieces", zh, en))
    if any(not line.outer_code for line in order.lines):
        zh, en = "有商品行没有编码", "a line has no code"
        doubts.append(Doubt("line.outer_code", zh, en))
    goods = sum(line.amount_fen for line in order.lines) + order.postage_fen
    if (order.lines and not order.gmv_fen <= goods * 2) or goods > max(order.gmv_fen, 1) * 20:
        zh = f"实付 {_yuan(order.gmv_fen)} 和商品加邮费 {_yuan(goods)} 对不上：单位或字段错了吗"
        en = (
            f"{_yuan(order.gmv_fen)} paid does not fit {_yuan(goods)} of goods and postage:"
            " is a unit or a field wrong"
        )
        doubts.append(Doubt("order.gmv_fen", zh, en))
    for name in ("placed_at", "paid_at", "modified_at"):
        at = getattr(order, name)
        if at is not None and at > now + DAY_MS:
            zh, en = "时间在未来：单位或时区错了吗", "lies in the future: is unit or zone wrong"
            doubts.append(Doubt(f"order.{name}", zh, en))
    if order.paid_at is not None and order.paid_at < order.placed_at:
        zh, en = "付款早于下单：两个时间写反了吗", "paid before placed: are the two swapped"
        doubts.append(Doubt("order.paid_at", zh, en))
    return doubts


def _unlike_their_kind(mapping: ChannelMap, orders: Sequence[Any]) -> list[Doubt]:
    """Say which values are written as another kind of value: money as pieces, fen as yuan."""
    doubts = []
    for section, fields in _sections(mapping):
        for name, kind, value in _values(fields, orders):
            reason = _misread(kind, value)
            if reason:
                doubts.append(Doubt(f"{section}.{name}", *reason))
    return doubts


def _sections(mapping: ChannelMap) -> tuple[tuple[str, Fields], tuple[str, Fields]]:
    """Return the fields of order and line; the line's paths all begin at the order."""
    line: Fields = mapping.line
    if mapping.each:
        line = {
            name: tuple(
                replace(one, paths=tuple(f"{mapping.each}[*].{path}" for path in one.paths))
                for one in sources
            )
            for name, sources in mapping.line.items()
        }
    return ("order", mapping.order), ("line", line)


def _misread(kind: str, value: Any) -> tuple[str, str] | None:
    written = isinstance(value, float) or (isinstance(value, str) and "." in value)
    if kind == "pieces" and written:
        return f"{value!r} 像金额，不像件数", f"{value!r} is written like money, not like pieces"
    if kind == "fen" and written:
        return f"{value!r} 带小数，不像分", f"{value!r} has decimals and is hardly fen"
    large = isinstance(value, int) and not isinstance(value, bool) and value >= WHOLE_YUAN
    if kind in MONEY and large:
        return f"{value!r} 是整数：单位是分吗", f"{value!r} is whole: is it fen"
    return None


def _values(fields: Fields, orders: Sequence[Any]) -> list[tuple[str, str, Any]]:
    """Return (field, converter, raw value) of what the mapping's paths find in the sample."""
    found = []
    for name, sources in fields.items():
        for source in sources:
            for path in source.paths:
                look = looking(path)
                values = [look(order) for order in orders]
                flat = [v for one in values for v in (one if isinstance(one, list) else [one])]
                found += [(name, source.convert, v) for v in flat if v is not None]
    return found


def _empty(mapping: ChannelMap, orders: Sequence[Any]) -> list[Doubt]:
    """Say which mapped fields hold nothing in any order of the sample."""
    doubts = []
    for section, fields in _sections(mapping):
        filled = {name for name, _, _ in _values(fields, orders)}
        for name, sources in fields.items():
            if name not in filled and not any(one.gather == "always" for one in sources):
                paths = " | ".join(path for one in sources for path in one.paths)
                zh, en = f"样本里 {paths} 没有值", f"nothing stands at {paths} in the sample"
                doubts.append(Doubt(f"{section}.{name}", zh, en))
    return doubts


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
