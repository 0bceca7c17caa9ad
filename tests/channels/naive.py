"""Control: a poller as it is first written. What goes wrong with it is what ours must prevent."""

from core.adapters.marketplaces.http_json import HttpJson, Means
from core.adapters.marketplaces.pace import Pace
from core.domain.channel import Rate
from core.domain.errors import MarketError
from core.http.client import Http
from sandbox.marketplaces.marketplace import Marketplace
from tests.channels.shops import Naps, described
from tests.clock import HOUR, SECOND, SettableClock


class Naive:
    """From the first page to the last, an error is no order, and the next window begins now."""

    def __init__(self, market: Marketplace, http: Http, clock: SettableClock, size: int) -> None:
        channel = described(market, api={"paging": {"size": size}})
        pace = Pace(Rate(100_000, 1), lambda: clock() / SECOND, Naps(clock))
        self._driver = HttpJson(channel, Means(http.send, clock, pace))
        self._size = size
        self._clock = clock
        self._cursor = clock() - HOUR // 2
        self.seen: list[str] = []

    async def poll(self, behind: int = 0) -> None:
        """Take what is there up to so many ms behind now."""
        until = self._clock() - behind
        page, total = 0, 1
        while page * self._size < total:
            try:
                shown = await self._driver.changes(self._cursor, until, page)
            except MarketError:
                page += 1
                continue
            total = shown.total or 0
            self.seen += [one.number for one in shown.seen]
            page += 1
        self._cursor = until

    def lost(self, market: Marketplace) -> set[str]:
        """Return the orders of the book that it never saw."""
        return set(market.book.sold()) - set(self.seen)
