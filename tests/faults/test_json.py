"""C09: JSON that is legal for some parsers and a lie for us."""

import json
from typing import Any

import orjson
import pytest

from core.adapters.payloads import OrderPayloads
from core.domain.errors import BadInput
from core.domain.mapping import ChannelMap
from core.domain.mapping_table import parse
from core.tools.json_text import odd_in, read_json

CHANNEL: ChannelMap = parse(
    "shop",
    {
        "kind": "http_json",
        "order": {
            "platform_no": "tid",
            "placed_at": {"path": "created", "as": "unix_s"},
            "status": "status",
            "gmv_fen": "payment",
        },
        "line": {"outer_code": "orders[*].sku", "pieces": "orders[*].num"},
        "status": {"WAIT_SELLER_SEND_GOODS": "PAID"},
    },
)


def order(number: int, **more: Any) -> dict[str, Any]:
    """Return one order as the marketplace writes it."""
    return {
        "tid": number,
        "created": 1_772_416_800,
        "status": "WAIT_SELLER_SEND_GOODS",
        "payment": "19.90",
        "orders": [{"sku": "A", "num": 1}],
        **more,
    }


def page(odd: str) -> bytes:
    """Return a page of three orders, the second with `odd` text inside."""
    second = json.dumps(order(2))[:-1] + f", {odd}}}"
    return f'{{"orders": [{json.dumps(order(1))}, {second}, {json.dumps(order(3))}]}}'.encode()


ODD = {
    "nan": '"weight": NaN',
    "infinity": '"weight": -Infinity',
    "huge": '"weight": 1e400',
    "twice": '"payment": "0.01"',
    "long": f'"note": "{"x" * 10_000_000}"',
    "deep": f'"note": {"[" * 500}{"]" * 500}',
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_C09_the_odd_order_alone_is_put_aside(odd: str) -> None:
    """Its neighbours are taken, and the odd one keeps its number and its reason."""
    source = OrderPayloads(CHANNEL, "shop")
    batch = source.of_page(page(odd), "orders")
    taken = source.page(batch.drafts)
    assert [order.platform_no for order in taken.orders] == ["1", "3"]
    put_aside = [*batch.bad, *taken.bad]
    assert [bad.platform_no for bad in put_aside] == ["2"]
    assert put_aside[0].reason_zh
    assert put_aside[0].reason_en


@pytest.mark.parametrize("cut", range(1, 200, 7))
def test_C09_a_broken_page_is_refused_whole(cut: int) -> None:
    """Half a page is nothing: no order of it is used."""
    text = page('"a": 1')[:-cut]
    with pytest.raises(BadInput):
        OrderPayloads(CHANNEL, "shop").of_page(text, "orders")


def test_C09_an_endless_nesting_is_refused_whole() -> None:
    """Text that no parser can hold is monstrous, not odd."""
    with pytest.raises(BadInput):
        read_json(b"[" * 100_000)


def test_C09_a_hidden_quote_does_not_hide_a_name_given_twice() -> None:
    """Escapes that look like names cannot balance the count."""
    found, _ = read_json(rb'{"a": "\u0022:", "b": 1, "b": 2}')
    assert odd_in(found)


def test_C09_control_the_plain_parsers_take_all_of_it() -> None:
    """Control: json takes NaN and the last of two names, orjson the last of two names."""
    assert json.loads('{"a": NaN}')["a"] != json.loads('{"a": NaN}')["a"]
    assert json.loads('{"payment": "19.90", "payment": "0.01"}') == {"payment": "0.01"}
    assert orjson.loads('{"payment": "19.90", "payment": "0.01"}') == {"payment": "0.01"}
