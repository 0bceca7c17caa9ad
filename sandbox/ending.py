"""How does a sandbox process end with the one who started it? By the end of its standard input."""

import asyncio
from typing import IO


class _UntilEnd(asyncio.Protocol):
    """Sets `ended` when the other end of a pipe closes."""

    def __init__(self, ended: asyncio.Event) -> None:
        self._ended = ended

    def eof_received(self) -> None:
        self._ended.set()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - any end will do
        self._ended.set()


async def end_with(pipe: IO[str], ended: asyncio.Event) -> None:
    """Set `ended` as soon as `pipe` does."""
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: _UntilEnd(ended), pipe)
