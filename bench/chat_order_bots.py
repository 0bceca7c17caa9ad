"""Two bots that are asked `/order`: ours, and the least that a bot can do.

python -m bench.chat_order_bots NAME PORT DATABASE
"""

# ruff: noqa: PLC0415 - each bot must carry the weight of its own libraries only

import asyncio
import gc
import logging
import sqlite3
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

TOKEN: Final = "42:bench-token"  # noqa: S105 - opens nothing
ANSWER: Final = "订单 70000000 · 待打单\n" + "商品：goods 1 × 1，金额 ¥10.00，已锁 1\n" * 8


async def ours(base: str, database: str) -> None:
    """The whole way: receive, keep, who, may they, parse, look up, format, send, audit, settle."""
    from bot.limiter import Limiter
    from bot.pace import Pace, Window
    from bot.receive_aiogram import AiogramReceiver
    from bot.send_ptb import PtbMessenger
    from bot.telegram_settings import TelegramSettings
    from core.domain.secret import Secret
    from core.nursery import Nursery
    from core.store.engine import open_store
    from handlers.all import registry
    from handlers.dispatch import Dispatcher, Parts

    settings = TelegramSettings(token=Secret(TOKEN), api_base=base)
    pace = Pace(*[(Window(1_000_000, 1.0),)] * 3)
    receiver, messenger = AiogramReceiver(settings), PtbMessenger(settings, Limiter(pace=pace))
    store = open_store(f"sqlite:///{database}", lambda: time.time_ns() // 1_000_000)
    dispatcher = Dispatcher(
        Parts(
            store=store,
            registry=registry(),
            receivers={"telegram": receiver},
            messengers={"telegram": messenger},
            nursery=Nursery(logging.getLogger("bench")),
            sleep=asyncio.sleep,
        )
    )
    await dispatcher.start()
    gc.collect()
    gc.freeze()
    await receiver.run(dispatcher.accept)


async def floor(base: str, database: str) -> None:
    """Bare aiogram receives, one FULL commit keeps an answer, bare aiohttp sends a fixed text."""
    import aiohttp
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.methods import GetUpdates

    from core.nursery import Nursery

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    kept = sqlite3.connect(database, isolation_level=None)
    kept.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
    nursery = Nursery(logging.getLogger("bench"))
    session = aiohttp.ClientSession()
    url, offset = f"{base}/bot{TOKEN}/sendMessage", 0

    async def answer(chat: int) -> None:
        async with session.post(url, json={"chat_id": chat, "text": ANSWER}) as response:
            await response.read()

    gc.collect()
    gc.freeze()
    while True:
        updates = await bot(GetUpdates(offset=offset, timeout=30))
        kept.execute("BEGIN IMMEDIATE")
        kept.executemany(
            "INSERT INTO inbox (key, lane, raw, received_at) VALUES (?, ?, ?, 1)",
            [
                (f"floor:{one.update_id}", "lane", one.model_dump_json(exclude_none=True))
                for one in updates
            ],
        )
        kept.execute("COMMIT")
        for one in updates:
            offset = one.update_id + 1
            if one.message:
                nursery.start(answer(one.message.chat.id), "answer")


BOTS: Final[dict[str, Callable[[str, str], Coroutine[Any, Any, None]]]] = {
    "ours": ours,
    "floor": floor,
}


if __name__ == "__main__":
    asyncio.run(BOTS[sys.argv[1]](f"http://127.0.0.1:{sys.argv[2]}", sys.argv[3]))
