"""`python -m sandbox.marketplaces`: the marketplaces as a process, with a shop that sells on them.

One JSON object in (see `Setup`), as the only argument or, with `-`, as one line on standard input;
then the process also ends when its input does. One JSON line out:
`{platform: {"url", "app_key", "app_secret", "session", "refresh_token", "authorize_url",
"token_url", "shop"}}`.
"""

import asyncio
import contextlib
import json
import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from core.nursery import Nursery
from sandbox.ending import end_with
from sandbox.marketplaces import Douyin, Jd, Marketplace, Pinduoduo, Taobao
from sandbox.marketplaces.feed import Feed
from sandbox.marketplaces.moments import wall_clock

MARKETS: dict[str, type[Marketplace]] = {
    market.platform: market for market in (Taobao, Jd, Pinduoduo, Douyin)
}


@dataclass(frozen=True, slots=True)
class Setup:
    """What the process is asked to be.

    `platforms` are those that exist; `shop` is what the shop is called on each; `ports` take free
    ones unless named by platform; `days` of history, then, with `sell`, new orders until the end;
    `books` is a folder that each book is also written to; `push` is where Douyin pushes to.
    """

    platforms: Sequence[str] = tuple(MARKETS)
    shop: str = "小花的店"
    ports: dict[str, int] | None = None
    seed: int = 7
    days: int = 14
    sell: bool = True
    limited: bool = True
    books: str = ""
    push: str = ""


def read_setup(text: str) -> Setup:
    """Read the JSON object. Raises ValueError or TypeError with a sentence."""
    raw = json.loads(text or "{}")
    if not isinstance(raw, dict):
        raise TypeError("the setup is not a JSON object")
    if unknown := set(raw) - {field.name for field in fields(Setup)}:
        raise ValueError(f"the setup has unknown keys: {', '.join(sorted(unknown))}")
    setup = Setup(**raw)
    if unknown := set(setup.platforms) - set(MARKETS):
        raise ValueError(f"there is no such marketplace: {', '.join(sorted(unknown))}")
    return setup


def made(setup: Setup) -> dict[str, Marketplace]:
    """Return the marketplaces, not yet started."""
    ports = setup.ports or {}
    return {
        name: MARKETS[name](
            setup.shop,
            port=ports.get(name, 0),
            limited=setup.limited,
            book=Path(setup.books) / f"{name}.jsonl" if setup.books else None,
        )
        for name in setup.platforms
    }


def told(market: Marketplace) -> dict[str, str]:
    """Return what a client needs to know of a marketplace."""
    return {
        "url": market.url,
        "app_key": market.app_key,
        "app_secret": market.app_secret,
        "session": market.session,
        "refresh_token": market.refresh_token,
        "authorize_url": market.authorize_url,
        "token_url": market.token_url,
        "shop": market.shop.name,
    }


async def run(setup: Setup, *, piped: bool) -> None:
    """Serve until SIGTERM or SIGINT comes or (piped) standard input ends."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, ended.set)
    if piped:
        await end_with(sys.stdin, ended)
    markets = made(setup)
    feed = Feed({name: market.shop for name, market in markets.items()}, setup.seed)
    feed.furnish()
    feed.remember(wall_clock(), setup.days)
    nursery = Nursery(logging.getLogger("zhanggui.sandbox"))
    async with contextlib.AsyncExitStack() as stack:
        for market in markets.values():
            await stack.enter_async_context(market)
        if setup.push:
            _push(markets, setup.push)
        line = {name: told(market) for name, market in markets.items()}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        if setup.sell:
            nursery.start(feed.run(wall_clock, ended), "selling")
        await ended.wait()
        await nursery.close(0)


def _push(markets: dict[str, Marketplace], url: str) -> None:
    for market in markets.values():
        if isinstance(market, Douyin):
            market.push_to(url)


def main(arguments: Sequence[str]) -> int:
    """Run the process and return its exit code: 0, or 2 if the setup cannot be used."""
    piped = list(arguments) == ["-"]
    try:
        setup = read_setup(sys.stdin.readline() if piped else "".join(arguments[:1]))
        asyncio.run(run(setup, piped=piped))
    except (ValueError, TypeError, OSError) as error:
        sys.stderr.write(f"the marketplaces cannot start: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
