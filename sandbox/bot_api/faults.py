"""What goes wrong, where and how often? The script of misbehaviour that a test writes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.bot_api.errors import ApiError, too_many


class Then(StrEnum):
    """What the server does in place of its usual answer."""

    ANSWER = "answer"  # answers with the error
    HANG = "hang"  # says nothing and keeps the connection open
    CLOSE = "close"  # closes the connection without a word


@dataclass(slots=True)
class Fault:
    """One misbehaviour.

    It meets requests of one of `methods` (empty: every method but getUpdates; "*": every one;
    the download of a file is called "file") to `chat` (None: any), lets `skip` of them pass, then
    strikes `times` times (None: for ever). With `deliver` the work is done first: people see the
    message, only the answer is lost.
    """

    then: Then
    methods: frozenset[str] = frozenset()
    chat: int | None = None
    skip: int = 0
    times: int | None = 1
    deliver: bool = False
    error: ApiError | None = None
    html: bool = False
    struck: int = 0

    def meets(self, method: str, chat: int | None) -> bool:
        """Tell whether a request is one that this fault is about."""
        named = bool(self.methods & {method, "*"}) if self.methods else method != "getUpdates"
        return named and self.chat in (None, chat)

    def strikes(self) -> bool:
        """Count one request that it meets, and tell whether this one is struck."""
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self.struck += 1
        return True


@dataclass(slots=True)
class Faults:
    """The script. Every method that adds a fault returns it, so that `struck` can be read.

    The keyword arguments of all of them are those of `Fault` (`methods` may be one name).
    """

    script: list[Fault] = field(default_factory=list)

    def add(self, then: Then, *, methods: str | Collection[str] = (), **more: Any) -> Fault:
        """Add a fault; it stands behind those that were added earlier."""
        names = frozenset({methods} if isinstance(methods, str) else methods)
        fault = Fault(then, names, **more)
        self.script.append(fault)
        return fault

    def flood(self, retry_after: int, **more: Any) -> Fault:
        """Answer 429 and ask to wait for `retry_after` seconds."""
        return self.add(Then.ANSWER, error=too_many(retry_after), **more)

    def error(self, code: int, description: str, **more: Any) -> Fault:
        """Answer with any error, for example 403 "Forbidden: bot was blocked by the user"."""
        return self.add(Then.ANSWER, error=ApiError(code, description), **more)

    def server_error(self, code: int = 502, *, html: bool = False, **more: Any) -> Fault:
        """Answer 5xx, with `html` as a gateway's page in place of JSON."""
        return self.add(Then.ANSWER, error=ApiError(code, "Bad Gateway"), html=html, **more)

    def deliver_then_hang(self, **more: Any) -> Fault:
        """Show the message, and never answer."""
        return self.add(Then.HANG, deliver=True, **more)

    def deliver_then_close(self, **more: Any) -> Fault:
        """Show the message, and close the connection without an answer."""
        return self.add(Then.CLOSE, deliver=True, **more)

    def hang(self, **more: Any) -> Fault:
        """Do nothing and never answer."""
        return self.add(Then.HANG, **more)

    def refuse(self, **more: Any) -> Fault:
        """Do nothing and close the connection."""
        return self.add(Then.CLOSE, **more)

    def down(self) -> Fault:
        """Refuse everything until `clear`: the platform cannot be reached."""
        return self.add(Then.CLOSE, methods="*", times=None)

    def clear(self) -> None:
        """Be well again."""
        self.script.clear()

    def take(self, method: str, chat: int | None) -> Fault | None:
        """Return the first fault that strikes this request."""
        for fault in self.script:
            if fault.meets(method, chat) and fault.strikes():
                return fault
        return None
