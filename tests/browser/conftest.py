"""A stage for the chat page: the local Telegram, a bot that speaks, and headless Chromium."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from telegram.ext import ExtBot

from sandbox.bot_api import NO_FLOOD, BotApi
from sandbox.chat_page.pages import routes

FONTS = Path(__file__).parents[2] / "charts" / "fonts"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 800}

Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def telegram() -> AsyncIterator[BotApi]:
    async with BotApi(limits=NO_FLOOD, routes=[routes(FONTS)]) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def bot(telegram: BotApi) -> AsyncIterator[Any]:
    speaker: Any = ExtBot(
        telegram.token,
        base_url=f"{telegram.url}/bot",
        base_file_url=f"{telegram.url}/file/bot",
    )
    async with speaker:
        yield speaker


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "these tests need Debian's package chromium"
    async with async_playwright() as player:
        launched = await player.chromium.launch(executable_path=path, args=QUIET)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(telegram: BotApi, browser: Browser) -> AsyncIterator[Open]:
    """Opens the page in its own window; anything the page complains about fails the test."""
    complaints: list[str] = []
    windows: list[BrowserContext] = []

    async def open_one(
        size: dict[str, int], query: str = "", *, dark: bool = False, lang: str = "zh-CN"
    ) -> Page:
        phone = size["width"] < DESKTOP["width"]
        context = await browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            color_scheme="dark" if dark else "light",
            locale=lang,
            is_mobile=phone,
            has_touch=phone,
        )
        windows.append(context)
        page = await context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        await page.goto(f"{telegram.url}/{query}")
        await page.wait_for_selector("#app:not([hidden])")
        return page

    yield open_one
    for window in windows:
        await window.close()
    assert complaints == []
