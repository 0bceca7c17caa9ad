"""What is told to a platform, as data? Calls that show listings and days, set stock, ship, remark.

Arguments hold names in braces, as those of the calls that ask (see `core.domain.channel`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.domain.setting import Problem, between, one_of, refuse


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its method and its arguments."""

    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SkuCall:
    """The call that brings the SKUs of some items, where their list does not carry them.

    `arguments` holds `{items}` (several numbers, with commas); `rows` is the path of its list.
    """

    method: str
    rows: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    at_once: int = 1

    def __post_init__(self) -> None:
        refuse(_lacking("items", self.arguments), between("at_once", self.at_once, 1, 100))


@dataclass(frozen=True, slots=True)
class Listings:
    """The calls that list what a shop offers, and where an item and its SKUs say what they are.

    Attributes:
        methods: Asked one after another, each page by page (`{page}`, `{size}`).
        rows: The path of the list of items; `total` that of how many there are.
        item: An item's number; `title` and `on_sale` stand beside it, `sale_is` names the values
            of `on_sale` that mean yes.
        skus: The path, in an item, of its SKUs ("": the item is its only SKU).
        sku: A SKU's own number; `code` and `quantity` stand beside it, and `owner` names its item
            where SKUs come by a call of their own.
    """

    methods: tuple[str, ...]
    rows: str
    total: str
    item: str
    sku: str
    code: str
    quantity: str
    title: str = ""
    on_sale: str = ""
    sale_is: tuple[str, ...] = ("1",)
    skus: str = ""
    owner: str = ""
    sku_call: SkuCall | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    first: int = 1
    size: int = 100

    def __post_init__(self) -> None:
        empty = None if self.methods else Problem("methods", "不能为空", "must not be empty")
        homeless = None
        if self.sku_call and not self.owner:
            homeless = Problem("owner", "有 sku_call 时必须给出", "is needed with sku_call")
        refuse(
            empty,
            homeless,
            _lacking("page", self.arguments),
            between("first", self.first, 0, 1),
            between("size", self.size, 1, 1000),
        )


@dataclass(frozen=True, slots=True)
class StockCall:
    """The call that sets what is displayed of SKUs to an absolute number.

    With `each` several go in one call: it is the form of one of them, `{rows}` in `arguments`
    stands for all, and `results`, `result_sku`, `well`, `reason` say what became of each.
    """

    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    each: Mapping[str, Any] = field(default_factory=dict)
    at_once: int = 1
    results: str = ""
    result_sku: str = ""
    well: str = ""
    reason: str = ""
    locked: tuple[str, ...] = ()
    """Patterns of refusals that mean a promotion holds the stock: it may not be lowered now."""

    def __post_init__(self) -> None:
        said = {**self.arguments, "each": self.each}
        blind = None
        if self.at_once > 1 and not (self.each and self.results and self.result_sku):
            zh, en = "一次多个时需要 each、results、result_sku", "needs each, results, result_sku"
            blind = Problem("at_once", zh, en)
        refuse(_lacking("quantity", said), blind, between("at_once", self.at_once, 1, 100))


@dataclass(frozen=True, slots=True)
class Ship:
    """The call that confirms a shipment: `{number}`, `{courier}` and `{waybill}`.

    `couriers` translates our courier codes into the platform's; `look` and `order` bring an order
    to see what became of it, where the platform has no detail call for polling.
    """

    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    couriers: Mapping[str, str] = field(default_factory=dict)
    look: Call | None = None
    order: str = ""

    def __post_init__(self) -> None:
        refuse(_lacking("number", self.arguments), _lacking("waybill", self.arguments))


@dataclass(frozen=True, slots=True)
class Remark:
    """The call that writes the seller's memo and flag: `{number}`, `{memo}`, `{flag}`."""

    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse(_lacking("number", self.arguments), _lacking("memo", self.arguments))


@dataclass(frozen=True, slots=True)
class DayCall:
    """The call that lists the orders of a day, to compare with ours: its number and its amount.

    Attributes:
        by: The moment that puts an order into a day: `placed_at` or `paid_at`.
        money: How `amount` is written: `yuan` or `fen`.
    """

    method: str
    orders: str
    total: str
    number: str
    amount: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    by: str = "placed_at"
    money: str = "yuan"

    def __post_init__(self) -> None:
        refuse(
            *(_lacking(name, self.arguments) for name in ("since", "until", "page")),
            one_of("by", self.by, ("placed_at", "paid_at")),
            one_of("money", self.money, ("yuan", "fen")),
        )


@dataclass(frozen=True, slots=True)
class Outgoing:
    """All that a platform can be told, and the calls that show what it displays.

    `code` and `text` are paths where a call that was answered well still says that it failed;
    `success` lists the codes that are well.
    """

    listings: Listings | None = None
    stock: StockCall | None = None
    pause: Call | None = None
    resume: Call | None = None
    ship: Ship | None = None
    remark: Remark | None = None
    day: DayCall | None = None
    code: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    success: tuple[str, ...] = ("0",)

    def paths(self) -> Iterator[tuple[str, str]]:
        """Return every path with its key."""
        yield from ((f"code.{at}", path) for at, path in enumerate((*self.code, *self.text)))
        if shown := self.listings:
            names = ("rows", "total", "item", "sku", "code", "quantity", "title", "on_sale")
            yield from ((f"listings.{name}", getattr(shown, name)) for name in names)
            yield from (("listings.skus", shown.skus), ("listings.owner", shown.owner))
        if day := self.day:
            listed = ("orders", "total", "number", "amount")
            yield from ((f"day.{name}", getattr(day, name)) for name in listed)
        if stock := self.stock:
            said = ("results", "result_sku", "well", "reason")
            yield from ((f"stock.{name}", getattr(stock, name)) for name in said)


def _lacking(name: str, arguments: Mapping[str, Any]) -> Problem | None:
    if f"{{{name}" in f"{dict(arguments)}":
        return None
    return Problem("arguments", f"缺少 {{{name}}}", f"{{{name}}} is missing")
