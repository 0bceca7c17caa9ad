"""A07, A10: what becomes of a command that finds the database locked, or is cancelled?"""

import asyncio
import contextlib
import logging
import random
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core.domain.staff import CLERKS, Role
from core.messaging import Button, Content, Reply
from core.nursery import Nursery
from core.store import settings
from core.store.door import Store
from core.store.engine import open_store
from core.store.tx import Tx
from handlers.dispatch import ChatRules
from handlers.registry import Action, Ask, Command, Desk
from tests.chat import ChatShop, User
from tests.clock import SettableClock
from tests.handlers.commands import add_one

ROOT = Path(__file__).parents[2]
SOON = ChatRules(busy_after_s=0.02)
"""Three seconds of patience, without waiting for them in a test."""

CANCELS = 600
log = logging.getLogger("tests.locked")


@asynccontextmanager
async def locked(database: str, table: str) -> AsyncIterator[None]:
    """Let another process hold the write lock inside the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.lock_holder", database, table),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    assert await process.stdout.readline() == b"locked\n"
    try:
        yield
    finally:
        process.stdin.write(b"go\n")
        await process.stdin.drain()
        assert await process.wait() == 0


class Gate:
    """A command that waits for a test before it writes: by then the lock is held."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()

    async def run(self, ask: Ask, desk: Desk) -> Reply:
        if ask.words == "button":
            button = Button("go", desk.token(ask, Action("gate.press")))
            return Reply(Content(text="press", buttons=((button,),)))
        self.reached.set()
        await self.open.wait()
        number = await desk.write(ask, add_one)
        return Reply(Content(text=f"number {number}"), toast="done", edit=ask.action is not None)

    @property
    def command(self) -> Command:
        return Command("gate", "闸", "Gate", "闸", "Gate", CLERKS, self.run, verbs=("gate.press",))


@asynccontextmanager
async def shop_of(store: Store, *commands: Command, rules: ChatRules) -> AsyncIterator[ChatShop]:
    shop = await ChatShop(store, *commands, rules=rules).open()
    try:
        yield shop
    finally:
        await shop.close()
    assert not shop.nursery.failed


async def test_A07_a_short_lock_is_waited_for(database: str, store: Store) -> None:
    """A lock shorter than the patience: the command succeeds and nobody notices."""
    gate = Gate()
    gate.open.set()
    async with shop_of(store, gate.command, rules=ChatRules()) as shop:
        clerk = await shop.person("小李", Role.CLERK).comes()
        async with locked(database, "inbox"):
            taking = shop.nursery.start(shop.dispatcher.accept([clerk.update("/gate")]), "take")
            done, _ = await asyncio.wait({taking}, timeout=0.1)
            assert not done
            assert not clerk.news
        await taking
        await shop.idle()
        assert [one.text for one in clerk.news] == ["number 1"]


async def test_A07_control_an_ordinary_connection_gives_up(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Without the door's patience the same lock is an error at once: "database is locked"."""
    file = tmp_path / "locked.db"
    shutil.copyfile(sqlite_template, file)
    ordinary = sqlite3.connect(file, timeout=0)
    try:
        async with locked(f"sqlite:///{file}", "inbox"):
            with pytest.raises(sqlite3.OperationalError, match="database is locked"):
                ordinary.execute("INSERT INTO setting VALUES ('x', 'y', NULL, 1)")
    finally:
        ordinary.close()


async def test_A07_a_long_lock_on_the_inbox_is_answered_and_done_later(
    database: str, store: Store
) -> None:
    """Before the update could even be kept: "busy, queued" at once, the answer afterwards."""
    gate = Gate()
    gate.open.set()
    async with shop_of(store, gate.command, rules=SOON) as shop:
        clerk = await shop.person("小李", Role.CLERK).comes()
        stranger = shop.person("路人", None)
        updates = [clerk.update("/gate"), stranger.update("/gate")]
        async with locked(database, "inbox"):
            taking = shop.nursery.start(shop.dispatcher.accept(updates), "take")
            await shop.platform.until(lambda: clerk.news)
        await taking
        await shop.idle()
        assert "忙，已排队" in clerk.news[0].text
        assert [one.text for one in clerk.news[1:]] == ["number 1"]
        stranger.sees_nothing()


async def test_A07_a_long_lock_on_the_effect_is_answered_and_done_later(
    database: str, store: Store
) -> None:
    """The command waits, says so once, and does its work when the lock is gone."""
    gate = Gate()
    async with shop_of(store, gate.command, rules=SOON) as shop:
        clerk = await shop.person("小李", Role.CLERK).comes()
        await shop.dispatcher.accept([clerk.update("/gate")])
        await gate.reached.wait()
        async with locked(database, "command"):
            gate.open.set()
            await shop.platform.until(lambda: clerk.news)
            other = await shop.person("小王", Role.CLERK).comes() if _pg(store) else None
            await _others_go_on(shop, other)
        await shop.idle()
        assert "忙，已排队" in clerk.news[0].text
        assert [one.text for one in clerk.news[1:]] == ["number 1"]


async def test_A07_a_pressed_button_says_busy_and_is_answered_once(
    database: str, store: Store
) -> None:
    """The press stops spinning with "busy"; later the message changes in place."""
    gate = Gate()
    async with shop_of(store, gate.command, rules=SOON) as shop:
        clerk = await shop.person("小李", Role.CLERK).comes()
        await clerk.says("/gate button")
        shown, token = clerk.button("go") or pytest.fail("no button")
        gate.open.set()
        press = clerk.press_of(token, shown)
        async with locked(database, "inbox"):
            taking = shop.nursery.start(shop.dispatcher.accept([press]), "take")
            await shop.platform.until(lambda: shop.platform.toasts)
        await taking
        await shop.idle()
        assert [("忙，已排队" in text) for _, text in shop.platform.toasts] == [True]
        assert shown.text == "number 1"
        assert len(shop.shown_in(clerk.account)) == 1


def _pg(store: Store) -> bool:
    return store.dialect == "postgresql"


async def _others_go_on(shop: ChatShop, other: User | None) -> None:
    """Where only one table is locked, another chat is answered meanwhile."""
    if other is None:
        return
    await shop.dispatcher.accept([other.update("/help")])
    await shop.platform.until(lambda: other.news)


def _put(key: str) -> Any:
    def put(tx: Tx) -> str:
        return settings.first(tx, f"tests.{key}", key)

    return put


async def test_A10_cancelled_writes_leave_no_lock_and_a_known_outcome(
    database: str, store: Store, clock: SettableClock
) -> None:
    """600 callers give up at random moments: each write is done or not, and its key says which."""
    chance = random.Random(10)  # noqa: S311 - only to be the same every time
    nursery = Nursery(log)
    for number in range(CANCELS):
        task = nursery.start(store.write(_put(str(number)), key=f"cancel:{number}"), "write")
        for _ in range(chance.randrange(40)):
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await store.close()
    again = open_store(database, clock)
    try:
        for number in range(CANCELS):
            done = await again.outcome(f"cancel:{number}")
            effect = await again.read(
                lambda tx, n=number: settings.get(tx, f"tests.{n}")  # type: ignore[misc]
            )
            assert (done is not None) == (effect is not None)
            assert await again.write(_put(str(number)), key=f"cancel:{number}") == str(number)
        assert _lock_is_free(database)
    finally:
        await again.close()


async def test_A10_control_a_transaction_across_an_await_keeps_the_lock(database: str) -> None:
    """The same cancel in the middle of an async transaction locks everybody else out."""
    naive = _connection(database)
    begun = asyncio.Event()

    async def write() -> None:
        naive.execute("BEGIN IMMEDIATE" if database.startswith("sqlite") else "BEGIN")
        naive.execute("UPDATE setting SET value = 'x'")
        naive.execute("INSERT INTO setting (name, value, updated_at) VALUES ('naive', '1', 1)")
        begun.set()
        await asyncio.Event().wait()
        naive.execute("COMMIT")

    nursery = Nursery(log)
    task = nursery.start(write(), "naive")
    await begun.wait()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert not _lock_is_free(database)
    naive.execute("ROLLBACK")
    naive.close()
    assert _lock_is_free(database)


def _connection(database: str) -> Any:
    if database.startswith("sqlite"):
        path = database.removeprefix("sqlite:///")
        return sqlite3.connect(path, isolation_level=None, timeout=0)
    return psycopg.connect(database, autocommit=True)


def _lock_is_free(database: str) -> bool:
    """Try to take the write lock at once."""
    connection = _connection(database)
    try:
        if database.startswith("sqlite"):
            connection.execute("BEGIN IMMEDIATE")
        else:
            connection.execute("BEGIN")
            connection.execute("LOCK TABLE setting IN EXCLUSIVE MODE NOWAIT")
        connection.execute("ROLLBACK")
    except (sqlite3.OperationalError, psycopg.errors.LockNotAvailable):
        return False
    finally:
        connection.close()
    return True
