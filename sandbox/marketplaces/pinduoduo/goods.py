"""How does Pinduoduo show listings, and how are their stock and place on the shelf set?"""

from collections.abc import Mapping

from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.model import Listing


def _goods(call: Call) -> list[Listing]:
    item = call.number("goods_id")
    found = [listing for listing in call.shop.listings if listing.item == item]
    if not found:
        raise Refused(Why.BUSINESS, "goods-not-found")
    return found


def goods_list(call: Call) -> Json:
    """Show the items, on sale or paused or (without is_onsale) all."""
    wanted = call.text("is_onsale", "")
    by_item: dict[int, list[Listing]] = {}
    for listing in call.shop.listings:
        if wanted in ("", str(int(listing.on_sale))):
            by_item.setdefault(listing.item, []).append(listing)
    size = call.number("page_size", 100, low=1, high=call.rules.page_size)
    first = (call.number("page", 1, low=1) - 1) * size
    chosen = list(by_item.items())[first : first + size]
    rows = [_goods_json(item, skus) for item, skus in chosen]
    return {"goods_list": rows, "total_count": len(by_item)}


def _goods_json(item: int, skus: list[Listing]) -> Json:
    return {
        "goods_id": item,
        "goods_name": skus[0].title,
        "is_onsale": int(skus[0].on_sale),
        "is_more_sku": int(len(skus) > 1),
        "goods_quantity": sum(listing.stock or 0 for listing in skus),
        "outer_goods_id": skus[0].code,
        "sku_list": [
            {
                "sku_id": listing.sku,
                "outer_id": listing.code,
                "outer_goods_id": listing.code,
                "spec": listing.title,
                "sku_quantity": listing.stock,
                "is_sku_onsale": int(listing.on_sale),
            }
            for listing in skus
        ],
    }


def quantity_update(call: Call) -> Json:
    """Set (1) or add to (2) the stock of one SKU; it cannot go below zero."""
    sku, code = call.text("sku_id", ""), call.text("outer_id", "")
    for listing in _goods(call):
        if (sku and str(listing.sku) == sku) or (not sku and listing.code == code):
            break
    else:
        raise Refused(Why.BUSINESS, "sku-not-found")
    quantity = call.number("quantity", low=-(10**9))
    added = call.number("update_type", 1, low=1, high=2) == 2  # noqa: PLR2004 - the documented value
    value = (listing.stock or 0) + quantity if added else quantity
    if value < 0:
        raise Refused(Why.BUSINESS, "quantity-below-zero")
    if listing.locked and value < (listing.stock or 0):
        raise Refused(Why.BUSINESS, "活动商品不能减少库存")
    call.shop.set_stock(listing, value)
    return {"is_success": True}


def sale_status_set(call: Call) -> Json:
    """Pause (0) or resume (1) an item."""
    listings = _goods(call)
    on_sale = bool(call.number("is_onsale", low=0, high=1))
    call.shop.shelve(listings[0].item, on_sale=on_sale)
    return {"is_success": True}


METHODS: Mapping[str, Method] = {
    "pdd.goods.list.get": goods_list,
    "pdd.goods.quantity.update": quantity_update,
    "pdd.goods.sale.status.set": sale_status_set,
}
