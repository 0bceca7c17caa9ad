"""A Bot API that costs next to nothing: hands N updates out, counts N echoes, tells the seconds.

    python -m bench.bot_api_stub N CHATS

It prints its port, then "began" with the first update that it hands out, and when N messages
have been sent a JSON line with the seconds between the two.
"""

import asyncio
import json
import re
import sys
import time
from typing import Final

from typing_extensions import override

_LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_OFFSET: Final = re.compile(rb'offset(?:"\r\n\r\n|=|": *)(\d+)')
_METHOD: Final = re.compile(rb"/bot[^/]*/(\w+)")
_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_BATCH: Final = 100
_ME: Final = {"id": 42, "is_bot": True, "first_name": "bench", "username": "bench_bot"}


class Stub:
    """The state that all connections share."""

    def __init__(self, updates: int, chats: int) -> None:
        self.updates = updates
        self.sent = 0
        self.began = 0.0
        self.done = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []
        self._raw = [_update(number, chats) for number in range(updates)]
        self._message = json.dumps(_update(0, chats)["message"])

    async def answer(self, method: bytes, body: bytes) -> str:
        """Return the JSON text of an answer."""
        if method == b"getUpdates":
            return await self._get_updates(body)
        if method == b"sendMessage":
            self.sent += 1
            if self.sent == self.updates:
                self.done.set()
            return '{"ok":true,"result":' + self._message + "}"
        result = _ME if method == b"getMe" else True
        return json.dumps({"ok": True, "result": result})

    def _asked(self, body: bytes) -> int:
        found = _OFFSET.search(body)
        return int(found.group(1)) if found else 0

    async def _get_updates(self, body: bytes) -> str:
        start = self._asked(body)
        if start >= self.updates:
            await self.done.wait()
            return '{"ok":true,"result":[]}'
        if not self.began:
            self.began = time.perf_counter()
            tell("began")
        return json.dumps({"ok": True, "result": self._raw[start : start + _BATCH]})


def _update(number: int, chats: int) -> dict[str, object]:
    person = 1_000 + number % chats
    names = {"id": person, "first_name": "Wang"}
    message = {
        "message_id": number + 1,
        "date": 1_790_000_000,
        "chat": names | {"type": "private"},
        "from": names | {"is_bot": False, "language_code": "zh-hans"},
        "text": f"/order {number}",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }
    return {"update_id": number, "message": message}


class Connection(asyncio.Protocol):
    """One keep-alive HTTP connection: requests come one after the other."""

    def __init__(self, stub: Stub, tasks: asyncio.TaskGroup) -> None:
        self._stub = stub
        self._tasks = tasks
        self._got = b""
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._got += data
        head, found, rest = self._got.partition(b"\r\n\r\n")
        if not found:
            return
        length = _LENGTH.search(head)
        size = int(length.group(1)) if length else 0
        if length is None and b"chunked" in head:
            if not rest.endswith(b"0\r\n\r\n"):
                return
        elif len(rest) < size:
            return
        self._got = b""
        method = _METHOD.search(head)
        if method and not self._stub.done.is_set():
            self._tasks.create_task(self._reply(method.group(1), head + rest))

    async def _reply(self, method: bytes, body: bytes) -> None:
        text = (await self._stub.answer(method, body)).encode()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_HEAD % len(text) + text)


def tell(line: object) -> None:
    """Say something to whoever started us."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def serve(updates: int, chats: int) -> None:
    """Serve until all updates were echoed."""
    stub = Stub(updates, chats)
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        server = await loop.create_server(lambda: Connection(stub, tasks), "127.0.0.1", 0)
        tell(server.sockets[0].getsockname()[1])
        await stub.done.wait()
        seconds = time.perf_counter() - stub.began
        tell(json.dumps({"seconds": seconds}))
        server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
