"""`zhanggui demo`: a make-believe shop, a local Telegram with a chat page, and the real bot.

Three processes on 127.0.0.1: the sandbox's Bot API server with the chat page, the sandbox's shop
that drops marketplace exports into the watched folder, and this one, the bot as in production.
"""

import asyncio
import contextlib
import json
import logging
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bot import app, redaction
from bot.database import opened
from bot.sections import (
    ChatSettings,
    DatabaseSettings,
    FileSettings,
    Settings,
    ShopSettings,
    WebSettings,
)
from bot.telegram_settings import TelegramSettings
from core.adapters.files.presets import channel
from core.domain.errors import Refusal
from core.domain.secret import Secret
from core.domain.staff import Role
from core.services import staff
from core.store.door import Store
from jobs import import_files
from jobs import import_skus as goods

SEED = 7
DAYS = 21
FONTS = Path(__file__).parent.parent / "charts" / "fonts"
CHANNELS = ("淘宝", "京东", "拼多多")
STAFF = {"王店长": Role.OWNER, "小李": Role.CLERK, "老张": Role.WAREHOUSE}
OWNER, GROUP = "王店长", "发货群"
BY = staff.Inviter("demo", "opening")
A_DAY = staff.OWNER_INVITE_MS

MAPPING: Mapping[str, Any] = {
    "rows": "line",
    "order": {
        "platform_no": "订单号",
        "status": "订单状态",
        "refund": "退款状态",
        "placed_at": "下单时间",
        "paid_at": "付款时间",
        "shipped_at": "发货时间",
        "picked_up_at": "揽收时间",
        "modified_at": "更新时间",
        "buyer_nick": "买家昵称",
        "receiver_name": "收货人",
        "receiver_phone": "手机",
        "receiver_address": "收货地址",
        "buyer_note": "买家留言",
        "courier": "快递公司",
        "waybill": "运单号",
    },
    "line": {
        "outer_code": "商家编码",
        "title": "商品名称",
        "pieces": "数量",
        "amount_fen": "金额",
    },
    "status": {
        "待付款": "WAIT_PAY",
        "已付款": "PAID",
        "已发货": "PLATFORM_SHIPPED",
        "交易完成": "FINISHED",
        "交易关闭": "CLOSED",
    },
    "refund": {"申请退款": "REQUESTED", "退款成功": "REFUNDED"},
}


def play(port: int, folder: Path | None) -> int:
    """Run the demo until Ctrl-C; return the exit code."""
    redaction.set_up(level=logging.WARNING)
    with contextlib.ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhanggui-")))
        folder.mkdir(parents=True, exist_ok=True)
        return asyncio.run(_play(port, folder))


async def _play(port: int, folder: Path) -> int:
    began = time.monotonic()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    settings = _settings(folder, port)
    async with opened(settings) as store:
        await _furnish(store, folder)
        opening = await _opening(store)
    async with _sandbox(port, opening) as stage, _seller(folder):
        connected = _connected(settings, stage)

        def ready(_: str) -> None:
            """Say nothing: the owner is seated by the opening."""

        _say(READY.format(seconds=time.monotonic() - began, url=stage["url"], owner=OWNER))
        await app.run(connected, stop, ready)
    return 0


READY = """
掌柜演示已就绪（{seconds:.0f} 秒）。请打开聊天页 / the demo is ready, open the chat page:

    {url}/?person={owner}

左上角可以换人：店长、店员、仓库、陌生人。按 Ctrl-C 结束。
Change the person at the top left. Ctrl-C ends the demo.
"""


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _settings(folder: Path, port: int) -> Settings:
    return Settings(
        database=DatabaseSettings(url=f"sqlite:///{folder / 'zhanggui.db'}"),
        shop=ShopSettings(name="小鹿女装"),
        web=WebSettings(port=port + 1 if port else 0),
        files=FileSettings(watch=str(folder / "exports")),
        channels=dict.fromkeys(CHANNELS, MAPPING),
    )


def _connected(settings: Settings, stage: Mapping[str, Any]) -> Settings:
    telegram = TelegramSettings(token=Secret(stage["token"]), api_base=stage["url"])
    return replace(settings, chat=ChatSettings(telegram=telegram))


async def _furnish(store: Store, folder: Path) -> None:
    """Fill the shelves and bring three weeks of history in, as a seller does on the first day."""
    if (folder / "goods.csv").exists():
        return  # a folder of an earlier demo: its shop goes on
    async with _child("-m", "sandbox.shop", "furnish", str(folder), str(SEED), str(DAYS)) as child:
        await child.wait()
    options = goods.SkuOptions(stock="add", actor="demo")
    await goods.import_skus(store, folder / "goods.csv", options)
    for name in CHANNELS:
        await import_files.import_orders(
            store,
            [folder / "history" / f"{name}.csv"],
            channel(name, MAPPING),
            import_files.Options(actor="demo"),
        )


async def _opening(store: Store) -> list[dict[str, str]]:
    """Invite the staff; return what they say when the curtain rises."""
    lines = []
    for name, role in STAFF.items():
        code = staff.new_code()
        await store.write(partial(staff.invite, code=code, role=role, by=BY, life_ms=A_DAY))
        lines.append({"person": name, "say": f"/start {code}"})
    return [
        *lines,
        {"person": OWNER, "chat": GROUP, "act": "add_bot", "say": "/bind"},
    ]


@asynccontextmanager
async def _sandbox(port: int, opening: list[dict[str, str]]) -> AsyncIterator[Mapping[str, Any]]:
    """Start the local Telegram with its chat page; give its address, token and people."""
    setup = {"port": port, "fonts": str(FONTS), "opening": opening}
    async with _child("-m", "sandbox", "-") as process:
        assert process.stdin is not None  # noqa: S101 - asked for
        assert process.stdout is not None  # noqa: S101 - asked for
        process.stdin.write(json.dumps(setup, ensure_ascii=False).encode() + b"\n")
        line = await process.stdout.readline()
        if not line:
            raise Refusal(
                f"演示起不来：端口 {port} 可能被占用，换一个：zhanggui demo --port 8800。",
                f"The demo cannot start: port {port} may be taken; try --port 8800.",
            )
        yield json.loads(line)


@asynccontextmanager
async def _seller(folder: Path) -> AsyncIterator[None]:
    """Start the shop that keeps selling."""
    async with _child("-m", "sandbox.shop", "sell", str(folder / "exports"), str(SEED + 1)):
        yield


@asynccontextmanager
async def _child(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a Python process that ends when its standard input does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us; they end with their input
    )
    try:
        yield process
    finally:
        if process.stdin:
            process.stdin.close()
        await process.wait()
