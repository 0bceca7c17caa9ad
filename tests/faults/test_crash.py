"""kill -9 at every checkpoint of intake and of a command."""

import asyncio
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from signal import SIGKILL
from typing import Any

from core.store.engine import open_store
from core.store.invariants import breaches
from tests.clock import MONDAY_TEN
from tests.shop import TestShop

ROOT = Path(__file__).parents[2]
AT_ONCE = 2
EXPECTED = {"1": ("HELD", 3, 0), "2": ("RELEASED", 0, 0), "3": ("HELD", 1, 0), "4": ("HELD", 1, 0)}


async def _child(url: str, crash_at: int, *more: str) -> tuple[int, list[str]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.crash_intake", url, str(crash_at), *more),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode().split()


async def _state(url: str) -> tuple[list[str], dict[str, tuple[str, int, int]], dict[str, Any]]:
    """Return (breaches, who holds what, how many rows of each kind)."""
    store = open_store(url, lambda: MONDAY_TEN)
    try:
        shop = TestShop(store)
        tables = ("ledger", "alert", "order_event", "exception", "orders", "command")
        counts = {
            table: (await shop.rows(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"]  # noqa: S608
            for table in tables
        }
        return await store.read(breaches), await shop.held(), counts
    finally:
        await store.close()


async def test_A01_killed_at_any_checkpoint_nothing_is_lost_or_doubled(
    new_database: Callable[[], str],
) -> None:
    """Whichever checkpoint kills it: the promises hold at once, and a second run completes it."""
    whole = new_database()
    code, passed = await _child(whole, 0)
    assert code == 0
    found, held, counts = await _state(whole)
    assert (found, held) == ([], EXPECTED)
    some = asyncio.Semaphore(AT_ONCE)

    async def die_and_recover(crash_at: int, url: str) -> None:
        async with some:
            code, _ = await _child(url, crash_at)
            assert code == -SIGKILL
            assert (await _state(url))[0] == [], passed[crash_at - 1]
            assert (await _child(url, 0))[0] == 0
            assert await _state(url) == ([], held, counts), passed[crash_at - 1]

    deaths = [die_and_recover(n + 1, new_database()) for n in range(len(passed))]
    await asyncio.gather(*deaths)


async def test_A01_control_without_transactions_a_kill_breaks_promises(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """The same work with every statement its own commit leaves breaches behind when killed."""
    broken = 0
    for crash_at in range(3, 9):
        file = tmp_path / f"bare-{crash_at}.db"
        shutil.copyfile(sqlite_template, file)
        url = f"sqlite:///{file}"
        assert (await _child(url, crash_at, "bare"))[0] == -SIGKILL
        broken += bool((await _state(url))[0])
    assert broken
