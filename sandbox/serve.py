"""How is the sandbox run as a process of its own? One JSON object in, one JSON line out.

The object is the only argument, or (argument `-`) one line on standard input; then the process
also ends when its input does, so that it never outlives the one who started it.
"""

import asyncio
import contextlib
import json
import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from core.nursery import Nursery
from sandbox.bot_api import NO_FLOOD, TOKEN, BotApi, Limits, Person
from sandbox.bot_api.people import Room
from sandbox.chat_page.pages import routes
from sandbox.ending import end_with
from sandbox.opening import Line, perform

PEOPLE: tuple[dict[str, str], ...] = (
    {"name": "王店长", "role": "owner"},
    {"name": "小李", "role": "clerk"},
    {"name": "老张", "role": "warehouse"},
    {"name": "陌生人", "role": "stranger"},
)
GROUPS: tuple[dict[str, Any], ...] = (
    {"title": "发货群", "members": ["王店长", "小李", "老张"], "bot": False},
)
KEYS = frozenset({"port", "token", "people", "groups", "fonts", "book", "flood_limits", "opening"})


@dataclass(frozen=True, slots=True)
class Setup:
    """What the process is asked to be; every part has a default (see `read_setup`)."""

    port: int = 0
    token: str = TOKEN
    people: Sequence[dict[str, str]] = PEOPLE
    groups: Sequence[dict[str, Any]] = GROUPS
    fonts: Path | None = None
    book: Path | None = None
    flood_limits: bool = True
    opening: Sequence[Line] = ()


def read_setup(text: str) -> Setup:
    """Read the JSON object: the fields of `Setup`.

    `people` are `{name, role?, lang?, username?}`, `groups` `{title, members, bot?}`; `fonts` is
    a folder, `book` a file that the book is also written to; port 0 takes a free one; `opening`
    is what people say first (see `sandbox.opening`).
    Raises ValueError with a sentence.
    """
    try:
        raw = json.loads(text or "{}")
    except ValueError as error:
        raise ValueError(f"the setup is not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise TypeError("the setup is not a JSON object")
    if unknown := set(raw) - KEYS:
        raise ValueError(f"the setup has unknown keys: {', '.join(sorted(unknown))}")
    for key in ("fonts", "book"):
        if raw.get(key) is not None:
            raw[key] = Path(raw[key])
    return Setup(**raw)


def populate(telegram: BotApi, setup: Setup) -> tuple[dict[str, Person], dict[str, Room]]:
    """Put people and groups into the server and return them by name."""
    people: dict[str, Person] = {p["name"]: telegram.person(**p) for p in setup.people}
    groups = {
        g["title"]: telegram.group(
            g["title"], [people[name] for name in g["members"]], bot=bool(g.get("bot", True))
        )
        for g in setup.groups
    }
    return people, groups


async def run(setup: Setup, *, until_eof: IO[str] | None, out: IO[str]) -> None:
    """Serve until SIGTERM or SIGINT comes or `until_eof` ends; the address goes to `out`.

    The line is `{"url", "token", "people": {name: id}, "groups": {title: id}}`.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    if until_eof is not None:
        await end_with(until_eof, stop)
    limits = Limits() if setup.flood_limits else NO_FLOOD
    async with BotApi(
        setup.token,
        port=setup.port,
        limits=limits,
        book=setup.book,
        routes=[routes(setup.fonts)],
    ) as telegram:
        people, groups = populate(telegram, setup)
        line = {
            "url": telegram.url,
            "token": telegram.token,
            "people": {name: person.id for name, person in people.items()},
            "groups": {title: room.id for title, room in groups.items()},
        }
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        out.flush()
        nursery = Nursery(logging.getLogger("zhanggui.sandbox"))
        nursery.start(perform(telegram, people, groups, setup.opening), "opening")
        await stop.wait()
        await nursery.close(0)


def main(arguments: Sequence[str]) -> int:
    """Run the process and return its exit code: 0, or 2 if the setup cannot be used."""
    piped = list(arguments) == ["-"]
    try:
        setup = read_setup(sys.stdin.readline() if piped else "".join(arguments[:1]))
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(run(setup, until_eof=sys.stdin if piped else None, out=sys.stdout))
    except (ValueError, TypeError, KeyError, OSError) as error:
        sys.stderr.write(f"the sandbox cannot start: {error}\n")
        return 2
    return 0
