"""How much does our whole `/order` command add to the least that a bot can do? P-C1, P-C2.

The floor receives with bare aiogram, keeps each getUpdates answer in one FULL commit, and sends a
fixed text of the same length with bare aiohttp. Each run is a fresh process on a fresh copy of a
database with 1,000 orders and 500 clerks.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from bench.chat_order_bots import BOTS
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
        stub = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "bench.chat_order_stub", str(updates), str(CHATS), str(rate)],
            stdout=subprocess.PIPE,
            text=True,
        )
        lines = stub.stdout
        if lines is None:
            raise RuntimeError("the stub has no output")
        answering = subprocess.Popen(  # noqa: S603 - our own program
            [
                *(sys.executable, "-m", "bench.chat_order_bots"),
                *(bot, lines.readline().strip(), str(database)),
            ],
            stderr=subprocess.DEVNULL,
        )
        try:
            lines.readline()  # the first updates went out
            found: dict[str, float] = json.loads(lines.readline())
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
        for id_, what, updates, rate, goal in (
            ("P-C1", "/order at 20/s, p50 ms", options.updates, RATE, "<= 1.3"),
            ("P-C2", "/order backlog, answers/s", options.backlog, 0, ">= 0.8"),
        ):
            figures: Figures = {bot: {} for bot in BOTS}
            found = rounds(
                {bot: partial(run, bot, updates, rate, template, figures) for bot in BOTS},
                options.rounds,
            )
            say(
                id_,
                what,
                middle(found["ours"]),
                middle(found["floor"]),
                goal,
                p99_ms=round(middle(figures["ours"]["p99_ms"]), 1),
                floor_p99_ms=round(middle(figures["floor"]["p99_ms"]), 1),
                updates=updates * options.rounds,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
