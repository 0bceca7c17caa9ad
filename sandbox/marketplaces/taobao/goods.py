"""How does TOP show listings, and how are their stock and place on the shelf set?"""

from collections.abc import Mapping

from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.json_text import Json
from sandbox.marketplaces.masks import yuan
from sandbox.marketplaces.model import Listing
from sandbox.marketplaces.moments import beijing

ITEMS_IN_ONE_CALL = 40
MOST_ITEMS_ON_A_PAGE = 200


def item_of(call: Call) -> list[Listing]:
    """Return the SKUs of the item that is meant. Raises Refused."""
    item = call.number("num_iid")
    found = [listing for listing in call.shop.listings if listing.item == item]
    if not found:
        raise Refused(Why.BUSINESS, "item-not-exist:invalid-numIid")
    return found


def sku_of(listings: list[Listing], sku: str, code: str) -> Listing:
    """Return the SKU with that id or outer code. Raises Refused."""
    for listing in listings:
        if (sku and str(listing.sku) == sku) or (not sku and listing.code == code):
            return listing
    raise Refused(Why.BUSINESS, "invalid-sku-id")


def set_stock(call: Call, listing: Listing, quantity: int, kind: int) -> None:
    """Set or add; a set value below zero is an error, a sum below zero becomes zero.

    Raises Refused.
    """
    if kind == 1 and quantity < 0:
        raise Refused(Why.PARAMETER, "quantity")
    value = quantity if kind == 1 else max(0, (listing.stock or 0) + quantity)
    if listing.locked and value < (listing.stock or 0):
        raise Refused(Why.BUSINESS, "item-in-promotion")
    call.shop.set_stock(listing, value)


def _items(call: Call, *, on_sale: bool) -> Json:
    size = call.number("page_size", 40, low=1, high=MOST_ITEMS_ON_A_PAGE)
    first = (call.number("page_no", 1, low=1) - 1) * size
    by_item: dict[int, list[Listing]] = {}
    for listing in call.shop.listings:
        if listing.on_sale is on_sale:
            by_item.setdefault(listing.item, []).append(listing)
    chosen = list(by_item.items())[first : first + size]
    result: Json = {"total_results": len(by_item)}
    if chosen:
        result["items"] = {"item": [_item(item, skus) for item, skus in chosen]}
    return result


def _item(item: int, skus: list[Listing]) -> Json:
    return {
        "num_iid": item,
        "title": skus[0].title,
        "outer_id": skus[0].code,
        "approve_status": "onsale" if skus[0].on_sale else "instock",
        "num": sum(listing.stock or 0 for listing in skus),
        "price": yuan(skus[0].price_fen),
    }


def on_sale(call: Call) -> Json:
    """Show the items on sale."""
    return _items(call, on_sale=True)


def in_stock(call: Call) -> Json:
    """Show the items that are paused."""
    return _items(call, on_sale=False)


def skus(call: Call) -> Json:
    """Show the SKUs of up to 40 items."""
    call.text("fields")
    wanted = call.text("num_iids").split(",")
    if len(wanted) > ITEMS_IN_ONE_CALL:
        raise Refused(Why.PARAMETER, "num_iids")
    found = [listing for listing in call.shop.listings if str(listing.item) in wanted]
    rows = [
        {
            "sku_id": listing.sku,
            "num_iid": listing.item,
            "outer_id": listing.code,
            "properties_name": listing.title,
            "quantity": listing.stock,
            "price": yuan(listing.price_fen),
            "status": "normal",
        }
        for listing in found
    ]
    return {"skus": {"sku": rows}} if rows else {}


def _changed(call: Call, listings: list[Listing]) -> Json:
    rows = [{"sku_id": listing.sku, "quantity": listing.stock} for listing in listings]
    return {
        "item": {
            "num_iid": listings[0].item,
            "modified": beijing(call.now),
            "num": sum(listing.stock or 0 for listing in listings),
            "skus": {"sku": rows},
        }
    }


def quantity_update(call: Call) -> Json:
    """Set (type 1) or add to (type 2) the stock of one SKU."""
    listings = item_of(call)
    listing = sku_of(listings, call.text("sku_id", ""), call.text("outer_id", listings[0].code))
    kind = call.number("type", 1, low=1, high=2)
    set_stock(call, listing, call.number("quantity", low=-(10**9)), kind)
    return _changed(call, listings)


def quantities_update(call: Call) -> Json:
    """Set or add to the stock of up to 20 SKUs of one item; one that fails stops the rest."""
    listings, kind = item_of(call), call.number("type", 1, low=1, high=2)
    by_sku = call.text("skuid_quantities", "")
    pairs = [pair.split(":") for pair in (by_sku or call.text("outerid_quantities")).split(";")]
    if len(pairs) > call.rules.batch:
        raise Refused(Why.PARAMETER, "skuid_quantities")
    for name, quantity in pairs:
        listing = sku_of(listings, name if by_sku else "", name)
        set_stock(call, listing, int(quantity), kind)
    return _changed(call, listings)


def delisting(call: Call) -> Json:
    """Pause an item."""
    listings = item_of(call)
    call.shop.shelve(listings[0].item, on_sale=False)
    return {"item": {"num_iid": listings[0].item, "modified": beijing(call.now)}}


def listing(call: Call) -> Json:
    """Resume an item; its quantity must be told."""
    listings = item_of(call)
    call.number("num", low=1)
    call.shop.shelve(listings[0].item, on_sale=True)
    return {"item": {"num_iid": listings[0].item, "modified": beijing(call.now)}}


METHODS: Mapping[str, Method] = {
    "taobao.items.onsale.get": on_sale,
    "taobao.items.inventory.get": in_stock,
    "taobao.item.skus.get": skus,
    "taobao.item.quantity.update": quantity_update,
    "taobao.skus.quantity.update": quantities_update,
    "taobao.item.update.delisting": delisting,
    "taobao.item.update.listing": listing,
}
