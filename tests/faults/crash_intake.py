"""The child of the crash tests: takes two pages and one command in, and may die on the way.

    python -m tests.faults.crash_intake URL CRASH_AT [bare]

writes the checkpoints it passed, one per line. With `bare` it goes round the door: every statement
is its own commit (the paired control).
"""

import asyncio
import sys
from collections.abc import Callable
from typing import TypeVar

from core.domain import checkpoints
from core.domain.order import PlatformStatus
from core.services import allocation
from core.store.door import Store, keyed
from core.store.engine import open_store, sqlite_path
from core.store.engine_sqlite import connect
from core.store.tx import Tx
from tests.clock import MONDAY_TEN
from tests.shop import TestShop, order

T = TypeVar("T")


class BareStore(Store):
    """A store without transactions: what the door protects from."""

    def __init__(self, url: str) -> None:
        path = sqlite_path(url)
        assert path is not None
        self._connection = connect(path)

    async def write(self, fn: Callable[[Tx], T], *, key: str | None = None) -> T:
        """Run `fn` statement by statement."""
        tx = Tx(self._connection.cursor(), "sqlite", MONDAY_TEN)
        return (keyed(key, fn) if key else fn)(tx)

    async def close(self) -> None:
        """Close the connection."""
        self._connection.close()


async def main(url: str, crash_at: int, *, bare: bool) -> None:
    """Do the same work every time; what is done already must change nothing."""
    store = BareStore(url) if bare else open_store(url, lambda: MONDAY_TEN)
    shop = TestShop(store)
    checkpoints.arm(crash_at)
    await shop.stocks(cup=4, lid=1)
    await shop.takes_in(
        order("1", ("cup", 2), ("lid", 1)), order("2", ("cup", 2)), order("3", ("cup", 1))
    )
    await shop.takes_in(
        order("2", ("cup", 2), status=PlatformStatus.CLOSED, version=2),
        order("4", ("lid", 1), paid_at=MONDAY_TEN + 1),
    )
    pair = await shop.pair("lid")
    await store.write(
        lambda tx: allocation.count(tx, "count:lid", pair, 2, "person:1"), key="telegram:1:77"
    )
    await store.close()
    sys.stdout.write("\n".join(checkpoints.passed()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), bare="bare" in sys.argv))
