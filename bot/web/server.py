"""Which addresses do we answer, and what does every answer carry?

`/healthz` says whether the database answers; `/p/CODE` shows the page of a short-lived link.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeVar

from aiohttp import web

from bot.sections import WebSettings
from bot.web import page
from core.services import Tx, pages
from core.services.pages import BuyerData
from core.texts import EN, ZH

T = TypeVar("T")
log = logging.getLogger("zhanggui.web")

HEALTH_LIMIT_S: Final = 3.0
STOP_LIMIT_S: Final = 3.0
LONGEST_CODE: Final = 64
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": page.POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""On every answer: nothing is kept, framed, indexed, or loaded from anywhere else."""


class Doors(Protocol):
    """The two doors of the store."""

    async def read(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn` on a snapshot."""

    async def write(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn` in a transaction."""


class Web:
    """The web server of the process.

    Args:
        store: Where everything is kept.
        settings: Where we listen; port 0 takes a free one.
        clock: The time now (UTC ms).
    """

    def __init__(self, store: Doors, settings: WebSettings, clock: Callable[[], int]) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._started_at = clock()
        self._runner: web.AppRunner | None = None
        self.base = ""
        """The address that links begin with, known once started."""

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: The port is taken.
        """
        app = web.Application(middlewares=[self._guarded], client_max_size=1024)
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/p/{code}", self._page, allow_head=False)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_LIMIT_S)
        await runner.setup()
        await web.TCPSite(runner, self._settings.host, self._settings.port).start()
        self._runner = runner
        port = int(runner.addresses[0][1])
        self.base = self._settings.public_url.rstrip("/") or f"http://{self._settings.host}:{port}"
        log.info("pages at %s", self.base)

    async def stop(self) -> None:
        """Answer what is being asked, then stop listening."""
        runner, self._runner = self._runner, None
        if runner:
            await runner.cleanup()

    @web.middleware
    async def _guarded(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Put our headers on every answer; an error becomes a plain page, without details."""
        try:
            answer = await handler(request)
        except web.HTTPException as error:
            answer = _html(page.nothing(_lang(request)), error.status)
        except Exception:
            log.exception("a page failed")  # the code in the address is not logged
            answer = _html(page.broken(_lang(request)), web.HTTPInternalServerError.status_code)
        answer.headers.update(HEADERS)
        return answer

    async def _health(self, _request: web.Request) -> web.Response:
        """Say 200 if the database answers in time, else 503."""
        try:
            async with asyncio.timeout(HEALTH_LIMIT_S):
                await self._store.read(lambda tx: tx.value("SELECT 1 AS alive"))
        except Exception:
            log.exception("the database does not answer")
            return web.json_response({"status": "no database"}, status=503)
        up = (self._clock() - self._started_at) // 1000
        return web.json_response({"status": "ok", "up_seconds": up})

    async def _page(self, request: web.Request) -> web.Response:
        """Show what a link was made for; any other code gets the same plain page."""
        code = request.match_info["code"]
        lang = _lang(request)
        data: BuyerData | None = None
        if len(code) <= LONGEST_CODE:
            data = await self._store.write(lambda tx: pages.open_link(tx, code, "web"))
        if data is None:
            return _html(page.nothing(lang), web.HTTPNotFound.status_code)
        return _html(page.receiver(data, lang), web.HTTPOk.status_code)


def _html(text: str, status: int) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def _lang(request: web.Request) -> str:
    """Return the language of the browser; Chinese unless it asks for another one first."""
    first = request.headers.get("Accept-Language", "").split(",")[0].strip().casefold()
    return EN if first and not first.startswith(("zh", "*")) else ZH
