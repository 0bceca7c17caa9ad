"""What is a channel's mapping? Data that says where each of our fields comes from.

`core.domain.mapping_table` reads it from the settings, `core.tools.compile_mapping` makes one
function of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

ORDER: Final[Mapping[str, str]] = {
    "platform_no": "id",
    "placed_at": "datetime",
    "paid_at": "datetime",
    "modified_at": "datetime",
    "shipped_at": "datetime",
    "picked_up_at": "datetime",
    "delivered_at": "datetime",
    "status": "status",
    "refund": "refund",
    "refund_fen": "yuan",
    "gmv_fen": "yuan",
    "postage_fen": "yuan",
    "buyer_nick": "text",
    "receiver_name": "text",
    "receiver_phone": "id",
    "receiver_address": "text",
    "buyer_note": "text",
    "seller_note": "text",
    "courier": "text",
    "waybill": "id",
    "counted": "flag",
    "held": "flag",
    "oaid": "text",
}
"""The fields of an order and the converter each has unless `as` names another."""

LINE: Final[Mapping[str, str]] = {
    "outer_code": "id",
    "title": "text",
    "pieces": "pieces",
    "amount_fen": "yuan",
    "price": "price",
    "closed": "flag",
}
"""The same for the lines of an order."""

REQUIRED: Final = frozenset({"platform_no", "placed_at", "status", "pieces"})
CONVERTERS: Final = (
    "raw", "text", "id", "int", "pieces", "signed_pieces", "yuan", "signed_yuan", "fen", "price",
    "unix_s", "unix_ms", "datetime", "cn_datetime", "date_in_number", "status", "refund", "flag",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Where one value comes from. `gather` is "one", "join", "sum" or "always"."""

    paths: tuple[str, ...]
    convert: str
    gather: str = "one"
    always: Any = None
    joint: str = ""
    formats: tuple[str, ...] = ()
    true: frozenset[str] = frozenset()


Fields = Mapping[str, tuple[Source, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """One of several files of a channel, joined before they are mapped; the first is the main.

    A file is this part if it has the column `has`. Its rows belong to the main row whose column
    `to` equals their `key`; `many` of them, or one.
    """

    name: str
    has: str
    key: str
    to: str
    many: bool


@dataclass(frozen=True, slots=True)
class ChannelMap:
    """A channel's mapping, checked. `digest` changes with anything in it."""

    name: str
    zone: str
    currency: str
    order: Fields
    line: Fields
    digest: bytes
    kind: str = "file"
    rows: str = "line"
    each: str = ""
    charset: str = ""
    create_skus: bool = False
    services: frozenset[str] = frozenset()
    paid_when_placed: bool = False
    negative: str = "bad"
    refund_prefixes: tuple[str, ...] = ()
    quarantine_prefixes: tuple[str, ...] = ()
    status: Mapping[str, str] = field(default_factory=dict)
    refund: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    @property
    def by_column(self) -> bool:
        """Whether fields name the columns of one spreadsheet (else they are paths)."""
        return self.kind == "file" and not self.parts

    def columns(self) -> list[str]:
        """Return the columns that a spreadsheet of this channel may have, each once."""
        named = [path for fields in (self.order, self.line) for path in _paths(fields)]
        return list(dict.fromkeys(named))

    def needed(self) -> list[list[str]]:
        """Return, per required field, the columns of which one must be there."""
        both = {**self.order, **self.line}
        return [
            [path for source in sources for path in source.paths]
            for name, sources in both.items()
            if name in REQUIRED and not any(source.gather == "always" for source in sources)
        ]


def _paths(fields: Fields) -> list[str]:
    return [path for sources in fields.values() for source in sources for path in source.paths]
