"""How fast is a backlog drained, and fifty shops brought up to date? Over real sockets.

`backlog`: 4 hours of outage with 20,000 orders of one shop, goal 300 s. `shops`: 50 shops with 200
new orders each, a detail call for each, five shops hanging; goal 60 s for the others. Both check
the marketplace's own book: nothing lost, nothing twice, no limit broken.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Self

from bench.common import say
from bot.channels import channels_of
from bot.database import now_ms
from bot.sections import NetworkSettings, Settings
from core.nursery import Nursery
from core.store.engine import open_store
from core.store.migrate import migrate
from jobs.poll_orders import ShopPoll, log


class Market:
    """The marketplace in its process."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self.told: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.polling_market", *self._arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 28,
        )
        self.told = await self._line()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._process.wait()

    async def book(self) -> dict[str, Any]:
        """End it and return what its book says."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        await self._process.stdin.drain()
        return await self._line()

    async def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return found


WINDOWS = {"taobao": {"longest_s": 86_400}, "pinduoduo": {}}
"""A shop that was up to date ten minutes ago has one window to read; so have these."""


def settings(told: dict[str, Any], platform: str) -> Settings:
    """Return settings with a channel for each shop."""
    table = {
        "platform": platform,
        "app_key": told["app_key"],
        "secret": told["secret"],
        "mode": "live",
        "create_skus": True,
        "api": {"base_url": told["url"], "windows": WINDOWS[platform]},
    }
    shops = {name: {**table, "access_token": token} for name, token in told["shops"].items()}
    return Settings(network=NetworkSettings([told["place"]]), channels=shops)


async def run(name: str, goal_s: float, platform: str, *arguments: str) -> None:
    """Poll everything once and say how long it took."""
    log.setLevel("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrate(url)
        store = open_store(url, now_ms)
        nursery = Nursery(log)
        async with Market(platform, *arguments) as market:
            channels = channels_of(settings(market.told, platform), store, nursery)
            hanging = set(market.told["hanging"])
            begun, cpu = time.perf_counter(), time.process_time()
            well = [poll for poll in channels.polls if poll.channel.name not in hanging]
            dead = [
                nursery.start(poll.turn(), poll.channel.name)
                for poll in channels.polls
                if poll.channel.name in hanging
            ]
            await asyncio.gather(*(_turn(poll) for poll in well))
            took, cpu = time.perf_counter() - begun, time.process_time() - cpu
            for task in dead:
                task.cancel()
            rows = await store.read(
                lambda tx: tx.all(
                    "SELECT s.name, o.platform_no FROM orders AS o"
                    " JOIN shop AS s ON s.id = o.shop_id"
                )
            )
            book = await market.book()
            await channels.close()
            await nursery.close(1)
        await store.close()
    ours = Counter((row["name"], row["platform_no"]) for row in rows)
    theirs = {(s, no) for s, numbers in book["sold"].items() if s not in hanging for no in numbers}
    say(
        name,
        "seconds until everything is stored, against the bar",
        took,
        goal_s,
        "<= 1",
        orders=len(theirs),
        lost=len(theirs - set(ours)),
        double=sum(1 for n in ours.values() if n > 1),
        violations=book["violations"],
        calls=book["calls"],
        cpu_s=round(cpu, 1),
    )


async def _turn(poll: ShopPoll) -> None:
    await poll.catch_up()


if __name__ == "__main__":
    asyncio.run(run("shops", 60, "taobao", "50", "200", "0.15", "5"))
    asyncio.run(run("backlog", 300, "pinduoduo", "1", "20000", "4", "0"))
