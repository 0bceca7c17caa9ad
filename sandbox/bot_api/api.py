"""How is the local Telegram started, peopled and read? `BotApi`, the front door of the tests."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from core.nursery import Nursery
from sandbox.bot_api import control
from sandbox.bot_api.book import Book
from sandbox.bot_api.faults import Faults
from sandbox.bot_api.gate import Gate
from sandbox.bot_api.limits import Flood, Limits
from sandbox.bot_api.people import NotSeen, Person, Room, standings
from sandbox.bot_api.push import Pusher
from sandbox.bot_api.server import MAX_BODY, Server
from sandbox.bot_api.state import State
from sandbox.bot_api.updates import Pulse, Updates
from sandbox.bot_api.world import User, World

TOKEN = "123456789:SANDBOX-not-a-real-token"  # noqa: S105 - opens nothing but this sandbox
HOST = "127.0.0.1"


def wall_clock() -> int:
    """Return the ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


class BotApi:
    """A Telegram of one's own on 127.0.0.1, for one bot.

    Example:
        async with BotApi(limits=NO_FLOOD) as telegram:
            owner = telegram.person("王店长")
            ... start the bot with telegram.token and api_base = telegram.url ...
            await owner.start("CODE")
            greeting = await owner.chat.wait_for("你好")
            pressed = await owner.press(greeting, "查订单")
            assert (await pressed.answer()).text == ""

    `limits` are the documented ones unless given; `book` also writes the book to that file;
    `strict` refuses requests that break the specification (Telegram passes over unknown names);
    `privacy` keeps group talk that is not meant for the bot from it; `clock` gives ms since 1970;
    `webhook_pause` is the seconds before a refused push is tried again; `routes` hang more
    addresses beside those of the Bot API and `/_sandbox/`.
    """

    def __init__(  # noqa: PLR0913 - each is a knob of its own, all have a good default
        self,
        token: str = TOKEN,
        *,
        port: int = 0,
        limits: Limits | None = None,
        faults: Faults | None = None,
        book: Path | None = None,
        strict: bool = True,
        privacy: bool = True,
        username: str = "zhanggui_bot",
        clock: Callable[[], int] = wall_clock,
        webhook_pause: float = 1.0,
        routes: Sequence[Callable[[State], Iterable[web.AbstractRouteDef]]] = (),
    ) -> None:
        limits = limits or Limits()
        pulse = Pulse()
        me = User(int(token.partition(":")[0]), "掌柜", username, is_bot=True)
        self.state = State(
            token=token,
            clock=clock,
            world=World(me),
            limits=limits,
            book=Book(book),
            faults=faults or Faults(),
            pulse=pulse,
            updates=Updates(pulse),
            flood=Flood(limits),
            privacy=privacy,
        )
        self.server = Server(self.state, Gate(self.state, strict=strict))
        self._port = port
        self._routes = (control.routes, *routes)
        self._pusher = Pusher(self.state, webhook_pause)
        self._nursery = Nursery(logging.getLogger(__name__))
        self._runner: web.AppRunner | None = None

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.state.token

    @property
    def url(self) -> str:
        """The address to be used in place of the official one; without a slash at its end."""
        return f"http://{HOST}:{self._port}"

    @property
    def book(self) -> Book:
        """Everything that was asked and shown."""
        return self.state.book

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self.state.faults

    async def start(self) -> None:
        """Begin to listen. Raises OSError if the port is taken."""
        app = web.Application(client_max_size=MAX_BODY, middlewares=[control.guard])
        app.add_routes(self.server.routes())
        for more in self._routes:
            app.add_routes(more(self.state))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self._nursery.start(self._pusher.run(), "webhook pusher")

    async def stop(self) -> None:
        """Free everyone who waits and stop to listen. Nothing is forgotten."""
        self.server.closing.set()
        self.state.updates.close()
        await self._nursery.close(0)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def person(self, name: str, *, username: str = "", lang: str = "zh", role: str = "") -> Person:
        """Add a person who has never written to the bot; `role` is a label for onlookers."""
        user = self.state.world.add_user(name, username=username, lang=lang, role=role)
        return Person(self.state, user)

    def group(
        self,
        title: str,
        members: Sequence[Person],
        *,
        bot: bool = True,
        upgraded: bool = True,
    ) -> Room:
        """Add a group made by the first of `members`; `bot` puts the bot in as a member.

        The bot hears of that only if it is added later (`person.add_bot`).
        """
        ranks = standings(person.id for person in members)
        return Room(
            self.state, self.state.world.add_group(title, ranks, upgraded=upgraded, bot=bot)
        )

    def push(self, kind: str, body: dict[str, Any]) -> None:
        """Give the bot an update of any making: forged, from a channel, from a later version."""
        self.state.updates.put(kind, body)

    async def until(self, look: Callable[[], object], timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Wait until `look` is true; asked again whenever something happens here.

        Raises NotSeen after `timeout` seconds.
        """
        if not await self.state.pulse.until(look, timeout):
            raise NotSeen(f"did not happen within {timeout} s")
