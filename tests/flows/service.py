"""The service as its own process, the way people run it, connected to a local Telegram."""

import asyncio
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.bot_api import BotApi

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"/start ([A-Za-z0-9_-]{22})")
PATIENCE_S = 60


@dataclass
class Folder:
    """A shop's folder: the settings file and whatever the commands leave there."""

    path: Path
    telegram: BotApi | None = None
    more: str = ""
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        config = [f'[database]\nurl = "sqlite:///{self.path / "shop.db"}"', self.more]
        config.append(f"[web]\nport = {_free_port()}")
        if self.telegram:
            config.append(
                f'[chat.telegram]\ntoken = "{self.telegram.token}"\n'
                f'api_base = "{self.telegram.url}"'
            )
        file = self.path / "config.toml"
        file.write_text("\n\n".join(config), "utf-8")
        file.chmod(0o600)

    async def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        """Run one command of `zhanggui` to its end; return exit code, output, errors."""
        process = await self._start(*arguments)
        out, err = await process.communicate(stdin.encode())
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    @asynccontextmanager
    async def service(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run the service; at the end it is asked to stop and must do so by itself."""
        process = await self._start("run", heard=False)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            async with asyncio.timeout(PATIENCE_S):
                await process.communicate()
        assert process.returncode == 0

    async def owner_code(self, process: asyncio.subprocess.Process) -> str:
        """Return the code of the owner's invite that the first start prints."""
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            while line := (await process.stdout.readline()).decode():
                self.lines.append(line)
                if found := CODE.search(line):
                    return found[1]
        raise AssertionError("no invite was printed:\n" + "".join(self.lines))

    async def _start(self, *arguments: str, heard: bool = True) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "--config", str(self.path / "config.toml")),
            *arguments,
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE if heard else None,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
