"""How aiogram talks to Telegram here: updates stay raw, nothing is sent, no token in errors."""

import json
from http import HTTPStatus
from typing import Any, Final, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import (
    DeleteWebhook,
    GetFile,
    GetMe,
    GetUpdates,
    GetWebhookInfo,
    Response,
    SetWebhook,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from typing_extensions import override

from bot.telegram_settings import TelegramSettings

_RECEIVING: Final = frozenset(
    method.__name__
    for method in (GetMe, GetUpdates, GetFile, SetWebhook, DeleteWebhook, GetWebhookInfo)
)


class SendingRefused(RuntimeError):
    """Something tried to send through the receiving side, past the limiter."""


class _OnlyReceive(BaseRequestMiddleware):
    @override
    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        name = type(method).__name__
        if name not in _RECEIVING:
            raise SendingRefused(f"{name} has to go through the messenger")
        return await make_request(bot, method)


class RawSession(AiohttpSession):
    """A session whose getUpdates gives dicts, so that one strange update cannot block the rest."""

    @override
    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Leave the updates of a good answer as they came; all else is aiogram's own way."""
        if isinstance(method, GetUpdates) and status_code == HTTPStatus.OK:
            answer = json.loads(content)
            if answer.get("ok") is True and isinstance(answer.get("result"), list):
                raw = Response[Any].model_construct(ok=True, result=answer["result"])
                return cast("Response[TelegramType]", raw)
        return super().check_response(bot, method, status_code, content)


def open_bot(settings: TelegramSettings) -> Bot:
    """Build the receiving bot; connections open with its first call."""
    session = RawSession(
        proxy=settings.proxy or None, api=TelegramAPIServer.from_base(settings.base)
    )
    session.middleware(_OnlyReceive())
    return Bot(settings.token.reveal(), session=session)
