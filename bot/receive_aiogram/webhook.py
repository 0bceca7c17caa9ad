"""How updates come in by being called: checked before they are read, answered once kept."""

import hmac
import json
import logging
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.receive_aiogram.envelopes import envelope, update_id
from bot.telegram_settings import TelegramSettings
from core.ports import Accept

_LOG: Final = logging.getLogger(__name__)
_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_LARGEST_UPDATE: Final = 1024 * 1024
_GRACE: Final = 5.0  # seconds for calls under way when we stop


class Webhook:
    """Listens for Telegram's calls.

    Args:
        settings: Where to listen, and the secret that every call has to carry.
        accept: Keeps an update; Telegram is told "yes" only after it returned.
    """

    def __init__(self, settings: TelegramSettings, accept: Accept) -> None:
        self._settings = settings
        self._accept = accept
        self._secret = settings.webhook_secret.reveal().encode()
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen; `port` is the port then."""
        app = web.Application(client_max_size=_LARGEST_UPDATE)
        app.router.add_post(urlsplit(self._settings.webhook_url).path or "/", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._settings.webhook_host, self._settings.webhook_port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening; calls under way are finished."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        given = request.headers.get(_HEADER)
        if given is None:
            return web.Response(status=401)
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret):
            return web.Response(status=403)
        try:
            update = json.loads(await request.read())
        except ValueError:
            return web.Response(status=400)
        if update_id(update) is None:
            return web.Response(status=400)
        try:
            await self._accept([envelope(self._settings.bot_id, update)])
        except Exception as error:  # noqa: BLE001 - Telegram calls again after a 5xx
            _LOG.warning(
                "an update could not be kept (%s); Telegram repeats it", type(error).__name__
            )
            return web.Response(status=503)
        return web.Response()
