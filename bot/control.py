"""A command given beside a running service is carried out by the service itself.

The service listens on a unix socket beside the SQLite file, open to its owner alone, so that one
process writes. A request is one JSON line; the answer is JSON lines, the last with the exit code.
With PostgreSQL several processes may write, and no socket is needed.
"""

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from bot.out import Out, replay
from core.domain.errors import Refusal
from core.store.engine import sqlite_path

log = logging.getLogger("zhanggui.control")

LINE_LIMIT = 1 << 20
Serve = Callable[[str, Mapping[str, Any], Out], Awaitable[int]]


def socket_path(url: str) -> Path | None:
    """Return where the service of a database listens; None for PostgreSQL."""
    path = sqlite_path(url)
    return path.absolute().with_name(path.name + ".sock") if path else None


async def ask(url: str, command: str, arguments: Mapping[str, Any], out: Out) -> int | None:
    """Have the running service carry a command out; None if none runs. Return the exit code."""
    path = socket_path(url)
    if path is None or not path.exists():
        return None
    try:
        reader, writer = await asyncio.open_unix_connection(path, limit=LINE_LIMIT)
    except (ConnectionRefusedError, FileNotFoundError):
        return None
    try:
        request = {"command": command, "arguments": arguments}
        writer.write(json.dumps(request, ensure_ascii=False).encode() + b"\n")
        await writer.drain()
        async for line in reader:
            message = json.loads(line)
            if "refused" in message:
                raise Refusal(*message["refused"])
            if "exit" in message:
                return int(message["exit"])
            replay(message, out)
    finally:
        writer.close()
    raise Refusal(
        "服务在执行中途退出了；重新执行是安全的。",
        "The service ended half-way; giving the command again is safe.",
    )


class _Wire:
    """Says things to the process at the other end."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def _send(self, **message: object) -> None:
        self._writer.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    def line(self, text: str) -> None:
        """Say one line."""
        self._send(line=text)

    def result(self, value: object) -> None:
        """Give the answer as JSON."""
        self._send(result=value)

    def progress(self, done: int, total: int) -> None:
        """Show how far a long work is."""
        self._send(progress=[done, total])

    def end(self, code: int) -> None:
        """End with an exit code."""
        self._send(exit=code)

    def refuse(self, refusal: Refusal) -> None:
        """End with a refusal."""
        self._send(refused=[refusal.zh, refusal.en])


class Control:
    """The listening end, inside the service."""

    def __init__(self, url: str, serve: Serve) -> None:
        self._path = socket_path(url)
        self._serve = serve
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; a socket that a killed service left behind is replaced."""
        if self._path is None:
            return
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._answer, self._path)
        finally:
            os.umask(before)

    async def close(self) -> None:
        """Listen no more."""
        if self._server and self._path:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = _Wire(writer)
        try:
            request = json.loads(await reader.readline())
            wire.end(await self._serve(request["command"], request["arguments"], wire))
        except Refusal as refusal:
            wire.refuse(refusal)
        except Exception:
            log.exception("A command from the terminal broke off")
            wire.refuse(
                Refusal(
                    "命令出错了，详情在服务日志里。",
                    "The command broke off; see the service's log.",
                )
            )
        finally:
            with contextlib.suppress(ConnectionError):
                await writer.drain()
            writer.close()
