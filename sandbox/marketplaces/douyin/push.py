"""Who is told of events, and what if they do not listen? Signed pushes, at least once."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from core.nursery import Nursery
from sandbox.marketplaces import signatures
from sandbox.marketplaces.book import Kind
from sandbox.marketplaces.douyin.orders import STATUS
from sandbox.marketplaces.faults import Fault, Reply, Shown, Then
from sandbox.marketplaces.gate import Market
from sandbox.marketplaces.model import Status, Trade
from sandbox.marketplaces.moments import seconds
from sandbox.marketplaces.shop import Shop

TAGS: Mapping[str, str] = {
    "created": "100",
    "paid": "101",
    "released": "101",
    "shipped": "102",
    "finished": "103",
    "cancelled": "106",
    "memo": "113",
    "refund asked": "200",
    "refunded": "206",
    "refund refused": "207",
}
HELD = "110"
TAKEN = 0
PATIENCE = ClientTimeout(total=10)


@dataclass(slots=True)
class Pusher:
    """Pushes each event on its own, so that they may overtake one another.

    Faults of the method "push" meet it: `reset` loses the push, `hold` delays it,
    `show(Shown.ORDER_TWICE)` sends it twice, `spoil` changes what was signed.
    """

    market: Market
    app_key: str
    url: str
    nursery: Nursery
    tries: int
    pause_s: float
    _serial: int = 0
    _going: set[asyncio.Task[None]] = field(default_factory=set)

    def tell(self, shop: Shop, trade: Trade, what: str) -> None:
        """Begin to push an event, if it is one that is pushed."""
        tag = HELD if what == "paid" and trade.status is Status.HELD else TAGS.get(what)
        if tag is None:
            return
        self._serial += 1
        body = _body(tag, f"{shop.id}{self._serial:012d}", _data(shop, trade))
        fault = self.market.faults.take("push", shop.name, None)
        task = self.nursery.start(self._push(shop, trade, body, fault), f"push {tag}")
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def settled(self, but: int = 0) -> None:
        """Wait until every push so far was taken or given up, `but` so many that are held."""
        while len(self._going) > but:
            await asyncio.wait(self._going, return_when=asyncio.FIRST_COMPLETED)

    async def _push(self, shop: Shop, trade: Trade, body: bytes, fault: Fault | None) -> None:
        sign = signatures.douyin_event(self.app_key, body, self.market.apps[self.app_key])
        times = 1
        if fault is not None:
            if fault.held is not None:
                await fault.held.wait()
            if fault.then is not Then.ANSWER:
                return
            times = 2 if fault.shown is Shown.ORDER_TWICE else 1
            body = fault.spoil(Reply(body)).body if fault.spoil else body
        headers = {
            "app-id": self.app_key,
            "event-sign": sign,
            "content-type": "application/json",
        }
        async with ClientSession(timeout=PATIENCE, headers=headers) as http:
            for _ in range(times):
                await self._until_taken(http, shop, trade, body)

    async def _until_taken(
        self, http: ClientSession, shop: Shop, trade: Trade, body: bytes
    ) -> None:
        for attempt in range(self.tries):
            status, taken = await self._once(http, body)
            self.market.book.write(
                self.market.clock(),
                Kind.PUSHED,
                shop=shop.name,
                order=trade.number,
                status=status,
                data={"attempt": attempt + 1, "taken": taken, "body": body.decode()},
            )
            if taken:
                return
            await asyncio.sleep(self.pause_s)

    async def _once(self, http: ClientSession, body: bytes) -> tuple[int, bool]:
        try:
            async with http.post(self.url, data=body) as response:
                told = await response.text()
                return response.status, _says_taken(told)
        except (ClientError, TimeoutError):
            return 0, False


def _says_taken(told: str) -> bool:
    try:
        answer = json.loads(told)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("code") == TAKEN


def _body(tag: str, id_: str, data: Mapping[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return json.dumps([{"tag": tag, "msg_id": id_, "data": text}], ensure_ascii=False).encode()


def _data(shop: Shop, trade: Trade) -> dict[str, Any]:
    """Return what a push tells of an order; the ids are numbers of 64 bits."""
    return {
        "p_id": int(trade.number),
        "s_ids": [int(trade.number) + at for at in range(len(trade.lines))],
        "shop_id": shop.id,
        "order_status": STATUS[trade.status],
        "order_type": 0,
        "create_time": seconds(trade.created_at),
        "pay_time": seconds(trade.paid_at),
        "update_time": seconds(trade.modified_at),
        "pay_amount": trade.payment_fen,
    }
