"""How does JOS show listings, and how are their stock and place on the shelf set?"""

from collections.abc import Mapping
from typing import Any

from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.json_text import Json, Raw
from sandbox.marketplaces.masks import yuan
from sandbox.marketplaces.model import Listing

UP, DOWN = 1, 2


def _listing(call: Call, sku: object) -> Listing | None:
    return next((one for one in call.shop.listings if str(one.sku) == str(sku)), None)


def sku_list(call: Call) -> Json:
    """Show the SKUs with their displayed stock, those that are up (1), down (2) or all."""
    wanted = call.text("skuStatuValue", "")
    rows = [
        listing
        for listing in call.shop.listings
        if wanted in ("", str(UP if listing.on_sale else DOWN))
    ]
    size = call.number("page_size", 20, low=1, high=call.rules.page_size)
    number = call.number("pageNo", 1, low=1)
    data = [
        {
            "skuId": listing.sku,
            "wareId": listing.item,
            "outerId": listing.code,
            "skuName": listing.title,
            "wareTitle": listing.title,
            "stockNum": listing.stock,
            "jdPrice": Raw(yuan(listing.price_fen)),
            "status": UP if listing.on_sale else DOWN,
        }
        for listing in rows[(number - 1) * size : number * size]
    ]
    page = {"data": data, "pageNo": number, "pageSize": size, "totalItem": len(rows)}
    return {"page": page}


def stock_set(call: Call) -> Json:
    """Set the stock of several SKUs; each succeeds or fails on its own."""
    asked: Any = call.params.get("req", call.params)
    stocks = asked.get("skuStocks") if isinstance(asked, dict) else None
    if not isinstance(stocks, list) or not stocks or len(stocks) > call.rules.batch:
        raise Refused(Why.PARAMETER, "skuStocks")
    results = [_set_one(call, one) for one in stocks]
    return {"returnType": {"success": True, "code": 0, "obj": {"updateStockResult": results}}}


def _set_one(call: Call, one: Json) -> Json:
    listing, quantity = _listing(call, one.get("skuId")), int(one.get("stockNum", -1))
    message = ""
    if listing is None:
        message = "SKU不存在"
    elif quantity < 0:
        message = "库存不能为负"
    elif listing.locked and quantity < (listing.stock or 0):
        message = "促销中不能减少库存"
    else:
        call.shop.set_stock(listing, quantity)
    return {
        "data": one.get("skuId"),
        "success": not message,
        "storeId": one.get("storeId", 0),
        "message": message,
    }


def stock_query(call: Call) -> Json:
    """Tell the displayed stock of some SKUs."""
    asked: Any = call.params.get("req", call.params)
    wanted = {str(sku) for sku in asked.get("skuIds", [])}
    found = [
        {"skuId": listing.sku, "stockNum": listing.stock, "storeId": 0}
        for listing in call.shop.listings
        if str(listing.sku) in wanted
    ]
    return {"returnType": {"success": True, "code": 0, "obj": found}}


def update_sku_stock(call: Call) -> Json:
    """Set the stock of one SKU: the older method, to be retired."""
    listing = _listing(call, call.text("skuId"))
    if listing is None:
        raise Refused(Why.BUSINESS, "SKU不存在")
    call.shop.set_stock(listing, call.number("stockNum"))
    return {"success": True}


def up_or_down(call: Call) -> Json:
    """Resume (1) or pause (2) a ware."""
    ware, kind = call.number("wareId"), call.number("opType", low=UP, high=DOWN)
    if not any(listing.item == ware for listing in call.shop.listings):
        raise Refused(Why.BUSINESS, "商品不存在")
    call.shop.shelve(ware, on_sale=kind == UP)
    return {"success": True}


METHODS: Mapping[str, Method] = {
    "jingdong.sku.read.searchSkuList": sku_list,
    "jingdong.ware.stock.sku.set": stock_set,
    "jingdong.ware.stock.sku.query": stock_query,
    "jingdong.stock.write.updateSkuStock": update_sku_stock,
    "jingdong.ware.write.upOrDown": up_or_down,
}
