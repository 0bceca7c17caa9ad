"""Which of our fields could a sample's values be? A proposal, by names that platforms use."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

WORDS: Final[Mapping[str, Sequence[str]]] = {
    "platform_no": ("tid", "order_id", "orderid", "order_sn", "order_no", "orderno", "id"),
    "placed_at": ("created", "create_time", "created_time", "created_at", "orderstarttime"),
    "paid_at": ("pay_time", "paid_at", "paytime", "paymentconfirmtime", "confirm_time"),
    "modified_at": ("modified", "update_time", "updated_at", "modified_time", "modify_time"),
    "shipped_at": ("consign_time", "ship_time", "shipping_time", "delivery_time"),
    "status": ("status", "order_status", "orderstate", "state", "order_state"),
    "gmv_fen": ("payment", "pay_amount", "orderpayment", "paid_amount", "total_amount"),
    "postage_fen": ("post_fee", "postage", "freightprice", "post_amount", "freight"),
    "buyer_nick": ("buyer_nick", "buyer", "pin", "open_id_buyer", "buyer_open_uid"),
    "receiver_name": ("receiver_name", "fullname", "mask_post_receiver", "consignee"),
    "receiver_phone": ("receiver_mobile", "receiver_phone", "mobile", "mask_post_tel", "phone"),
    "receiver_address": ("receiver_address", "fulladdress", "address", "address_mask"),
    "oaid": ("oaid",),
    "buyer_note": ("buyer_message", "buyer_memo", "orderremark", "buyer_words"),
    "seller_note": ("seller_memo", "venderremark", "seller_words", "remark"),
    "waybill": ("tracking_number", "waybill", "invoice_no", "tracking_no", "logistics_code"),
}
"""Names of an order's fields, the likeliest first, in lower case."""

LINE_WORDS: Final[Mapping[str, Sequence[str]]] = {
    "outer_code": ("outer_sku_id", "outerskuid", "outer_id", "code", "out_sku_id", "outer_iid"),
    "title": ("title", "goods_name", "product_name", "skuname", "name"),
    "pieces": ("num", "item_num", "goods_count", "itemtotal", "quantity", "qty", "count"),
    "amount_fen": ("divide_order_fee", "pay_amount", "payment", "amount"),
    "price": ("price", "goods_price", "jdprice", "unit_price"),
}
"""The same for a line."""

MONEY: Final = frozenset({"gmv_fen", "postage_fen", "amount_fen"})
MS: Final = 10**12


def proposal(order: Mapping[str, Any]) -> dict[str, dict[str, str | dict[str, str]]]:
    """Return a mapping for one sample order: section → field → path (or path with converter)."""
    leaves = list(_leaves(order, ""))
    flat = [(path, value) for path, value in leaves if "[*]" not in path]
    lines = [(path, value) for path, value in leaves if path.count("[*]") == 1]
    return {"order": _matched(flat, WORDS), "line": _matched(lines, LINE_WORDS)}


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, deeper in value.items():
            yield from _leaves(deeper, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for one in value[:1]:
            yield from _leaves(one, f"{path}[*]")
    elif value is not None:
        yield path, value


def _matched(
    leaves: Sequence[tuple[str, Any]], words: Mapping[str, Sequence[str]]
) -> dict[str, str | dict[str, str]]:
    found: dict[str, str | dict[str, str]] = {}
    for name, known in words.items():
        ranked = [
            (known.index(last), path.count("."), path, value)
            for path, value in leaves
            if (last := path.rsplit(".", 1)[-1].lower()) in known
        ]
        if ranked:
            _, _, path, value = min(ranked, key=lambda one: one[:3])
            convert = _converter(name, value)
            found[name] = {"path": path, "as": convert} if convert else path
    return found


def _converter(name: str, value: Any) -> str:
    """Return the converter that a value needs; "" where the usual one will do."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if name.endswith("_at") and whole:
        return "unix_ms" if value > MS else "unix_s"
    return "fen" if name in MONEY and whole else ""
