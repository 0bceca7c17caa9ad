"""Echo bots that differ only in what carries the messages.

python -m bench.echo_bots NAME PORT
"""

# ruff: noqa: PLC0415 - each bot must carry the weight of its own libraries only

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

TOKEN: Final = "42:bench-token"  # noqa: S105 - opens nothing
AT_ONCE: Final = 64


async def ours(base: str) -> None:
    """Our two gateways, with the limiter in the way but its windows open."""
    from bot.limiter import Limiter
    from bot.pace import Pace, Window
    from bot.receive_aiogram import AiogramReceiver
    from bot.send_ptb import PtbMessenger
    from bot.telegram_settings import TelegramSettings
    from core.domain.secret import Secret
    from core.messaging import Content, Envelope
    from core.nursery import Nursery

    settings = TelegramSettings(token=Secret(TOKEN), api_base=base)
    pace = Pace(*[(Window(1_000_000, 1.0),)] * 3)
    receiver, messenger = AiogramReceiver(settings), PtbMessenger(settings, Limiter(pace=pace))
    nursery, room = Nursery(logging.getLogger("bench")), asyncio.Semaphore(AT_ONCE)

    async def echo(envelope: Envelope) -> None:
        async with room:
            incoming = receiver.parse(envelope.raw)
            if incoming is not None:
                await messenger.send(incoming.target, Content(incoming.text))

    async def accept(envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            nursery.start(echo(envelope), envelope.key)

    gc.collect()
    gc.freeze()
    await receiver.run(accept)


async def aiogram(base: str) -> None:
    """The bare library, as its own documentation starts it."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    gc.collect()
    gc.freeze()
    await dispatcher.start_polling(bot, handle_signals=False)


async def ptb(base: str) -> None:
    """The bare library with its default transport and concurrent updates."""
    await _ptb(base, concurrent=True, request=None)


async def ptb_ours(base: str) -> None:
    """The bare library over our transport: what the transport alone is worth."""
    from bot.send_ptb.transport import AiohttpRequest

    await _ptb(base, concurrent=AT_ONCE, request=AiohttpRequest)


async def _ptb(base: str, *, concurrent: bool | int, request: Callable[[], Any] | None) -> None:
    from telegram import Update
    from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

    async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.effective_message is not None:
            await update.effective_message.reply_text(update.effective_message.text or "")

    builder = ApplicationBuilder().token(TOKEN).base_url(f"{base}/bot")
    builder = builder.concurrent_updates(concurrent)
    if request is not None:
        builder = builder.request(request()).get_updates_request(request())
    application = builder.build()
    application.add_handler(MessageHandler(filters.ALL, echo))
    gc.collect()
    gc.freeze()
    await application.initialize()
    if application.updater is not None:
        await application.updater.start_polling()
    await application.start()
    await asyncio.Event().wait()


BOTS: Final[dict[str, Callable[[str], Coroutine[Any, Any, None]]]] = {
    "ours": ours,
    "aiogram": aiogram,
    "ptb": ptb,
    "ptb_ours": ptb_ours,
}


if __name__ == "__main__":
    asyncio.run(BOTS[sys.argv[1]](f"http://127.0.0.1:{sys.argv[2]}"))
