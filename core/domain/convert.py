"""How does one value as a marketplace writes it become ours? Exactly, or not at all.

Every converter takes what JSON or a cell holds (text, int, float, bool, None) and returns the
value, or None if there is nothing; it raises BadValue for what cannot be told for sure.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

Converter = Callable[[Any], Any]

MOST_PIECES = 1_000_000
MOST_FEN = 10**13  # a hundred billion yuan is no order
EXACT = 10**15  # a float or an Excel cell keeps 15 digits
PRICE = 1_000_000  # a price is counted in millionths, since half a fen does occur


class BadValue(ValueError):
    """A value that cannot be used; `zh` and `en` say what is wrong with it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def _bad(value: object, zh: str, en: str) -> BadValue:
    shown = repr(value)[:60]
    return BadValue(f"{shown} {zh}", f"{shown} {en}")


def raw(value: Any) -> Any:
    """Return the value as it is: for payloads whose types are ours already."""
    return value


def text(value: Any) -> str | None:
    """Return text without spaces around it; whole numbers without a point."""
    if value.__class__ is str:
        return value.strip() or None
    return _plain(value)


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _bad(value, "不是文字", "is no text")
    if isinstance(value, float) and abs(value) < EXACT and value == int(value):
        return str(int(value))
    return str(value)


_DAMAGED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_WHOLE = re.compile(r"(\d+)\.0+")


def identifier(value: Any) -> str | None:
    """Return an order number, code or waybill exactly as text.

    A number that went through Excel's 15 digits (1.23457E+18) is refused, never guessed.
    """
    if isinstance(value, float) and abs(value) >= EXACT:
        raise _damaged(value)
    found = value.strip("'\"\t \u3000\r\n=") if value.__class__ is str else _plain(value)
    if not found:
        return None
    if found[0].isdigit():
        if ("." in found or "+" in found) and _DAMAGED.fullmatch(found):
            raise _damaged(value)
        whole = _WHOLE.fullmatch(found) if "." in found else None
        if whole:
            return whole[1]
    return found


def _damaged(value: object) -> BadValue:
    return _bad(
        value,
        "被 Excel 改坏了（长数字只剩 15 位），请从平台重新导出，把这一列设为文本",
        "was damaged by Excel (only 15 digits are left): export it again, the column as text",
    )


def whole(value: Any) -> int | None:
    """Return a whole number, perhaps negative."""
    if value.__class__ is int:
        return int(value)
    if isinstance(value, float) and abs(value) < EXACT and value == int(value):
        return int(value)
    if isinstance(value, str):
        return _whole_text(value)
    if value is None:
        return None
    raise _bad(value, "不是整数", "is no whole number")


@lru_cache(4096)
def _whole_text(value: str) -> int | None:
    plain = value.strip().replace(",", "")
    if not plain:
        return None
    found = re.fullmatch(r"([+-]?\d{1,18})(\.0+)?", plain)
    if found is None:
        raise _bad(value, "不是整数", "is no whole number")
    return int(found[1])


def signed_pieces(value: Any) -> int | None:
    """Return a number of pieces that may be negative, but neither 0 nor beyond a million."""
    found = whole(value)
    if found is None or (found and -MOST_PIECES <= found <= MOST_PIECES):
        return found
    raise _bad(value, "不是合理的件数", "is no number of pieces")


def pieces(value: Any) -> int | None:
    """Return a number of pieces from 1 to a million."""
    found = signed_pieces(value)
    if found is not None and found < 0:
        raise _bad(value, "件数不能为负", "pieces cannot be negative")
    return found


_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?|-?\d+(\.\d*)?|-?\.\d+")
_CURRENCY = re.compile(r"^(-?)(?:CN¥|R\$|[¥￥$£€]|RMB|CNY)?\s*(.*?)\s*(?:元|RMB|CNY)?$")
_NARROW = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")


@lru_cache(65_536)
def _decimal(value: str) -> Decimal | None:
    """Return "￥1,299.00" as a number; None for nothing."""
    found = _CURRENCY.match(value.strip().translate(_NARROW))
    sign, plain = (found[1], found[2]) if found else ("", "")
    if not plain:
        return None
    if plain == "--" or not _GROUPED.fullmatch(plain):
        raise _bad(value, "不是金额", "is no amount")
    try:
        return Decimal(sign + plain.replace(",", ""))
    except InvalidOperation:
        raise _bad(value, "不是金额", "is no amount") from None


def _number(value: Any) -> Decimal | None:
    if value.__class__ is str:
        return _decimal(value)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _bad(value, "不是金额", "is no amount")
    if isinstance(value, float) and not abs(value) < EXACT:  # NaN and infinity as well
        raise _bad(value, "不是金额", "is no amount")
    return Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)


def signed_yuan(value: Any) -> int | None:
    """Return an amount in the currency's main unit (text, int or float) as exact fen."""
    return _fen_text(value) if value.__class__ is str else _exact_fen(value, _number(value))


@lru_cache(65_536)
def _fen_text(value: str) -> int | None:
    return _exact_fen(value, _decimal(value))


def _exact_fen(value: object, number: Decimal | None) -> int | None:
    if number is None:
        return None
    fen = number * 100
    if fen != fen.to_integral_value() or abs(fen) > MOST_FEN:
        raise _bad(value, "不是精确到分的金额", "is no amount in whole fen")
    return int(fen)


def yuan(value: Any) -> int | None:
    """Return an amount as exact fen; a negative one is refused."""
    return _positive(value, signed_yuan(value))


def fen(value: Any) -> int | None:
    """Return an amount that is given in fen already."""
    return _positive(value, whole(value))


def _positive(value: object, amount: int | None) -> int | None:
    if amount is not None and not 0 <= amount <= MOST_FEN:
        raise _bad(
            value, "金额不能为负，也不能这么大", "an amount is neither negative nor so large"
        )
    return amount


def price(value: Any) -> int | None:
    """Return a price per piece in millionths of the main unit: half a fen stays exact."""
    return _price(value if value.__class__ is str else _number(value))


@lru_cache(65_536)
def _price(value: str | Decimal | None) -> int | None:
    number = _decimal(value) if isinstance(value, str) else value
    if number is None:
        return None
    exact = number * PRICE
    if exact != exact.to_integral_value() or not 0 <= exact <= MOST_FEN * 10_000:
        raise _bad(value, "不是单价", "is no price")
    return int(exact)


def amount_of(price_in_millionths: int, number: int) -> int:
    """Return `number` pieces at a price as fen, half a fen rounded up (away from zero)."""
    exact = price_in_millionths * abs(number)
    fen_ = (exact + PRICE // 200) // (PRICE // 100)
    return fen_ if number >= 0 else -fen_


def flag(true: frozenset[str]) -> Converter:
    """Return a converter that says whether the text is one of `true`."""

    def convert(value: Any) -> bool:
        return ("1" if value is True else text(value) or "") in true

    return convert


def word(known: Mapping[str, str], what: tuple[str, str]) -> Converter:
    """Return a converter that looks a platform's word up; `what` names the list (zh, en).

    A list may say what all other words mean under "*"; else they are refused.
    """

    def convert(value: Any) -> str | None:
        found = known.get(value)
        if found is not None:
            return found
        plain = text(value)
        if plain is None:
            return None
        found = known.get(plain, known.get("*"))
        if found is None:
            raise _bad(value, f"不在{what[0]}里", f"is not in the {what[1]}")
        return found

    return convert
