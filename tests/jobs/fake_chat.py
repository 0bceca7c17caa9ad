"""A chat platform that keeps its own book: what really arrived, whatever we believe."""

import os
import signal
from collections import Counter
from pathlib import Path

from core.domain.effects import State
from core.domain.errors import DeliveryError
from core.messaging import ChatLimits, Content, Press, Sent, Target
from core.services.compose import digest
from core.services.effects import Effect
from core.services.payloads import Letter, unpack
from core.store.tx import Tx

GROUP = Target("fake", "group-1")
OTHER = Target("fake", "group-2")


class FakeChat:
    """Is a `core.ports.Messenger`. Everything that arrives stands in the file `book`.

    `refuse` holds errors to raise instead of taking a message, `lose` errors to raise after it
    was taken (the answer was lost); both are used up one by one, per text. The arrival of the
    text `fatal` kills the process.
    """

    platform = "fake"

    def __init__(self, book: Path, limits: ChatLimits | None = None) -> None:
        self._book = book
        self.limits = limits or ChatLimits()
        self.refuse: dict[str, list[DeliveryError]] = {}
        self.lose: dict[str, list[DeliveryError]] = {}
        self.fatal = ""

    async def send(self, target: Target, content: Content, *, priority: int = 5) -> Sent:
        """Take a message, or not."""
        assert priority > 0
        text = content.words
        if self.refuse.get(text):
            raise self.refuse[text].pop(0)
        number = self._write("send", target, text)
        if text == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.lose.get(text):
            raise self.lose[text].pop(0)
        return Sent(target, str(number))

    async def edit(self, sent: Sent, content: Content) -> None:
        """Take an edit."""
        self._write(f"edit {sent.message}", sent.target, content.words)

    async def answer(self, press: Press, text: str) -> None:
        """Never called here."""
        raise NotImplementedError

    async def delete(self, sent: Sent) -> None:
        """Never called here."""
        raise NotImplementedError

    async def leave(self, target: Target) -> None:
        """Never called here."""
        raise NotImplementedError

    def lines(self) -> list[str]:
        """Return everything that arrived, in order: "send group-1 text"."""
        return self._book.read_text().splitlines() if self._book.exists() else []

    def counts(self) -> Counter[str]:
        """Return how often each text was posted as a new message."""
        posted = [line.split(" ", 2) for line in self.lines()]
        return Counter(text for how, _, text in posted if how == "send")

    def _write(self, how: str, target: Target, text: str) -> int:
        line = f"{how} {target.chat} {text}\n".encode()
        book = os.open(self._book, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            os.write(book, line)  # one write: whole in the file even if we are killed right after
        finally:
            os.close(book)
        return len(self.lines())


def letter(tx: Tx, effect: Effect) -> Letter | None:
    """Find the words of an effect that carries them itself, merged as the shop does it."""
    each = [unpack(one.payload) for one in (effect, *effect.also) if "content" in one.payload]
    return digest(each) if len(each) > 1 else next(iter(each), None)


async def no_paint(chart: object) -> bytes:
    """Draw nothing; no test here has a picture."""
    raise NotImplementedError


class Notebook:
    """Is an `Aftermath` that writes down what it is told."""

    def __init__(self) -> None:
        self.troubles: list[tuple[str, State]] = []
        self.lost: list[Target] = []
        self.followed: list[tuple[Target, str]] = []

    def trouble(self, tx: Tx, effect: Effect, state: State, reason: str) -> None:  # noqa: ARG002
        """Write an effect down."""
        self.troubles.append((effect.key, state))

    def gone(self, tx: Tx, target: Target) -> None:  # noqa: ARG002
        """Write a lost chat down."""
        self.lost.append(target)

    def moved(self, tx: Tx, target: Target, new: str) -> None:  # noqa: ARG002
        """Write a moved chat down."""
        self.followed.append((target, new))
