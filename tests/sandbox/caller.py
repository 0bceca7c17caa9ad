"""A bare caller of the Bot API: no library between the test and the wire."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from sandbox.bot_api import BotApi


@dataclass(slots=True)
class Caller:
    """Calls methods with a JSON body and returns status and answer."""

    session: ClientSession
    base: str

    async def __call__(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        async with self.session.post(f"{self.base}/{method}", json=params) as response:
            return response.status, await response.json(content_type=None)

    async def error(self, method: str, **params: Any) -> str:
        """Return the description of the refusal that a call gets."""
        status, body = await self(method, **params)
        assert status == body["error_code"]
        return str(body["description"])

    async def result(self, method: str, **params: Any) -> Any:
        """Return the result of a call that must go well."""
        status, body = await self(method, **params)
        assert status == 200, body
        return body["result"]


@asynccontextmanager
async def calling(server: BotApi, *, timeout: float = 10) -> AsyncIterator[Caller]:  # noqa: ASYNC109
    """Open a caller for the bot of `server`."""
    async with ClientSession(timeout=ClientTimeout(total=timeout)) as session:
        yield Caller(session, f"{server.url}/bot{server.token}")
