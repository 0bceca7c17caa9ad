"""How much does our whole `/order` command add to the least that a bot can do? P-C1 to P-C3.

The floor receives with bare aiogram, keeps each getUpdates answer in one FULL commit, and sends a
fixed text of the same length with bare aiohttp. P-C2 also looks at a bot that asks SQLAlchemy for
each update, P-C3 at the slowest answers while ORM objects come and go in our process. Each run
is a fresh process on a fresh copy of a database with 1,000 orders and 500 clerks.
"""

import argparse
import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from bench.bot_process import cpu_seconds
from bench.chat_order_stub import FIRST_ORDER, ORDERS
from bench.common import middle, rounds, say
from core.domain.staff import Role
from core.services import Tx
from core.store import people
from core.store.engine import open_store
from core.store.migrate import migrate
from tests.clock import MONDAY_TEN
from tests.shop import TestShop, order

CHATS: Final = 500
FIRST_CHAT: Final = 1_000
RATE: Final = 20
COMMITS: Final = 200
STEADY: Final = ("ours", "floor", "ours_and_orm", "echo")
BACKLOG: Final = ("ours", "floor", "sqlalchemy")
Figures = dict[str, dict[str, list[float]]]


async def prepare(file: Path) -> None:
    """Make the database that every run begins with."""
    migrate(f"sqlite:///{file}")
    store = open_store(f"sqlite:///{file}", lambda: MONDAY_TEN)

    def hire(tx: Tx) -> None:
        for number in range(CHATS):
            person = people.add(tx, f"clerk {number}", Role.CLERK)
            people.identify(tx, "telegram", str(FIRST_CHAT + number), person)

    await store.write(hire)
    shop = TestShop(store)
    await shop.stocks(A1=10 * ORDERS)
    await shop.takes_in(*(order(str(FIRST_ORDER + n), ("A1", 1)) for n in range(ORDERS)))
    await store.close()


def run(bot: str, updates: int, rate: int, template: Path, figures: Figures) -> float:
    """Answer `updates` with a fresh bot; returns the figure that the goal is about."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        shutil.copyfile(template, database)
        stub = subprocess.Popen(
            [sys.executable, "-m", "bench.chat_order_stub", str(updates), str(CHATS), str(rate)],
            stdout=subprocess.PIPE,
            text=True,
        )
        lines = stub.stdout
        if lines is None:
            raise RuntimeError("the stub has no output")
        answering = subprocess.Popen(
            [
                *(sys.executable, "-m", "bench.chat_order_bots"),
                *(bot, lines.readline().strip(), str(database)),
            ],
            stderr=subprocess.DEVNULL,
        )
        try:
            lines.readline()  # the first updates went out
            before = cpu_seconds(answering.pid)
            found: dict[str, float] = json.loads(lines.readline())
            found["cpu_ms"] = (cpu_seconds(answering.pid) - before) / updates * 1000
        finally:
            for process in (answering, stub):
                process.kill()
                process.wait()
    for name, value in found.items():
        figures[bot].setdefault(name, []).append(value)
    return found["p50_ms" if rate else "per_second"]


def main(arguments: Sequence[str] = ()) -> None:
    """Measure both bots in turn, at a steady rate and with a backlog."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=400)
    parser.add_argument("--backlog", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        asyncio.run(prepare(template))
        steady, backlog, repeats = options.updates, options.backlog, options.rounds
        at_rate = measured(STEADY, steady, RATE, template, repeats)
        at_once = measured(BACKLOG, backlog, 0, template, repeats)
    more = {"commit_ms": round(commit_ms(), 3), "updates": steady * repeats}
    compare("P-C1", "/order at 20/s, p50 ms", at_rate, ("ours", "floor", "p50_ms"), "<= 1.3", more)
    for floor, goal in (("floor", ">= 0.8"), ("sqlalchemy", ">= 1.9")):
        what = f"/order backlog, answers/s, against {floor}"
        names = ("ours", floor, "per_second")
        compare("P-C2", what, at_once, names, goal, {"updates": backlog * repeats})
    what = "/order at 20/s with ORM work in the process, p99 ms, against echo"
    compare("P-C3", what, at_rate, ("ours_and_orm", "echo", "p99_ms"), "<= 1.5", more)


def measured(
    bots: Sequence[str], updates: int, rate: int, template: Path, repeats: int
) -> Figures:
    """Run the bots in turn, so many times; return bot → figure → values."""
    figures: Figures = {bot: {} for bot in bots}
    runs = {bot: partial(run, bot, updates, rate, template, figures) for bot in bots}
    rounds(runs, repeats)
    return figures


def compare(
    id_: str,
    what: str,
    figures: Figures,
    names: tuple[str, str, str],
    goal: str,
    more: Mapping[str, object],
) -> None:
    """Print one figure of one bot against that of another: names = (bot, floor, figure)."""
    bot, floor, figure = names
    say(
        id_,
        what,
        middle(figures[bot][figure]),
        middle(figures[floor][figure]),
        goal,
        **{
            f"{prefix}{name}": round(middle(figures[one][name]), 2)
            for prefix, one in (("", bot), ("floor_", floor))
            for name in ("p50_ms", "p99_ms", "cpu_ms")
        },
        **more,
    )


def commit_ms() -> float:
    """Return what one FULL commit of one row costs here, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "commits.db", isolation_level=None)
        connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE taken (raw TEXT)"
        )
        began = time.perf_counter()
        for _ in range(COMMITS):
            connection.execute("INSERT INTO taken VALUES ('x')")
        took = time.perf_counter() - began
        connection.close()
    return took / COMMITS * 1000


if __name__ == "__main__":
    main(sys.argv[1:])
