"""Which addresses does the server have? The Bot API, its files, and what is hung beside them."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import hdrs, web

from sandbox.bot_api.errors import NOT_FOUND, TOO_LARGE, UNAUTHORIZED, ApiError
from sandbox.bot_api.faults import Then
from sandbox.bot_api.gate import Gate, Outcome
from sandbox.bot_api.request import read_request
from sandbox.bot_api.state import State

TOKEN = re.compile(r"\d+:[\w-]+")
MAX_BODY = 64 * 1024 * 1024

as_json = partial(json.dumps, ensure_ascii=False)


def error_response(error: ApiError) -> web.Response:
    """Return an error as Telegram sends it."""
    return web.json_response(error.body(), status=error.code, dumps=as_json)


@dataclass(slots=True)
class Server:
    """Takes requests in and gives answers out; `closing` frees those that were left hanging."""

    state: State
    gate: Gate
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the Bot API itself."""
        return [
            web.get("/file/bot{token}/{path:.+}", self.file),
            web.route("*", "/bot{token}/{method}", self.method),
        ]

    async def method(self, request: web.Request) -> web.StreamResponse:
        """Answer one call of a method."""
        refused = self._refused(request)
        if refused is not None:
            return error_response(refused)
        try:
            given, uploads = await read_request(request)
        except ApiError as error:
            return error_response(error)
        except web.HTTPRequestEntityTooLarge:
            return error_response(TOO_LARGE)
        outcome = await self.gate.handle(request.match_info["method"], given, uploads)
        return await self._answer(request, outcome)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Give the bytes of a file out."""
        refused = self._refused(request)
        stored = self.state.files.by_path.get(request.match_info["path"])
        if refused is not None or stored is None:
            return error_response(refused or NOT_FOUND)
        fault = self.state.faults.take("file", None)
        if fault is not None:
            body: dict[str, Any] = fault.error.body() if fault.error else {}
            status = fault.error.code if fault.error else 0
            return await self._answer(request, Outcome(status, body, fault.then, fault.html))
        return web.Response(body=stored.upload.data, content_type="application/octet-stream")

    def _refused(self, request: web.Request) -> ApiError | None:
        token = request.match_info["token"]
        if token == self.state.token:
            return None
        return UNAUTHORIZED if TOKEN.fullmatch(token) else NOT_FOUND

    async def _answer(self, request: web.Request, outcome: Outcome) -> web.StreamResponse:
        if outcome.then is Then.HANG:
            await self.closing.wait()
        if outcome.then is not Then.ANSWER:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if outcome.html:
            page = f"<html><head><title>{outcome.status} Bad Gateway</title></head></html>"
            return web.Response(status=outcome.status, text=page, content_type="text/html")
        response = web.json_response(outcome.body, status=outcome.status, dumps=as_json)
        wait = outcome.body.get("parameters", {}).get("retry_after")
        if wait is not None:
            response.headers[hdrs.RETRY_AFTER] = str(wait)
        return response
