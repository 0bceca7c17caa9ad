"""A small shop for tests: SKUs on shelves, and orders as a channel would bring them."""

from dataclasses import dataclass, field

from core.domain.intake import LineIn, Mode, OrderIn, Page, Tally
from core.domain.order import PlatformStatus, Refund
from core.services import Tx, allocation, intake
from core.services.intake import How
from core.store import catalogue, shelves
from core.store.door import Store
from core.store.tx import Row
from tests.clock import MONDAY_TEN

LIVE = How(Mode.LIVE, "test")


def order(
    number: str,
    *lines: tuple[str, int],
    paid_at: int = MONDAY_TEN,
    status: PlatformStatus = PlatformStatus.PAID,
    refund: Refund = Refund.NONE,
    version: int = 1,
) -> OrderIn:
    """Return an order of (code, pieces) lines, each piece at 10.00."""
    return OrderIn(
        platform_no=number,
        digest=f"{number}:{version}:{status}:{refund}:{lines}".encode(),
        raw=f'{{"order": "{number}", "version": {version}}}',
        placed_at=paid_at,
        paid_at=paid_at,
        modified_at=paid_at + version,
        status=status,
        refund=refund,
        lines=tuple(
            LineIn(no, code, f"goods {code}", pieces, 1000 * pieces)
            for no, (code, pieces) in enumerate(lines, start=1)
        ),
        gmv_fen=sum(1000 * pieces for _, pieces in lines),
    )


@dataclass
class TestShop:
    """A store seen by SKU codes and order numbers."""

    __test__ = False
    store: Store
    events: list[str] = field(default_factory=list)

    async def stocks(self, **pieces: int) -> None:
        """Put pieces on the shelves: one receipt, new SKUs as needed."""

        def put(tx: Tx) -> None:
            catalogue.create_missing(tx, [catalogue.SkuIn(code, code) for code in pieces])
            ids = catalogue.sku_ids(tx, pieces)
            warehouse = catalogue.main_warehouse(tx)
            moves = [
                shelves.Move(
                    f"receipt:{len(self.events)}:{code}", ids[code.casefold()], warehouse, n
                )
                for code, n in pieces.items()
                if n
            ]
            allocation.receive(tx, moves, "receipt", "test")

        await self.store.write(put)
        self.events.append("receipt")

    async def takes_in(self, *orders: OrderIn, shop: str = "taobao", how: How = LIVE) -> Tally:
        """Take orders in as one page of a shop."""

        def take(tx: Tx) -> Tally:
            found = catalogue.ensure_shop(tx, shop, "file", "Asia/Shanghai", "CNY")
            return intake.take_in(tx, found, Page(orders=list(orders)), how)

        return await self.store.write(take)

    async def pair(self, code: str) -> tuple[int, int]:
        """Return the (SKU, warehouse) pair of a code."""

        def look(tx: Tx) -> tuple[int, int]:
            return catalogue.sku_ids(tx, [code])[code.casefold()], catalogue.main_warehouse(tx)

        return await self.store.write(look)

    async def level(self, code: str) -> tuple[int, int, int]:
        """Return (on hand, reserved, quarantined) of a code."""
        pair = await self.pair(code)
        return await self.store.read(lambda tx: shelves.level(tx, pair))

    async def held(self) -> dict[str, tuple[str, int, int]]:
        """Return order number → (stock axis, pieces reserved, pieces short)."""
        rows = await self.rows(
            "SELECT o.platform_no, o.stock, COALESCE(SUM(a.reserved), 0) AS reserved,"
            " COALESCE(SUM(a.short), 0) AS short FROM orders AS o"
            " LEFT JOIN allocation AS a ON a.order_id = o.id GROUP BY o.platform_no, o.stock"
        )
        return {row["platform_no"]: (row["stock"], row["reserved"], row["short"]) for row in rows}

    async def rows(self, sql: str) -> list[Row]:
        """Return what a query finds."""
        return await self.store.read(lambda tx: tx.all(sql))
