"""Bots that are asked `/order`: ours, the least that a bot can do, and what many would write.

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
ORM_TICK_S: Final = 0.05
ORM_ROWS: Final = 100


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


async def ours_and_orm(base: str, database: str) -> None:
    """Ours with ORM work going on in the process: a list of objects twenty times a second."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_orm_work(database))
        await ours(base, database)


async def _orm_work(database: str) -> None:
    from sqlalchemy import MetaData, Table, create_engine, select
    from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
    from sqlalchemy.orm import registry

    with create_engine(f"sqlite:///{database}").connect() as connection:
        table = Table("orders", MetaData(), autoload_with=connection)
    order = type("Order", (), {})
    registry().map_imperatively(order, table)
    engine = create_async_engine(f"sqlite+aiosqlite:///{database}")
    while True:
        async with AsyncSession(engine) as session:
            list(await session.scalars(select(order).limit(ORM_ROWS)))
        await asyncio.sleep(ORM_TICK_S)


async def echo(base: str, _: str) -> None:
    """Aiogram alone, as its own documentation starts it: no database."""
    from bench.echo_bots import aiogram

    await aiogram(base)


async def sqlalchemy(base: str, database: str) -> None:
    """aiogram, and an indexed look-up with SQLAlchemy's async Core for every update."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message
    from sqlalchemy import column, select, table
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(f"sqlite+aiosqlite:///{database}")
    orders = table("orders", *(column(name) for name in ("platform_no", "stock", "gmv_fen")))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def reply(message: Message) -> None:
        number = (message.text or "").partition(" ")[2]
        async with engine.connect() as connection:
            found = await connection.execute(select(orders).where(orders.c.platform_no == number))
            row = found.one()
        await message.answer(f"{row.platform_no} {row.stock} {row.gmv_fen}")

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    gc.collect()
    gc.freeze()
    await dispatcher.start_polling(bot, handle_signals=False)


BOTS: Final[dict[str, Callable[[str, str], Coroutine[Any, Any, None]]]] = {
    "ours": ours,
    "ours_and_orm": ours_and_orm,
    "floor": floor,
    "echo": echo,
    "sqlalchemy": sqlalchemy,
}


if __name__ == "__main__":
    asyncio.run(BOTS[sys.argv[1]](f"http://127.0.0.1:{sys.argv[2]}", sys.argv[3]))
