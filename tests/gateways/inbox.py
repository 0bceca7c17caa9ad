"""Stand-ins for what is behind the receiver: an inbox, and a sleep that takes no time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.receive_aiogram import AiogramReceiver
from core.messaging import Envelope, Incoming


@dataclass
class Naps:
    """Counts the pauses that were asked for, and takes none of them."""

    taken: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0)


@dataclass
class Inbox:
    """Keeps envelopes by key, as the real inbox does; `fail` makes the next calls fail."""

    rows: dict[str, Envelope] = field(default_factory=dict)
    fail: int = 0
    calls: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def accept(self, envelopes: Sequence[Envelope]) -> None:
        self.calls += 1
        if self.fail:
            self.fail -= 1
            raise OSError("the disk is full")
        async with self.news:
            for envelope in envelopes:
                self.rows.setdefault(envelope.key, envelope)
            self.news.notify_all()

    async def until(self, count: int) -> list[Envelope]:
        async with asyncio.timeout(5), self.news:
            await self.news.wait_for(lambda: len(self.rows) >= count)
        return list(self.rows.values())

    async def understood(self, receiver: AiogramReceiver, count: int) -> list[Incoming | None]:
        return [receiver.parse(row.raw) for row in await self.until(count)]


@asynccontextmanager
async def running(work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run `work` beside the block and end it with the block."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work())
        try:
            yield
        finally:
            task.cancel()
