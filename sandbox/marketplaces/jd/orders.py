"""Which orders does JOS show, and in which shape? Search, details, remark and shipping."""

from collections.abc import Mapping

from sandbox.marketplaces.call import Call, Method
from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.json_text import Json, with_odd
from sandbox.marketplaces.masks import cipher, receiver_id, yuan
from sandbox.marketplaces.model import Refund, Status, Trade
from sandbox.marketplaces.moments import beijing

LOCKED = "LOCKED"  # the buyer asks to cancel before it is shipped
STATE: Mapping[Status, str] = {
    Status.HELD: "PAUSE",
    Status.PAID: "WAIT_SELLER_STOCK_OUT",
    Status.PART_SHIPPED: "WAIT_SELLER_STOCK_OUT",
    Status.SHIPPED: "WAIT_GOODS_RECEIVE_CONFIRM",
    Status.DONE: "FINISHED_L",
    Status.CANCELLED: "TRADE_CANCELED",
    Status.CLOSED: "TRADE_CANCELED",
}
FINE: Json = {
    "success": True, "numberCode": 0, "chineseErrCode": "成功", "englishErrCode": "success",
}  # fmt: skip
ALWAYS = frozenset({"orderId", "venderId"})


def _failed(text: str) -> Json:
    return {"success": False, "numberCode": 1, "chineseErrCode": text, "englishErrCode": "failed"}


def state_of(trade: Trade) -> str:
    """Return the state; a refund that is asked for locks what waits to be shipped."""
    if trade.status is Status.PAID and trade.refund is Refund.ASKED:
        return LOCKED
    return STATE[trade.status]


def _receiver(trade: Trade) -> Json:
    buyer = trade.buyer
    return {
        "fullname": cipher(buyer.name, 44),
        "telephone": cipher(buyer.phone, 44),
        "mobile": cipher(buyer.phone, 44),
        "fullAddress": cipher(f"{buyer.district}{buyer.street}", 64),
        "province": buyer.province,
        "city": buyer.city,
        "county": buyer.district,
        "town": "",
    }


def order_json(trade: Trade) -> Json:
    """Return an order with all its fields; every value is text."""
    full: Json = {
        "orderId": trade.number,
        "venderId": "100001",
        "orderType": "22",
        "payType": "4-在线支付",
        "orderState": state_of(trade),
        "orderStateRemark": "",
        "orderTotalPrice": yuan(trade.goods_fen),
        "orderSellerPrice": yuan(trade.goods_fen - trade.discount_fen),
        "orderPayment": yuan(trade.payment_fen),
        "freightPrice": yuan(trade.post_fen),
        "sellerDiscount": yuan(trade.discount_fen),
        "orderStartTime": beijing(trade.created_at),
        "paymentConfirmTime": beijing(trade.paid_at),
        "orderEndTime": beijing(trade.ended_at),
        "modified": beijing(trade.modified_at),
        "orderRemark": trade.note,
        "venderRemark": trade.memo,
        "pin": cipher(trade.buyer.nick, 24),
        "open_id_buyer": f"o{receiver_id(trade.buyer)[1:25]}",
        "logisticsId": trade.courier,
        "waybill": trade.waybill,
        "consigneeInfo": _receiver(trade),
        "itemInfoList": [
            {
                "skuId": str(line.sku),
                "outerSkuId": line.code,
                "wareId": str(line.item),
                "productNo": line.code,
                "skuName": line.title,
                "jdPrice": yuan(line.price_fen),
                "itemTotal": str(line.quantity),
                "giftPoint": "0",
            }
            for line in trade.lines
        ],
    }
    return with_odd(full, trade.odd)


def _chosen(trade: Trade, fields: str) -> Json:
    names = {name.strip() for name in fields.split(",")} | ALWAYS
    return {key: value for key, value in order_json(trade).items() if key in names}


def _told(trade: Trade) -> bool:
    """Orders that were never paid are not delivered to sellers."""
    return trade.paid_at is not None


def search(call: Call) -> Json:
    """Show the orders of a window, by creation (dateType 1) or modification, in either order."""
    states, fields = call.text("order_state").split(","), call.text("optional_fields")
    start, end = call.moment("start_date"), call.moment("end_date")
    start, end = call.span(start, end, call.rules.window_s, "end_date")
    by_creation, down = call.text("dateType", "0") == "1", call.text("sortType", "0") == "1"
    found = call.trades(
        start,
        end,
        "created_at" if by_creation else "modified_at",
        newest_first=down,
    )
    rows = [trade for trade in found if _told(trade) and state_of(trade) in states]
    size = call.number("page_size", low=1, high=call.rules.page_size)
    page = call.page(rows, call.number("page", low=1) - 1, size)
    return {
        "searchorderinfo_result": {
            "apiResult": FINE,
            "orderTotal": page.total,
            "orderInfoList": [_chosen(trade, fields) for trade in page.rows],
        }
    }


def get(call: Call) -> Json:
    """Show one order."""
    fields = call.text("optional_fields")
    try:
        trade = call.trade(call.text("order_id"))
    except Refused as refused:
        if refused.why is not Why.BUSINESS:
            raise
        return {"orderDetailInfo": {"apiResult": _failed("订单不存在")}}
    return {"orderDetailInfo": {"apiResult": FINE, "orderInfo": _chosen(trade, fields)}}


def shipment(call: Call) -> Json:
    """Confirm a shipment; what may not be shipped fails inside a good envelope."""
    trade = call.trade(call.text("orderId"))
    courier, waybill = str(call.number("logiCoprId")), call.text("logiNo")
    if state_of(trade) != STATE[Status.PAID]:
        return {"sopjosshipment_result": _failed("订单状态不允许出库")}
    call.shop.ship(trade.number, courier, waybill)
    return {"sopjosshipment_result": FINE}


def modify_remark(call: Call) -> Json:
    """Write the seller's remark and flag."""
    trade = call.trade(call.text("order_id"))
    flag = call.number("flag", trade.flag, low=0, high=5)
    call.shop.remark(trade.number, call.text("remark"), flag)
    return {"modifyvenderremark_result": FINE}


def query_remark(call: Call) -> Json:
    """Tell the seller's remark and flag."""
    trade = call.trade(call.text("order_id"))
    remark = {
        "order_id": trade.number,
        "flag": trade.flag,
        "remark": trade.memo,
        "modified": beijing(trade.modified_at),
    }
    return {"venderRemarkQueryResult": {"api_jos_result": FINE, "vender_remark": remark}}


METHODS: Mapping[str, Method] = {
    "jingdong.pop.order.search": search,
    "jingdong.pop.order.get": get,
    "jingdong.pop.order.shipment": shipment,
    "jingdong.pop.order.modifyVenderRemark": modify_remark,
    "jingdong.order.venderRemark.queryByOrderId": query_remark,
}
