"""What can be asked of a marketplace from another process? The addresses under /_sandbox/.

| Address | What |
|---|---|
| `GET  /_sandbox/book?kind=sold&since=0` | entries of the book |
| `GET  /_sandbox/state` | the listings and orders of every shop |
| `POST /_sandbox/sell` | `{"shop"?, "lines": {code: pieces}, "force"?}` |
| `POST /_sandbox/order` | `{"shop"?, "order", "do": "cancel", ...}`: a method of `Shop` |
| `POST /_sandbox/faults` | `{"do": "server_error", ...}`: a method of `Faults` and its values |
| `DELETE /_sandbox/faults` | be well again |
"""

from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from sandbox.marketplaces.book import Kind
from sandbox.marketplaces.errors import SoldOut
from sandbox.marketplaces.faults import Shown
from sandbox.marketplaces.gate import Market, as_json
from sandbox.marketplaces.model import Trade
from sandbox.marketplaces.shop import Shop

DOINGS = frozenset({
    "pay", "release", "cancel", "ask_refund", "refuse_refund", "refund", "ship", "finish", "touch",
    "remark",
})  # fmt: skip
SCRIPTED = frozenset({
    "hang", "reset", "down", "answer_lost", "server_error", "login_page", "refuse", "throttle",
    "patch", "show",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Control:
    """Reads and moves one marketplace from outside."""

    market: Market

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses."""
        return [
            web.get("/_sandbox/book", self.book),
            web.get("/_sandbox/state", self.state),
            web.post("/_sandbox/sell", self.sell),
            web.post("/_sandbox/order", self.order),
            web.post("/_sandbox/faults", self.fault),
            web.delete("/_sandbox/faults", self.clear),
        ]

    async def book(self, request: web.Request) -> web.Response:
        """Give entries of the book."""
        since, kind = int(request.query.get("since", "0")), request.query.get("kind")
        book = self.market.book
        entries = book.find(Kind(kind), since=since) if kind else book.entries[since:]
        return _json({"entries": [asdict(entry) for entry in entries]})

    async def state(self, request: web.Request) -> web.Response:  # noqa: ARG002 - the whole state
        """Give the listings and orders of every shop."""
        shops = {
            shop.name: {
                "listings": [asdict(listing) for listing in shop.listings],
                "orders": [_plain(trade) for trade in shop.trades()],
            }
            for shop in self.market.shops.values()
        }
        return _json({"shops": shops})

    async def sell(self, request: web.Request) -> web.Response:
        """Sell something."""
        asked = await request.json()
        shop = _shop(self.market, asked)
        try:
            trade = shop.sell(asked["lines"], force=bool(asked.get("force")))
        except SoldOut as error:
            return _json({"sold_out": str(error)}, 409)
        return _json({"order": trade.number})

    async def order(self, request: web.Request) -> web.Response:
        """Do something to an order."""
        asked = await request.json()
        shop, doing = _shop(self.market, asked), asked.pop("do")
        number = asked.pop("order")
        if doing not in DOINGS or number not in shop.versions:
            return _json({"error": f"{doing} {number}"}, 400)
        return _json(_plain(getattr(shop, doing)(number, **asked)))

    async def fault(self, request: web.Request) -> web.Response:
        """Put a fault into the script."""
        asked = await request.json()
        kind = asked.pop("do")
        if kind not in SCRIPTED:
            return _json({"error": kind}, 400)
        if kind == "show":
            asked["shown"] = Shown(asked["shown"])
        return _json({"fault": getattr(self.market.faults, kind)(**asked).name})

    async def clear(self, request: web.Request) -> web.Response:  # noqa: ARG002 - the whole script
        """Be well again."""
        self.market.faults.clear()
        return _json({})


def _shop(market: Market, asked: dict[str, Any]) -> Shop:
    name = asked.pop("shop", "")
    return market.shops[name] if name else next(iter(market.shops.values()))


def _plain(trade: Trade) -> dict[str, Any]:
    return {
        "number": trade.number,
        "status": str(trade.status),
        "refund": str(trade.refund),
        "payment_fen": trade.payment_fen,
        "modified_at": trade.modified_at,
        "lines": {line.code: line.quantity for line in trade.lines},
        "memo": trade.memo,
        "flag": trade.flag,
        "courier": trade.courier,
        "waybill": trade.waybill,
    }


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=as_json(body).body, status=status, content_type="application/json")
