"""Is detached work owned, heard when it fails, and ended when its parent ends?"""

import asyncio
import logging

import pytest

from core.nursery import Nursery

LOG = logging.getLogger("zhanggui.test")


async def _fail() -> None:
    raise ValueError("no luck")


async def test_a_failure_is_logged_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody waits for a detached task, so its error must not vanish."""
    nursery = Nursery(LOG)
    nursery.start(_fail(), "errand")
    await nursery.close(1)
    assert nursery.failed == 1
    assert "errand failed" in caplog.text
    assert "no luck" in caplog.text


async def test_close_waits_then_cancels() -> None:
    """Work that ends in time is let through; the rest is cancelled, not left behind."""
    nursery, ended = Nursery(LOG), []

    async def quick() -> None:
        await asyncio.sleep(0)
        ended.append("quick")

    nursery.start(quick(), "quick")
    endless = nursery.start(asyncio.Event().wait(), "endless")
    await nursery.close(0.05)
    assert ended == ["quick"]
    assert endless.cancelled()
    assert nursery.failed == 0


async def test_another_thread_gets_the_result_and_the_error() -> None:
    """A thread hands work to the loop and learns what came of it."""
    nursery = Nursery(LOG)
    with pytest.raises(RuntimeError):
        nursery.submit(_fail(), "too early")
    nursery.open()

    async def answer() -> int:
        return 42

    assert await asyncio.to_thread(lambda: nursery.submit(answer(), "answer").result(5)) == 42
    with pytest.raises(ValueError, match="no luck"):
        await asyncio.to_thread(lambda: nursery.submit(_fail(), "errand").result(5))
