"""The demo as a newcomer meets it: one command, one page, the three buttons."""

import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/")
PATIENCE_MS = 60_000
SCREENS = Path("test-output/screens")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def demo() -> AsyncIterator[tuple[str, float]]:
    """Start `zhanggui demo`; give its address and when it was started."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    found = None
    while found is None:
        line = (await process.stdout.readline()).decode()
        assert line, "the demo ended before it was ready"
        found = ADDRESS.search(line)
    yield found[1], began
    process.terminate()
    await process.communicate()
    assert process.returncode == 0


async def _open(browser: Browser, address: str, size: dict[str, int], person: str) -> Page:
    context = await browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, device_scale_factor=2
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(f"{address}/?person={person}")
    await page.locator("#keyboard").get_by_role("button", name="查订单").wait_for()
    return page


async def _say(page: Page, words: str) -> None:
    await page.locator("textarea").fill(words)
    await page.locator("textarea").press("Enter")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_the_three_buttons_answer(
    demo: tuple[str, float], browser: Browser, size: dict[str, int]
) -> None:
    """Find an order, look at what waits for a label, flag a problem; no token and no internet."""
    address, began = demo
    name = "phone" if size is PHONE else "desktop"
    page = await _open(browser, address, size, "小李" if size is PHONE else "王店长")
    keyboard = page.locator("#keyboard")
    await keyboard.get_by_role("button", name="打面单").click()
    await expect(page.locator(".said").last).to_contain_text("待打", timeout=PATIENCE_MS)
    first_answer_s = time.monotonic() - began
    assert size is DESKTOP or first_answer_s < 90
    await keyboard.get_by_role("button", name="查订单").click()
    await expect(page.locator(".said").last).to_contain_text("单号", timeout=PATIENCE_MS)
    await _say(page, "连衣裙")
    await expect(page.locator(".keys").last).to_contain_text("1", timeout=PATIENCE_MS)
    await page.locator(".keys").last.get_by_role("button", name="1", exact=True).click()
    await expect(page.locator(".keys").last).to_contain_text("标异常", timeout=PATIENCE_MS)
    await page.screenshot(path=SCREENS / f"demo-card-{name}.png")
    await page.locator(".keys").last.get_by_role("button", name="标异常").click()
    await page.locator(".keys").last.get_by_role("button", name="地址有误").click()
    await expect(page.locator(".said").last).to_contain_text("已标异常", timeout=PATIENCE_MS)
    await page.screenshot(path=SCREENS / f"demo-flag-{name}.png")
    await _say(page, "今日 昨天")
    await expect(page.locator(".said img[src*='/files/']").last).to_be_visible(timeout=PATIENCE_MS)
    await page.screenshot(path=SCREENS / f"demo-today-{name}.png")


async def test_a_stranger_gets_nothing(demo: tuple[str, float], browser: Browser) -> None:
    """Whoever is not on the staff is not even told that there is a shop."""
    address, _ = demo
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{address}/?person=陌生人")
    await page.get_by_role("button", name="开始").click()
    await _say(page, "查订单 8841")
    clerk = await _open(browser, address, PHONE, "小李")
    await clerk.locator("#keyboard").get_by_role("button", name="打面单").click()
    await expect(clerk.locator(".said").last).to_contain_text("待打", timeout=PATIENCE_MS)
    await expect(page.locator(".from-bot")).to_have_count(0)
