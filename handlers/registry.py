"""One declaration gives a command its words, its right, its help and its place in the menu."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from core.domain.staff import Person, Role
from core.messaging import ChatKind, FileRef, Incoming, Reply
from core.services import Tx

T = TypeVar("T")


class Menu(StrEnum):
    """Where a command is offered."""

    MAIN = "main"  # one of the three buttons a clerk sees first
    MORE = "more"  # under 更多
    HIDDEN = "hidden"  # reachable by its words only


@dataclass(frozen=True, slots=True)
class Action:
    """What a pressed button asks for: the command's verb, the object, its version, an argument."""

    verb: str
    object_id: int = 0
    version: int = 0
    argument: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """One request by one member of staff, ready to be answered.

    `words` is the text without the command; `action` is set when a button was pressed; `source`
    is the inbox key: it names the cause in the audit trail and makes a write happen once.
    """

    incoming: Incoming
    person: Person
    lang: str
    now: int
    words: str = ""
    action: Action | None = None
    source: str = ""

    @property
    def in_group(self) -> bool:
        """Whether others read along: no buyer data then."""
        return self.incoming.kind is ChatKind.GROUP

    @property
    def actor(self) -> str:
        """The person as the audit trail names them."""
        return f"person:{self.person.id}"


class Desk(Protocol):
    """What a handler may use: the two doors of the store, sent files, and button tokens."""

    @property
    def registry(self) -> "Registry":
        """All commands there are, for help and menus."""

    async def read(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn` on a snapshot."""

    async def write(self, ask: Ask, fn: Callable[[Tx], T], *, keep_button: bool = False) -> T:
        """Run `fn` once for this request: asked again after a crash it answers the same.

        The result must be JSON-able. If a button was pressed, it is used up in the same
        transaction: a second press raises Stale, which says who was first. What `fn` raises
        undoes all it wrote and leaves the button usable. With `keep_button` it stays usable
        anyway: for what may be done any number of times, such as looking.
        """

    async def fetch(self, file: FileRef) -> bytes:
        """Return the bytes of a sent file."""

    def token(self, ask: Ask, action: Action, *, minutes: int = 60 * 24, roles: frozenset[Role] | None = None, personal: bool = False) -> str:  # fmt: skip  # noqa: E501
        """Return an opaque button token (≤ 64 bytes) for `action`.

        It is bound to the roles (those of the command by default), to the object's version, to
        an expiry and, if `personal`, to the person who asked.
        """

    def code(self, ask: Ask, purpose: str) -> str:
        """Return a secret code of 128 bits for a link: 22 signs of [A-Za-z0-9_-].

        It is the same when the request is run again, so only its hash needs to be stored.
        """

    def invite_link(self, ask: Ask, code: str) -> str:
        """Return a link that brings a person to us with an invite's code, "" if there is none."""

    def page_url(self, token: str) -> str:
        """Return the address of a page behind a short-lived link."""

    def shows_buyer_data(self, ask: Ask) -> bool:
        """Say whether this chat may show buyer data itself: private, on a platform of ours."""


Run = Callable[[Ask, Desk], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that staff can ask for.

    `name` is the slash command; `words` are what may be typed instead, Chinese first; `verbs`
    are the button actions that the command answers as well. `example` shows words that may
    follow: a command of the main menu that has one and is said without any takes the next message
    as its words. `unbound`: it answers in a group that is not bound yet.
    """

    name: str
    zh: str
    en: str
    help_zh: str
    help_en: str
    roles: frozenset[Role]
    run: Run
    words: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    menu: Menu = Menu.HIDDEN
    groups: bool = True
    example: str = field(default="")
    unbound: bool = False


class Registry:
    """All commands, found by any of their words; two of the same word are a mistake."""

    def __init__(self, commands: tuple[Command, ...]) -> None:
        self.commands = commands
        self._by_word: dict[str, Command] = {}
        self._by_verb: dict[str, Command] = {}
        for command in commands:
            for word in {command.name, command.zh, command.en, *command.words}:
                self._enter(self._by_word, word.casefold(), command)
            for verb in command.verbs:
                self._enter(self._by_verb, verb, command)

    @staticmethod
    def _enter(table: dict[str, Command], word: str, command: Command) -> None:
        other = table.setdefault(word, command)
        if other is not command:
            raise ValueError(f"{word!r} names both /{other.name} and /{command.name}")

    def by_word(self, word: str) -> Command | None:
        """Return the command that `word` (with or without its slash) names."""
        return self._by_word.get(word.removeprefix("/").casefold())

    def by_verb(self, verb: str) -> Command | None:
        """Return the command that answers a button action."""
        return self._by_verb.get(verb)

    def for_role(self, role: Role, menu: Menu) -> list[Command]:
        """Return the commands of one menu that `role` may use, in declared order."""
        return [one for one in self.commands if one.menu is menu and role in one.roles]
