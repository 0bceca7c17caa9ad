"""What goes on in one shop: listings, orders and everything that buyers and the seller do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.marketplaces.book import Book, Kind
from sandbox.marketplaces.errors import SoldOut
from sandbox.marketplaces.model import Buyer, Line, Listing, Refund, Status, Trade
from sandbox.marketplaces.moments import Clock

Number = Callable[[int, int], str]
"""Makes an order number from the moment (ms) and the serial number of the order."""

OPEN = frozenset({Status.UNPAID, Status.HELD, Status.PAID, Status.PART_SHIPPED})


@dataclass(slots=True)
class Shop:
    """One shop on one marketplace. All its doings are written into the book.

    `versions` holds every version of every order, oldest first. `watchers` are told of each new
    version and what happened (that is how pushes come about). `quiet` are the changes that do not
    move the modification time on this platform. `windows` holds what lists found since the last
    change.
    """

    name: str
    id: int
    clock: Clock
    book: Book
    number: Number
    listings: list[Listing] = field(default_factory=list)
    versions: dict[str, list[Trade]] = field(default_factory=dict)
    quiet: frozenset[str] = frozenset()
    watchers: list[Callable[["Shop", Trade, str], None]] = field(default_factory=list)
    windows: dict[tuple[object, ...], list[Trade]] = field(default_factory=dict)
    _serial: int = 0
    _refund_serial: int = 70_000_000_000
    _by_sku: dict[int, Listing] = field(default_factory=dict)

    def offer(
        self,
        code: str,
        stock: int | None,
        *,
        title: str = "",
        price_fen: int = 5900,
        item: int | None = None,
    ) -> Listing:
        """Put a SKU on sale; with `item` it becomes one more SKU of that item."""
        at = len(self.listings) + 1
        own = 600_000_000_000 + self.id * 100_000 + at
        listing = Listing(
            item=item or own,
            sku=own + 4_000_000_000_000,
            code=code,
            title=title or f"商品 {code}",
            price_fen=price_fen,
            stock=stock,
        )
        self.listings.append(listing)
        self._by_sku[listing.sku] = listing
        return listing

    def withdraw(self, listing: Listing) -> None:
        """Take a SKU away altogether: lists do not show it any more."""
        self.listings.remove(listing)

    def listing(self, code: str) -> Listing:
        """Return the first listing with this outer code. Raises KeyError."""
        for listing in self.listings:
            if listing.code == code:
                return listing
        raise KeyError(code)

    def trade(self, number: str) -> Trade:
        """Return the newest version of an order. Raises KeyError."""
        return self.versions[number][-1]

    def trades(self) -> Iterator[Trade]:
        """Give the newest version of every order."""
        return (versions[-1] for versions in self.versions.values())

    def sell(
        self,
        what: str | Mapping[str, int] | Sequence[Line],
        quantity: int = 1,
        *,
        buyer: Buyer | None = None,
        at: int | None = None,
        force: bool = False,
        **more: Any,
    ) -> Trade:
        """Sell `what` (a code, `{code: pieces}`, or lines of any making) and return the order.

        It is paid at once unless `status` says otherwise. The keyword arguments are fields of
        `Trade`. Raises SoldOut if buyers are shown fewer pieces or none; `force` sells anyway.
        """
        now = self.clock() if at is None else at
        wanted = {what: quantity} if isinstance(what, str) else what
        lines = self._lines(wanted) if isinstance(wanted, Mapping) else tuple(wanted)
        self._take(lines, force=force)
        status = more.pop("status", Status.PAID)
        paid_at = more.pop("paid_at", None if status is Status.UNPAID else now)
        trade = Trade(
            number=more.pop("number", "") or self.next_number(now),
            status=status,
            created_at=now,
            modified_at=more.pop("modified_at", now),
            buyer=buyer or Buyer(),
            lines=lines,
            paid_at=paid_at,
            **more,
        )
        return self.add(trade)

    def next_number(self, at: int) -> str:
        """Return the number of an order that is placed at that moment (ms)."""
        self._serial += 1
        return self.number(at, self._serial)

    def add(self, trade: Trade) -> Trade:
        """Enter an order as it is (history, say), without a look at the stock."""
        self.versions[trade.number] = [trade]
        self.windows.clear()
        self.book.write(
            trade.created_at,
            Kind.SOLD,
            shop=self.name,
            order=trade.number,
            data={
                "payment_fen": trade.payment_fen,
                "pieces": sum(line.quantity for line in trade.lines),
                "status": str(trade.status),
            },
        )
        self._tell(trade, "paid" if trade.paid_at else "created")
        return trade

    def change(self, number: str, what: str, **fields: Any) -> Trade:
        """Make a new version of an order, modified now; the keyword arguments are its fields."""
        now, was = self.clock(), self.trade(number)
        moved = was.modified_at if what in self.quiet else max(now, was.modified_at)
        trade = replace(was, **({"modified_at": moved} | fields))
        self.versions[number].append(trade)
        self.windows.clear()
        self.book.write(
            now,
            Kind.CHANGED,
            shop=self.name,
            order=number,
            data={"what": what, "status": str(trade.status), "refund": str(trade.refund)},
        )
        self._tell(trade, what)
        return trade

    def pay(self, number: str, *, held: bool = False) -> Trade:
        """The buyer pays; `held` puts the order under risk review."""
        status = Status.HELD if held else Status.PAID
        return self.change(number, "paid", status=status, paid_at=self.clock())

    def release(self, number: str) -> Trade:
        """The risk review ends well."""
        return self.change(number, "released", status=Status.PAID)

    def cancel(self, number: str) -> Trade:
        """The buyer cancels: what was never paid is cancelled, what was paid is given back."""
        trade = self.trade(number)
        if trade.status in OPEN:
            self._put_back(trade.lines)
        if trade.paid_at is None:
            return self.change(number, "cancelled", status=Status.CANCELLED, ended_at=self.clock())
        return self.refund(number)

    def ask_refund(self, number: str, line: int | None = None) -> Trade:
        """The buyer asks for the money back, for one line (by its place) or for all."""
        lines = self._refunds(number, line, Refund.ASKED)
        return self.change(number, "refund asked", lines=lines, refund_at=self.clock())

    def refuse_refund(self, number: str, line: int | None = None) -> Trade:
        """The seller refuses."""
        lines = self._refunds(number, line, Refund.REFUSED)
        return self.change(number, "refund refused", lines=lines, refund_at=self.clock())

    def refund(self, number: str, line: int | None = None) -> Trade:
        """The money goes back; an order with no line left is closed."""
        lines = self._refunds(number, line, Refund.DONE)
        fields: dict[str, Any] = {"lines": lines, "refund_at": self.clock()}
        if all(one.refund is Refund.DONE for one in lines):
            fields |= {"status": Status.CLOSED, "ended_at": self.clock()}
        return self.change(number, "refunded", **fields)

    def ship(self, number: str, courier: str, waybill: str) -> Trade:
        """The seller ships, here or by a call."""
        return self.change(
            number,
            "shipped",
            status=Status.SHIPPED,
            shipped_at=self.clock(),
            courier=courier,
            waybill=waybill,
        )

    def finish(self, number: str) -> Trade:
        """The buyer has received it."""
        return self.change(number, "finished", status=Status.DONE, ended_at=self.clock())

    def touch(self, number: str) -> Trade:
        """Something changes that is not shown: only the modification time moves."""
        return self.change(number, "touched")

    def remark(self, number: str, memo: str, flag: int) -> Trade:
        """The seller writes a memo and plants a flag."""
        return self.change(number, "memo", memo=memo, flag=flag)

    def set_stock(self, listing: Listing, stock: int) -> None:
        """The seller sets what buyers are shown."""
        was, listing.stock = listing.stock, stock
        data = {"code": listing.code, "sku": listing.sku, "was": was, "stock": stock}
        self.book.write(self.clock(), Kind.STOCK, shop=self.name, data=data)

    def shelve(self, item: int, *, on_sale: bool) -> None:
        """The seller pauses or resumes an item."""
        for listing in self.listings:
            if listing.item == item:
                listing.on_sale = on_sale
        data = {"item": item, "on_sale": on_sale}
        self.book.write(self.clock(), Kind.SHELF, shop=self.name, data=data)

    def line(self, listing: Listing, quantity: int, **more: Any) -> Line:
        """Return a line that sells `quantity` of a listing; the rest are fields of `Line`."""
        fields: dict[str, Any] = {
            "item": listing.item,
            "sku": listing.sku,
            "code": listing.code,
            "title": listing.title,
            "quantity": quantity,
            "price_fen": listing.price_fen,
        }
        return Line(**(fields | more))

    def _lines(self, wanted: Mapping[str, int]) -> tuple[Line, ...]:
        return tuple(self.line(self.listing(code), pieces) for code, pieces in wanted.items())

    def _take(self, lines: Sequence[Line], *, force: bool) -> None:
        found = [(self._by_sku.get(line.sku), line.quantity) for line in lines]
        shown = [(listing, pieces) for listing, pieces in found if listing is not None]
        if not force:
            for listing, pieces in shown:
                if not listing.on_sale or (listing.stock or 0) < pieces:
                    data = {"code": listing.code, "wanted": pieces, "stock": listing.stock}
                    self.book.write(self.clock(), Kind.MISSED, shop=self.name, data=data)
                    raise SoldOut(listing.code)
        for listing, pieces in shown:
            listing.stock = max(0, (listing.stock or 0) - pieces)

    def _put_back(self, lines: Sequence[Line]) -> None:
        for line in lines:
            listing = self._by_sku.get(line.sku)
            if listing is not None and listing.stock is not None:
                listing.stock += line.quantity

    def _refunds(self, number: str, line: int | None, refund: Refund) -> tuple[Line, ...]:
        return tuple(
            replace(one, refund=refund, refund_id=one.refund_id or self._refund_id())
            if line in (None, at)
            else one
            for at, one in enumerate(self.trade(number).lines)
        )

    def _refund_id(self) -> int:
        self._refund_serial += 1
        return self._refund_serial

    def _tell(self, trade: Trade, what: str) -> None:
        for watcher in self.watchers:
            watcher(self, trade, what)
