"""A Bot API that asks `/order` at a steady rate and takes the time until each answer.

    python -m bench.chat_order_stub N CHATS RATE

RATE is updates a second; 0 hands out whatever is asked for (a backlog). It prints its port, then
"began" with the first update, then a JSON line: `p50_ms`, `p99_ms`, `per_second`.
"""

import asyncio
import json
import re
import sys
import time
from typing import Final

from typing_extensions import override

from bench.bot_api_stub import Connection, Stub, tell

CHAT: Final = re.compile(rb'chat_id(?:"\r\n\r\n|=|": *"?)(\d+)')
BATCH: Final = 100
FIRST_ORDER: Final = 70_000_000
ORDERS: Final = 1_000


class Asking(Stub):
    """Hands `/order` updates out when they are due and remembers when."""

    def __init__(self, updates: int, chats: int, rate: float) -> None:
        super().__init__(updates, chats)
        self._rate = rate
        self._given: dict[int, float] = {}
        self.took: list[float] = []
        for number, update in enumerate(self._raw):
            message = update["message"]
            assert isinstance(message, dict)
            message["text"] = f"/order {FIRST_ORDER + number % ORDERS}"

    @override
    async def answer(self, method: bytes, body: bytes) -> str:
        if method == b"sendMessage":
            found = CHAT.search(body)
            given = self._given.pop(int(found.group(1)), None) if found else None
            if given is not None:
                self.took.append(time.perf_counter() - given)
        return await super().answer(method, body)

    @override
    async def _get_updates(self, body: bytes) -> str:
        start = self._asked(body)
        end = min(start + BATCH, self.updates)
        if self._rate and start < self.updates:
            end = min(end, await self._due(start))
        text = await super()._get_updates(body)
        if start >= self.updates:
            return text
        now = time.perf_counter()
        for number in range(start, end):
            message = self._raw[number]["message"]
            assert isinstance(message, dict)
            self._given[message["chat"]["id"]] = now
        return json.dumps({"ok": True, "result": self._raw[start:end]})

    async def _due(self, start: int) -> int:
        """Wait until update `start` is due; return the first one that is not due yet."""
        if not self.began:
            return 1
        wait = self.began + start / self._rate - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        return int((time.perf_counter() - self.began) * self._rate) + 1


async def serve(updates: int, chats: int, rate: float) -> None:
    """Serve until everything was answered."""
    stub = Asking(updates, chats, rate)
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        server = await loop.create_server(lambda: Connection(stub, tasks), "127.0.0.1", 0)
        tell(server.sockets[0].getsockname()[1])
        await stub.done.wait()
        seconds = time.perf_counter() - stub.began
        took = sorted(stub.took)
        tell(
            json.dumps(
                {
                    "p50_ms": took[len(took) // 2] * 1000,
                    "p99_ms": took[len(took) * 99 // 100] * 1000,
                    "per_second": updates / seconds,
                }
            )
        )
        server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
