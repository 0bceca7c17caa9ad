"""kill -9 at every checkpoint of commands from a chat: nothing lost, nothing done twice."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from core.services.buttons import KEY
from core.store.door import COMMAND_KEY
from core.store.engine import open_store
from core.store.invariants import breaches
from tests.clock import MONDAY_TEN
from tests.faults.crash_chat import main, said
from tests.faults.processes import KILLED, begin, ended

AT_ONCE = 2
LAST = 5
WANTED = {"choose", "number 1", "number 2"}


async def _live(url: str, folder: Path, crash_at: int) -> int | None:
    return await ended(begin(main, url, str(folder), crash_at))


async def test_A01_G03_killed_at_any_checkpoint_each_command_acts_once(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    """A message, a pressed button, a message: after any kill each has its effect exactly once.

    An answer may be given twice (N = 2), never left out; the signing key stays the same.
    """
    whole = tmp_path / "whole"
    assert await _live(new_database(), whole, 0) == 0
    passed = (whole / "passed").read_text().split()
    assert {"chat:taken-in", "chat:before-handler", "chat:written", "chat:replied"} <= set(passed)
    some = asyncio.Semaphore(AT_ONCE)

    async def die_and_recover(crash_at: int) -> None:
        folder, url = tmp_path / str(crash_at), new_database()
        async with some:
            code = await _live(url, folder, crash_at)
            # Rows may be settled in one commit or in two: the last points are not always there.
            assert code == KILLED or (code == 0 and crash_at > len(passed) - LAST), crash_at
            assert await _live(url, folder, 0) == 0
        where = f"killed at {passed[crash_at - 1]} ({crash_at})"
        answers = Counter(text for text, _ in said(folder / "said"))
        assert set(answers) == WANTED, where
        assert max(answers.values()) <= 2, where
        store = open_store(url, lambda: MONDAY_TEN)
        try:
            rows = await store.read(
                lambda tx: tx.value("SELECT value FROM setting WHERE name = 'tests.tally'")
            )
            open_rows = await store.read(
                lambda tx: tx.value("SELECT COUNT(*) FROM inbox WHERE done_at IS NULL")
            )
            keys = await store.read(
                lambda tx: tx.value("SELECT COUNT(*) FROM setting WHERE name = :key", key=KEY)
            )
            found = await store.read(breaches)
        finally:
            await store.close()
        assert (rows, open_rows, keys, found) == ("2", 0, 1, []), where

    await asyncio.gather(*(die_and_recover(at + 1) for at in range(len(passed))))


async def test_A01_G03_control_without_the_command_key_a_kill_doubles_a_command(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Killed between effect and note, the same command acts twice when its key is not claimed."""
    whole = tmp_path / "whole"
    assert await ended(begin(main, _copy(sqlite_template, tmp_path, 0), str(whole), 0)) == 0
    passed = (whole / "passed").read_text().split()
    tallies = []
    for at in [n for n, name in enumerate(passed, start=1) if name == "chat:handled"]:
        folder, url = tmp_path / str(at), _copy(sqlite_template, tmp_path, at)
        assert await ended(begin(main, url, str(folder), at, COMMAND_KEY)) == KILLED
        assert await ended(begin(main, url, str(folder), 0, COMMAND_KEY)) == 0
        tallies.append(await _tally(url))
    assert "3" in tallies


def _copy(template: Path, folder: Path, number: int) -> str:
    file = folder / f"{number}.db"
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


async def _tally(url: str) -> str:
    store = open_store(url, lambda: MONDAY_TEN)
    try:
        found: str = await store.read(
            lambda tx: tx.value("SELECT value FROM setting WHERE name = 'tests.tally'")
        )
        return found
    finally:
        await store.close()
