"""Which order does a person mean, and what is to be seen of it?"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.domain.staff import BUYER_DATA, Role
from core.store import lookup
from core.store.tx import Tx

LIMIT = 200
"""At most this many orders are listed for one fragment."""
SKUS_LOOKED_AT = 20
TAIL_AT_LEAST = 4
NICK_AT_LEAST = 2
PHONE_DIGITS = 11

AMOUNT = re.compile(r"([¥￥])?\s*(\d{1,9})(?:\.(\d{1,2}))?\s*(元|块|rmb|cny)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """One way in which the fragment was understood, and how many orders that gave.

    `kind` is number, waybill, number_tail, waybill_tail, phone, nick, amount, sku, number_start,
    nick_start or goods; `what` names the SKU or goods that were meant.
    """

    kind: str
    count: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The orders of a fragment, the likeliest first; `more`: there are more than are listed."""

    order_ids: tuple[int, ...]
    matches: tuple[Match, ...]
    more: bool = False


Way = tuple[str, str, Callable[[], list[int]]]


def find(tx: Tx, fragment: str, role: Role) -> Found:
    """Return the orders that `fragment` may mean.

    A whole order number or waybill number stands alone. Otherwise every reading is tried, the
    likeliest first. Phones are only read by roles that may see buyer data.
    """
    words = fragment.strip().lstrip("#").strip()
    if not words:
        return Found((), ())
    spelt = sorted({words, words.upper(), words.lower()})
    for kind, ids in (
        ("number", lookup.exact(tx, spelt, LIMIT)),
        ("waybill", lookup.by_waybill(tx, words.upper(), LIMIT)),
    ):
        if ids:
            return Found(tuple(ids), (Match(kind, len(ids)),))
    order_ids: dict[int, None] = {}
    matches = []
    more = False
    for kind, what, ask in _ways(tx, words, role):
        ids = [one for one in ask() if one not in order_ids]
        if ids:
            matches.append(Match(kind, len(ids), what))
            more = more or len(ids) >= LIMIT
            order_ids.update(dict.fromkeys(ids))
    listed = tuple(order_ids)
    return Found(listed[:LIMIT], tuple(matches), more or len(listed) > LIMIT)


def _ways(tx: Tx, words: str, role: Role) -> Iterator[Way]:
    """Yield (kind, what is meant, question) for each reading of `words`, the likeliest first."""
    fen, marked = amount(words)
    money: Way = ("amount", "", lambda: lookup.by_amount(tx, fen, LIMIT))
    if marked:
        yield money
        return
    yield from _number_ways(tx, words, role)
    yield "nick", "", lambda: lookup.by_nick(tx, words, LIMIT)
    if fen > 0:
        yield money
    yield from _goods_ways(tx, words)
    if len(words) >= NICK_AT_LEAST:
        yield "nick_start", "", lambda: lookup.by_nick_start(tx, words, LIMIT)


def _number_ways(tx: Tx, words: str, role: Role) -> Iterator[Way]:
    if len(words) < TAIL_AT_LEAST or not words.isascii() or " " in words:
        return
    upper = words.upper()
    yield "number_tail", "", lambda: lookup.by_tail(tx, words, LIMIT)
    yield "waybill_tail", "", lambda: lookup.by_waybill_tail(tx, upper, LIMIT)
    if role in BUYER_DATA and words.isdigit() and len(words) in (TAIL_AT_LEAST, PHONE_DIGITS):
        yield "phone", "", lambda: lookup.by_phone(tx, words, LIMIT)
    yield "number_start", "", lambda: lookup.by_start(tx, words, LIMIT)


def _goods_ways(tx: Tx, words: str) -> Iterator[Way]:
    skus = lookup.skus(tx, words, SKUS_LOOKED_AT)
    if not skus:
        return
    ids = [row["id"] for row in skus]
    whole = skus[0]["how"] == "code"
    what = skus[0]["name"] or skus[0]["code"]
    if len(skus) > 1:
        what = f"{what} …"
    yield "sku" if whole else "goods", what, lambda: lookup.by_skus(tx, ids, LIMIT)


def amount(words: str) -> tuple[int, bool]:
    """Read `words` as an amount: (fen, whether it can be nothing else); (0, False) if it is none.

    A sign, a unit or a decimal point mark an amount; bare digits may be one.
    """
    found = AMOUNT.fullmatch(words.replace(",", ""))
    if not found:
        return 0, False
    sign, whole, part, unit = found.groups()
    fen = int(whole) * 100 + int((part or "").ljust(2, "0"))
    return fen, bool(sign or unit or part)


# ---- turning pages ------------------------------------------------------------------------------


def keep_search(tx: Tx, words: str, person_id: int) -> int:
    """Remember a search so that buttons can turn its pages; return its id."""
    return lookup.keep_search(tx, words, person_id)


def search_words(tx: Tx, search_id: int, person_id: int) -> str | None:
    """Return what that person searched for, or None if it is forgotten."""
    return lookup.search_words(tx, search_id, person_id)
