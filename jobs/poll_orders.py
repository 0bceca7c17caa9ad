"""Ask every shop for what changed, window by window, and keep it: nothing lost, nothing twice.

A window is read whole before the cursor passes it; a fault leaves the cursor where it was and the
whole window is asked again. Each shop runs by itself: a dead one delays no other.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from core.domain import windows
from core.domain.channel import Channel
from core.domain.errors import MarketError, Refused, SessionOver, Throttled, Unreachable
from core.domain.intake import Mode, Page, Tally
from core.ports import ChangeList, Glimpse, Marketplace
from core.services import intake, polling
from core.services.polling import LIVE, PAST, Kept, Shop, Span
from core.store.door import Store

log = logging.getLogger("zhanggui.poll")

Sleep = Callable[[float], Awaitable[None]]

DAY_MS: Final = 86_400_000
MINUTE_S: Final = 60.0
JITTER: Final = 0.1
"""An interval is up to so much shorter or longer, so that shops do not ask all at once."""

FIRST_WAIT_S: Final = 2.0
LONGEST_WAIT_S: Final = 300.0
"""After a fault a shop is asked again after 2 s, then twice as long each time, up to 5 minutes."""

DOWN_AFTER: Final = 5
"""After so many faults in a row somebody is told."""

AGAIN: Final = 3
"""A window that grows while it is read is read anew, at most so often."""

SETTLED_MS: Final = 2000
"""A version is whole once it is so old: platforms count in seconds, and more may happen in one."""


@dataclass(slots=True)
class Turn:
    """What one turn of a shop brought."""

    windows: int = 0
    pages: int = 0
    tally: Tally = field(default_factory=Tally)


class ShopPoll:
    """One shop: brings it up to date, again and again."""

    def __init__(
        self,
        store: Store,
        channel: Channel,
        market: Marketplace,
        minutes: float,
        sleep: Sleep,
    ) -> None:
        self.channel = channel
        self._store = store
        self._market = market
        self._every_s = (channel.account.poll_minutes or minutes) * MINUTE_S
        self._sleep = sleep
        self._faults = 0
        self._entered = False
        self._troubled = True  # what an earlier run of the program left open is looked at once

    async def run(self) -> None:
        """Poll for ever; whatever happens to this shop stays with this shop."""
        await self._sleep(_jittered(min(self._every_s, MINUTE_S) * JITTER))
        while True:
            await self._sleep(await self.turn())

    async def run_history(self) -> None:
        """Keep what changed in the days before, once; nothing follows from it."""
        while self.channel.account.history_days:
            try:
                await self.catch_up(PAST)
            except MarketError as error:
                await self._sleep(await self._trouble(error))
            else:
                return

    async def turn(self) -> float:
        """Bring the shop up to date; return how many seconds to wait until the next turn."""
        try:
            done = await self.catch_up()
        except MarketError as error:
            return await self._trouble(error)
        except Exception:
            log.exception("polling %s broke off; it is tried again", self.channel.name)
            return self._every_s
        if done.pages:
            log.debug("%s: %s", self.channel.name, done)
        self._faults = 0
        if self._troubled:
            shop = await self._shop()
            await self._store.write(lambda tx: polling.well(tx, shop))
            self._troubled = False
        return _jittered(self._every_s)

    async def catch_up(self, lane: str = LIVE) -> Turn:
        """Read every window between the cursor and now. Raises a MarketError; what is kept stays.

        Returns what it brought.
        """
        turn = Turn()
        shop = await self._shop()
        if not self._entered:
            mode = self.channel.account.mode
            await self._store.write(lambda tx: polling.enter_mode(tx, shop, mode))
            self._entered = True
        end = windows.upto(self._store.clock(), self.channel.api.windows)
        cursor = await self._store.read(lambda tx: polling.cursor(tx, shop, lane))
        if lane == PAST:
            end = await self._begun(shop, end)
        if cursor is None:
            cursor = self._start(lane, end)
        while span := windows.following(cursor, end, self.channel.api.windows):
            window = Span(lane, *span)
            cursor = await self._window(_Reading(shop, window, self._how(lane), turn), cursor)
        return turn

    async def again(self, since: int) -> Turn:
        """Read once more what changed since, beside the cursor. Raises a MarketError."""
        turn = Turn()
        shop = await self._shop()
        now = self._store.clock()
        end = windows.upto(now, self.channel.api.windows)
        cursor = since
        while span := windows.following(cursor, end, self.channel.api.windows):
            window = Span(f"again:{now}", *span)
            cursor = await self._window(_Reading(shop, window, self._how(LIVE), turn), cursor)
        return turn

    async def _shop(self) -> Shop:
        mapping = self.channel.mapping
        return await self._store.write(
            lambda tx: polling.ensure_shop(
                tx, mapping.name, self.channel.platform, mapping.zone, mapping.currency
            )
        )

    def _start(self, lane: str, end: int) -> int:
        first, history = self.channel.api.windows.first_days, self.channel.account.history_days
        return end - (first if lane == LIVE else history) * DAY_MS

    async def _begun(self, shop: Shop, end: int) -> int:
        """Return where history ends: at the beginning of the first live window."""
        begun = await self._store.read(lambda tx: polling.begun(tx, shop, LIVE))
        return end if begun is None else begun

    def _how(self, lane: str) -> intake.How:
        live = lane == LIVE and self.channel.account.mode == "live"
        mapping = self.channel.mapping
        mode = Mode.LIVE if live else Mode.HISTORY
        return intake.How(mode, polling.ACTOR, mapping.create_skus, mapping.services)

    async def _window(self, reading: "_Reading", cursor: int) -> int:
        """Read one window whole; return where the cursor stands then."""
        for _ in range(AGAIN):
            first = await self._changes(reading.span, 0)
            shorter = self._shortened(reading.span, first, cursor)
            if shorter is not None:
                reading.span = Span(reading.span.lane, reading.span.since, shorter)
                return await self._window(reading, cursor)
            if await self._pages(reading, first):
                break
        reading.turn.windows += 1
        return reading.span.until

    async def _changes(self, span: Span, page: int) -> ChangeList:
        return await self._market.changes(span.since, span.until, page)

    def _shortened(self, span: Span, first: ChangeList, cursor: int) -> int | None:
        """Return an earlier end for a window with more pages than the platform shows."""
        paging = self.channel.api.paging
        if not paging.most or first.total is None or first.total <= paging.most * paging.size:
            return None
        return windows.halved(span.since, span.until, cursor)

    async def _pages(self, reading: "_Reading", first: ChangeList) -> bool:
        """Read and keep the pages of a window; False if it has grown and must be read anew."""
        if first.total is None:
            return await self._forward(reading, first)
        count = max(1, -(-first.total // self.channel.api.paging.size))
        order = range(count - 1, -1, -1) if self.channel.api.paging.last_first else range(count)
        window: int | None = None
        for page in order:
            shown = first if count == 1 else await self._changes(reading.span, page)
            grown = page == order[-1] and (shown.total or 0) > first.total
            place = Kept(
                reading.span, count, window, len(shown.seen) + len(shown.bad),
                last=page == order[-1] and not grown,
            )  # fmt: skip
            window = await self._keep(reading, shown, place)
            if grown:
                return False
        return True

    async def _forward(self, reading: "_Reading", shown: ChangeList) -> bool:
        """Read pages to the last where the platform does not count them."""
        window: int | None = None
        page = 0
        while True:
            seen = len(shown.seen) + len(shown.bad)
            place = Kept(reading.span, page + 1, window, seen, last=not shown.more)
            window = await self._keep(reading, shown, place)
            if not shown.more:
                return True
            page += 1
            shown = await self._changes(reading.span, page)

    async def _keep(self, reading: "_Reading", shown: ChangeList, place: Kept) -> int:
        """Read what is new or newer, and keep it in the commit that may move the cursor."""
        page = Page()
        news = await self._news(reading.shop, shown.seen)
        if news:
            page = await self._market.read(news)
        page.bad += shown.bad
        keep = partial(polling.keep, shop=reading.shop, page=page, how=reading.how, place=place)
        window, tally = await self._store.write(keep)
        tally.unchanged += len(shown.seen) - len(news)
        reading.turn.pages += 1
        reading.turn.tally.add(tally)
        return window

    async def _news(self, shop: Shop, seen: Sequence[Glimpse]) -> list[Glimpse]:
        """Return the orders that are not stored just so; each number once, its newest first."""
        unique: dict[str, Glimpse] = {}
        for one in seen:
            other = unique.get(one.number)
            if other is None or (one.modified_at or 0) >= (other.modified_at or 0):
                unique[one.number] = one
        if not unique:
            return []
        known = await self._store.read(lambda tx: polling.known(tx, shop, unique))
        return [one for number, one in unique.items() if not _same(one, known.get(number))]

    async def _trouble(self, error: MarketError) -> float:
        """Say what is wrong, once; return how long to leave the shop alone."""
        self._faults += 1
        code = _code(error, self._faults)
        log.warning("%s: %s (%s)", self.channel.name, type(error).__name__, error)
        if code:
            reason = str(error)[:200]
            await self._store.write(
                lambda tx: polling.trouble(tx, self.channel.name, code, reason)
            )
            self._troubled = True
        if not isinstance(error, Unreachable):
            return _jittered(self._every_s)
        backed_off = min(FIRST_WAIT_S * 2 ** min(self._faults - 1, 10), LONGEST_WAIT_S)
        return max(error.retry_after, _jittered(backed_off))


@dataclass(slots=True)
class _Reading:
    """A window under way."""

    shop: Shop
    span: Span
    how: intake.How
    turn: Turn


def _code(error: MarketError, faults: int) -> str:
    """Return the exception that tells of an error; "" while there is nothing to tell."""
    if isinstance(error, SessionOver):
        return "CHANNEL_SESSION"
    if isinstance(error, Refused):
        return "CHANNEL_REFUSED"
    if isinstance(error, Throttled):
        return ""
    return "CHANNEL_DOWN" if faults >= DOWN_AFTER else ""


def _same(one: Glimpse, stored: polling.Row | None) -> bool:
    """Tell whether an order is stored as it is shown, so that it need not be read again."""
    if stored is None:
        return False
    if one.digest is not None:
        return bytes(stored["digest"]) == one.digest
    at = one.modified_at
    return (
        at is not None and stored["modified_at"] == at and stored["updated_at"] > at + SETTLED_MS
    )


def _jittered(seconds: float) -> float:
    return seconds * (1 - JITTER + 2 * JITTER * secrets.randbelow(1001) / 1000)
