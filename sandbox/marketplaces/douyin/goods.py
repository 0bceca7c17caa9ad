"""How does Douyin show listings, and how are their stock and place on the shelf set?"""

from collections.abc import Mapping

from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.model import Listing

ONLINE, OFFLINE = 0, 1


def _product(call: Call) -> list[Listing]:
    item = call.number("product_id")
    found = [listing for listing in call.shop.listings if listing.item == item]
    if not found:
        raise Refused(Why.BUSINESS, "product-not-found")
    return found


def product_list(call: Call) -> Json:
    """Show the products on pages counted from 1, online (0), offline (1) or all."""
    wanted = call.text("status", "")
    by_item: dict[int, list[Listing]] = {}
    for listing in call.shop.listings:
        if wanted in ("", str(ONLINE if listing.on_sale else OFFLINE)):
            by_item.setdefault(listing.item, []).append(listing)
    number, size = call.number("page", 1, low=1), call.number("size", 20, low=1, high=100)
    rows = [
        {
            "product_id": item,
            "name": skus[0].title,
            "status": ONLINE if skus[0].on_sale else OFFLINE,
            "check_status": 3,
            "outer_product_id": skus[0].code,
            "discount_price": skus[0].price_fen,
        }
        for item, skus in list(by_item.items())[(number - 1) * size : number * size]
    ]
    return {"data": {"data": rows, "page": number, "size": size, "total": len(by_item)}}


def sku_list(call: Call) -> Json:
    """Show the SKUs of one product."""
    rows = [
        {
            "id": listing.sku,
            "product_id": listing.item,
            "code": listing.code,
            "out_sku_id": listing.code,
            "stock_num": listing.stock,
            "price": listing.price_fen,
            "spec_detail_name1": listing.title,
        }
        for listing in _product(call)
    ]
    return {"data": rows}


class Stock:
    """Sets stock; an addition with the same idempotent_id is done once."""

    def __init__(self) -> None:
        self._done: set[tuple[str, str]] = set()

    def sync(self, call: Call) -> Json:
        """Set or (incremental) add to the stock of one SKU."""
        sku, code = call.text("sku_id", ""), call.text("code", call.text("out_sku_id", ""))
        for listing in _product(call):
            if (sku and str(listing.sku) == sku) or (not sku and listing.code == code):
                break
        else:
            raise Refused(Why.BUSINESS, "sku-not-found")
        added = call.flag("incremental")
        value = call.number("stock_num", low=-(10**9)) + (listing.stock or 0 if added else 0)
        if value < 0:
            raise Refused(Why.BUSINESS, "stock-below-zero")
        once = (call.shop.name, call.text("idempotent_id", ""))
        if not (added and once[1] and once in self._done):
            call.shop.set_stock(listing, value)
            self._done.add(once)
        return {"data": {}}


def set_online(call: Call) -> Json:
    """Resume a product."""
    call.shop.shelve(_product(call)[0].item, on_sale=True)
    return {"data": {}}


def set_offline(call: Call) -> Json:
    """Pause a product."""
    call.shop.shelve(_product(call)[0].item, on_sale=False)
    return {"data": {}}


METHODS: Mapping[str, Method] = {
    "product.listV2": product_list,
    "sku.list": sku_list,
    "product.setOnline": set_online,
    "product.setOffline": set_offline,
}
