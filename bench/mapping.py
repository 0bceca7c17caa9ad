"""P-I5: what a configured mapping costs beside hand-written code and beside JMESPath."""

import time
from collections.abc import Callable
from typing import Any

import jmespath

from bench.common import middle, rounds, say
from bench.payload import channel, order
from core.domain import convert, moment
from core.tools.compile_mapping import Reader

TIMES = 3_000
ROUNDS = 7

EXPRESSION = """[
 trade.tid, trade.created, trade.pay_time, trade.modified, trade.status, trade.payment,
 trade.post_fee, trade.buyer_nick, trade.buyer_message, trade.receiver.name,
 trade.receiver.mobile, trade.receiver.address,
 trade.orders.order[*].[outer_sku_id, title, num, payment, price, status]]"""


def by_hand(payload: dict[str, Any]) -> tuple[Any, Any]:
    """Take the same values out as a person would write it."""
    trade = payload["trade"]
    receiver = trade.get("receiver") or {}
    return (
        trade["tid"], trade["created"], trade.get("pay_time"), trade.get("modified"),
        trade["status"], trade.get("payment"), trade.get("post_fee"), trade.get("buyer_nick"),
        trade.get("buyer_message"), receiver.get("name"), receiver.get("mobile"),
        receiver.get("address"),
    ), [
        (line.get("outer_sku_id"), line.get("title"), line["num"], line.get("payment"),
         line.get("price"), line.get("status"))
        for line in (trade.get("orders") or {}).get("order") or ()
    ]  # fmt: skip


_AT = moment.local_time("Asia/Shanghai")
_STATUS = convert.word({"WAIT_SELLER_SEND_GOODS": "PAID"}, ("", ""))
_CLOSED = convert.flag(frozenset({"CLOSED"}))


def by_hand_converted(payload: dict[str, Any]) -> tuple[Any, Any]:
    """Take the values out and convert them, with the same converters."""
    trade = payload["trade"]
    receiver = trade.get("receiver") or {}
    text, id_, yuan = convert.text, convert.identifier, convert.yuan
    return (
        id_(trade["tid"]), _AT(trade["created"]), _AT(trade.get("pay_time")),
        _AT(trade.get("modified")), _STATUS(trade["status"]), yuan(trade.get("payment")),
        yuan(trade.get("post_fee")), text(trade.get("buyer_nick")),
        text(trade.get("buyer_message")), text(receiver.get("name")),
        id_(receiver.get("mobile")), text(receiver.get("address")),
    ), [
        (id_(line.get("outer_sku_id")), text(line.get("title")), convert.pieces(line["num"]),
         yuan(line.get("payment")), convert.price(line.get("price")), _CLOSED(line.get("status")))
        for line in (trade.get("orders") or {}).get("order") or ()
    ]  # fmt: skip


def timed(function: Callable[[Any], Any], payload: dict[str, Any]) -> Callable[[], float]:
    """Return a measure: microseconds per order."""

    def measure() -> float:
        began = time.process_time()
        for _ in range(TIMES):
            function(payload)
        return (time.process_time() - began) / TIMES * 1e6

    return measure


def main() -> None:
    """Print the figures."""
    payload = order(1)
    raw, whole = Reader(channel("raw")), Reader(channel())
    found = rounds(
        {
            "hand": timed(by_hand, payload),
            "compiled": timed(raw, payload),
            "jmespath": timed(jmespath.compile(EXPRESSION).search, payload),
            "hand converted": timed(by_hand_converted, payload),
            "compiled converted": timed(whole, payload),
        },
        ROUNDS,
    )
    us = {name: middle(values) for name, values in found.items()}
    say("P-I5", "mapping, us per order: compiled / by hand", us["compiled"], us["hand"], "<= 1.5")
    say(
        "P-I5",
        "mapping with converters, us per order: compiled / by hand",
        us["compiled converted"],
        us["hand converted"],
        "<= 1.5",
    )
    say(
        "P-I5",
        "mapping, us per order: jmespath / compiled",
        us["jmespath"],
        us["compiled"],
        ">= 10",
    )


if __name__ == "__main__":
    main()
