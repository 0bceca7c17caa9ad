"""How is a platform told something? By its description: listings, stock, shipments, remarks."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from core.adapters.marketplaces.http_json import filled
from core.adapters.payloads import OrderPayloads
from core.domain.channel import Channel
from core.domain.convert import BadValue, Converter, fen, identifier, whole, yuan
from core.domain.errors import LockedStock, Refused, Unreachable
from core.domain.listing import Offer, StockWrite
from core.domain.moment import written
from core.domain.order import PlatformStatus
from core.domain.outgoing import Call, Listings, StockCall
from core.tools.paths import first, looking

Ask = Callable[[str, Mapping[str, Any], Mapping[str, Any]], Awaitable[tuple[Any, bool]]]
"""Makes one call and returns its answer, as `HttpJson.ask` does."""

MOST_PAGES: Final = 1000
SECOND_MS: Final = 1000
SHIPPED: Final = (PlatformStatus.PLATFORM_SHIPPED, PlatformStatus.FINISHED)


class HttpStorefront:
    """One shop; is a `core.ports.Storefront`."""

    def __init__(self, channel: Channel, ask: Ask) -> None:
        self._channel = channel
        self._told = channel.api.outgoing
        self._ask_platform = ask
        self._payloads = OrderPayloads(channel.mapping, channel.name)
        stock = self._told.stock if self._told else None
        self.at_once = stock.at_once if stock else 1

    async def offers(self) -> list[Offer]:
        """Return everything that the shop offers. Raises a MarketError."""
        shown = self._told.listings if self._told else None
        if shown is None:
            raise self._dumb("listings")
        found: dict[tuple[str, str], Offer] = {}
        for method in shown.methods:
            for item in await self._items(shown, method):
                found.update({(offer.item, offer.sku): offer for offer in _offers(shown, item)})
        if shown.sku_call:
            return await self._by_item(shown, list(found.values()))
        return list(found.values())

    async def _items(self, shown: Listings, method: str) -> list[Any]:
        items: list[Any] = []
        for page in range(MOST_PAGES):
            values = {"page": shown.first + page, "size": shown.size}
            payload, _ = await self._ask_platform(method, shown.arguments, values)
            total = _whole(looking(shown.total)(payload), shown.total)
            rows = _rows(payload, shown.rows)
            items += rows
            if (page + 1) * shown.size >= total:
                return items
            if not rows:
                raise Unreachable(f"page {page + 1} of the listings is empty")
        raise Unreachable("the listings have no end")

    async def _by_item(self, shown: Listings, items: Sequence[Offer]) -> list[Offer]:
        """Return the SKUs of items, asked for some at a time."""
        call = shown.sku_call
        assert call is not None  # noqa: S101 - asked where it is there
        known = {item.item: item for item in items}
        numbers = list(known)
        found = []
        for at in range(0, len(numbers), call.at_once):
            wanted = ",".join(numbers[at : at + call.at_once])
            payload, _ = await self._ask_platform(call.method, call.arguments, {"items": wanted})
            for row in _rows(payload, call.rows):
                owner = known.get(_number(looking(shown.owner)(row)))
                if owner is not None:
                    found.append(_offer(shown, row, owner))
        return found

    async def set_stock(self, writes: Sequence[StockWrite]) -> list[Refused | None]:
        """Set displayed stock; return why each was refused. Raises a MarketError."""
        call = self._told.stock if self._told else None
        if call is None:
            raise self._dumb("stock")
        try:
            return await self._set(call, writes)
        except Refused as error:
            if len(writes) == 1:
                return [_refusal(call, str(error))]
        except Unreachable as error:  # Pinduoduo tells of a promotion as of a fault inside
            if len(writes) == 1 and _is_locked(call, str(error)):
                return [LockedStock(str(error))]
            raise
        return [one for write in writes for one in await self.set_stock([write])]

    async def _set(self, call: StockCall, writes: Sequence[StockWrite]) -> list[Refused | None]:
        if not call.each:
            for write in writes:
                await self._do(Call(call.method, call.arguments), _values(write))
            return [None] * len(writes)
        rows = [filled(call.each, _values(write)) for write in writes]
        payload = await self._do(Call(call.method, call.arguments), {"rows": rows})
        sku, well = looking(call.result_sku), looking(call.well)
        said = {_number(sku(row)): row for row in _rows(payload, call.results)}
        lost = [write.sku for write in writes if write.sku not in said]
        if lost:
            raise Unreachable(f"the answer leaves out SKU {lost[0]}")
        reason = looking(call.reason)
        return [
            None if well(said[w.sku]) else _refusal(call, str(reason(said[w.sku]) or ""))
            for w in writes
        ]

    async def put_on_sale(self, write: StockWrite, *, on_sale: bool) -> None:
        """Pause or resume the item of a SKU. Raises a MarketError."""
        told = self._told
        call = (told.resume if on_sale else told.pause) if told else None
        if call is None:
            raise self._dumb("resume" if on_sale else "pause")
        await self._do(call, _values(write))

    async def ship(self, number: str, courier: str, waybill: str) -> None:
        """Confirm a shipment. Raises a MarketError; Refused also for an unknown courier."""
        ship = self._told.ship if self._told else None
        if ship is None:
            raise self._dumb("ship")
        code = ship.couriers.get(courier)
        if code is None:
            raise Refused(f"{self._channel.name} has no word for courier {courier!r}")
        values = {"number": number, "courier": code, "waybill": waybill}
        await self._do(Call(ship.method, ship.arguments), values)

    async def shipped(self, number: str) -> tuple[str, str] | None:
        """Return (courier, waybill) of a shipped order; else None. Raises a MarketError."""
        ship, detail = self._told.ship if self._told else None, self._channel.api.detail
        if ship and ship.look:
            call, path = ship.look, ship.order
        elif detail:
            call, path = Call(detail.method, detail.arguments), detail.order
        else:
            raise self._dumb("ship.look")
        payload, odd = await self._ask_platform(call.method, call.arguments, {"number": number})
        batch = self._payloads.of_values([looking(path)(payload)], odd=odd)
        orders = self._payloads.page(batch.drafts).orders
        if not orders:
            raise Unreachable(f"order {number} cannot be read")
        order = orders[0]
        return (order.courier, order.waybill) if order.status in SHIPPED else None

    async def remark(self, number: str, memo: str, flag: int) -> None:
        """Write the seller's memo and flag. Raises a MarketError."""
        call = self._told.remark if self._told else None
        if call is None:
            raise self._dumb("remark")
        values = {"number": number, "memo": memo, "flag": flag}
        await self._do(Call(call.method, call.arguments), values)

    async def day(self, since: int, until: int) -> dict[str, int]:
        """Return number and amount in fen of the orders of a day. Raises a MarketError."""
        call = self._told.day if self._told else None
        if call is None:
            raise self._dumb("day")
        api, money = self._channel.api, fen if call.money == "fen" else yuan
        values = {
            "since": written(since, api.time, self._channel.zone),
            "until": written(until - SECOND_MS, api.time, self._channel.zone),
            "size": api.paging.size,
        }
        found: dict[str, int] = {}
        for page in range(MOST_PAGES):
            values["page"] = api.paging.first + page
            payload, _ = await self._ask_platform(call.method, call.arguments, values)
            total = _whole(looking(call.total)(payload), call.total)
            for row in _rows(payload, call.orders):
                number = _number(looking(call.number)(row))
                found[number] = _money(looking(call.amount)(row), money, number)
            if (page + 1) * api.paging.size >= total:
                return found
        raise Unreachable("the day has no end")

    async def _do(self, call: Call, values: Mapping[str, Any]) -> Any:
        """Make a call; one that failed inside a good envelope is refused as well."""
        payload, _ = await self._ask_platform(call.method, call.arguments, values)
        told = self._told
        code = first(told.code)(payload) if told else None
        if told and code is not None and str(code) not in told.success:
            raise Refused(f"{code} {first(told.text)(payload) or ''}"[:200])
        return payload

    def _dumb(self, what: str) -> Refused:
        return Refused(f"api.outgoing.{what} of {self._channel.name} is not described")


def _values(write: StockWrite) -> dict[str, Any]:
    return {
        "item": write.item,
        "sku": write.sku,
        "code": write.code,
        "quantity": write.quantity,
    }


def _refusal(call: StockCall, reason: str) -> Refused:
    return LockedStock(reason) if _is_locked(call, reason) else Refused(reason)


def _is_locked(call: StockCall, reason: str) -> bool:
    return any(fnmatchcase(reason, pattern) for pattern in call.locked)


def _rows(payload: Any, path: str) -> list[Any]:
    """Return the list at a path; nothing at all is an empty one."""
    found = looking(path)(payload)
    if found in (None, "", {}):
        return []
    if not isinstance(found, list):
        raise Unreachable(f"the answer holds no list at {path!r}")
    return found


def _offers(shown: Listings, item: Any) -> list[Offer]:
    """Return the SKUs that an item carries (itself, if they come by a call of their own)."""
    number = _number(looking(shown.item)(item))
    said = looking(shown.on_sale)(item) if shown.on_sale else shown.sale_is[0]
    title = str(looking(shown.title)(item) or "") if shown.title else ""
    whole_item = Offer(number, "", "", title, str(said) in shown.sale_is, None)
    if shown.sku_call:
        return [whole_item]
    rows = _rows(item, shown.skus) if shown.skus else [item]
    return [_offer(shown, row, whole_item) for row in rows]


def _offer(shown: Listings, row: Any, item: Offer) -> Offer:
    code = looking(shown.code)(row)
    found = looking(shown.quantity)(row)
    quantity = None if found is None else _whole(found, shown.quantity)
    sku = _number(looking(shown.sku)(row))
    return Offer(item.item, sku, str(code or "").strip(), item.title, item.on_sale, quantity)


def _number(value: Any) -> str:
    try:
        found = identifier(value)
    except BadValue as error:
        raise Unreachable(f"a number is damaged: {error.en}") from None
    if found is None:
        raise Unreachable("a listing has no number")
    return found


def _money(value: Any, convert: Converter, number: str) -> int:
    try:
        found = convert(value)
    except BadValue as error:
        raise Unreachable(f"the amount of order {number} {error.en}") from None
    return int(found or 0)


def _whole(value: Any, path: str) -> int:
    try:
        found = whole(value)
    except BadValue:
        found = None
    if found is None:
        raise Unreachable(f"the answer holds no count at {path!r}")
    return found
