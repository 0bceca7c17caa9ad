"""What goes wrong, where and how often? The script of misbehaviour that a test writes."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from sandbox.marketplaces.errors import Refused, Why
from sandbox.marketplaces.json_text import Json, put
from sandbox.marketplaces.shop import Shop

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>登录</title></head>"
    "<body><form action='/login'>请登录</form></body></html>"
)


class Answered(Protocol):
    """What `Fault.after` gets to see of a call."""

    shop: Shop
    window: list[str]


class Then(StrEnum):
    """What the server does once the work is done or left."""

    ANSWER = "answer"
    HANG = "hang"  # says nothing and keeps the connection open
    CLOSE = "close"  # closes the connection without a word


class Shown(StrEnum):
    """How a list of orders is shown."""

    RIGHT = "right"
    EMPTY = "empty"  # nothing, though there are orders
    PAGE_AGAIN = "page again"  # the page before once more
    ORDER_TWICE = "order twice"  # the first order of the page again at its end
    SHUFFLED = "shuffled"  # the page in another order
    STALE = "stale"  # each order as it was one version ago


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in place of the right one; also what the right one becomes by `Fault.spoil`."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    retry_after: str = ""


@dataclass(slots=True)
class Fault:
    """One misbehaviour.

    It meets calls of one of `methods` (empty: all; "push" stands for the pushes) for `shop` ("":
    any) and of that `page` (None: any), lets `skip` of them pass, then strikes `times` times
    (None: for ever). With `deliver` the work is done first and only the answer is lost. Calls wait
    for `held` before anything is done; `arrived` is set once one waits.
    """

    name: str
    then: Then = Then.ANSWER
    methods: frozenset[str] = frozenset()
    shop: str = ""
    page: int | None = None
    skip: int = 0
    times: int | None = 1
    deliver: bool = False
    held: asyncio.Event | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    refused: Refused | None = None
    reply: Reply | None = None
    shown: Shown = Shown.RIGHT
    edit: Callable[[Json], None] | None = None
    spoil: Callable[[Reply], Reply] | None = None
    after: Callable[[Answered], None] | None = None
    throttle_s: int = 0
    tells: bool = True
    http: bool = False
    until: int | None = None
    struck: int = 0

    def meets(self, method: str, shop: str, page: int | None) -> bool:
        """Tell whether a call is one that this fault is about."""
        named = method in self.methods if self.methods else method != "push"
        return named and self.shop in ("", shop) and self.page in (None, page)

    def strikes(self) -> bool:
        """Count one call that it meets, and tell whether this one is struck."""
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self.struck += 1
        return True

    def release(self) -> None:
        """Let the calls that were held go on."""
        if self.held is not None:
            self.held.set()


@dataclass(slots=True)
class Faults:
    """The script. Every method that adds a fault returns it, so that `struck` can be read.

    The keyword arguments of all of them are those of `Fault` (`methods` may be one name).
    """

    script: list[Fault] = field(default_factory=list)

    def add(self, name: str, *, methods: str | Collection[str] = (), **more: Any) -> Fault:
        """Add a fault; it stands behind those that were added earlier."""
        names = frozenset({methods} if isinstance(methods, str) else methods)
        fault = Fault(name, methods=names, **more)
        self.script.append(fault)
        return fault

    def take(self, method: str, shop: str, page: int | None) -> Fault | None:
        """Return the first fault that strikes this call."""
        for fault in self.script:
            if fault.meets(method, shop, page) and fault.strikes():
                return fault
        return None

    def clear(self) -> None:
        """Be well again; what is held goes on."""
        for fault in self.script:
            fault.release()
        self.script.clear()

    def hang(self, **more: Any) -> Fault:
        """Do nothing and never answer."""
        return self.add("hang", then=Then.HANG, **more)

    def reset(self, **more: Any) -> Fault:
        """Do nothing and close the connection."""
        return self.add("reset", then=Then.CLOSE, **more)

    def down(self, **more: Any) -> Fault:
        """Close every connection until `clear`."""
        return self.add("down", then=Then.CLOSE, times=None, **more)

    def answer_lost(self, *, hang: bool = False, **more: Any) -> Fault:
        """Do the work, and close the connection (or say nothing) in place of an answer."""
        then = Then.HANG if hang else Then.CLOSE
        return self.add("answer lost", then=then, deliver=True, **more)

    def hold(self, **more: Any) -> Fault:
        """Let calls wait, before anything is done, until `release` is called on the fault."""
        return self.add("hold", held=asyncio.Event(), **more)

    def server_error(self, status: int = 500, **more: Any) -> Fault:
        """Answer 5xx with a gateway's page."""
        page = f"<html><head><title>{status}</title></head><body>{status}</body></html>"
        return self.add(f"http {status}", reply=Reply(page.encode(), status), **more)

    def login_page(self, **more: Any) -> Fault:
        """Answer 200 with a page to log in."""
        return self.add("login page", reply=Reply(LOGIN_PAGE.encode()), **more)

    def refuse(self, why: Why = Why.BUSY, detail: str = "", **more: Any) -> Fault:
        """Answer with an error in the platform's own words."""
        return self.add(f"refused {why}", refused=Refused(why, detail), **more)

    def throttle(
        self, seconds: int, *, http: bool = False, tells: bool = True, **more: Any
    ) -> Fault:
        """Refuse calls for that many seconds of the server's clock, from the first one on.

        `http` answers 429 in place of the platform's own words; `tells` says how long (there with
        Retry-After, here where the platform has words for it). Who was told and calls again
        earlier commits a violation.
        """
        more.setdefault("times", None)
        return self.add("throttle", throttle_s=seconds, http=http, tells=tells, **more)

    def show(self, shown: Shown, **more: Any) -> Fault:
        """Show a list (or, for STALE, an order) wrongly."""
        return self.add(f"shown {shown}", shown=shown, **more)

    def then_do(self, after: Callable[[Answered], None], **more: Any) -> Fault:
        """Answer rightly, then do something: `after` gets the call."""
        return self.add("then do", after=after, **more)

    def shift(self, **more: Any) -> Fault:
        """After a page was given, change the newest order of the window: it leaves the window.

        Whoever reads from the first page on misses the order that moves up by one.
        """

        def touch_newest(call: Answered) -> None:
            if call.window:
                call.shop.touch(call.window[0])

        return self.then_do(touch_newest, **more)

    def patch(self, path: str, value: object, **more: Any) -> Fault:
        """Put a value at a path of the answer (see `json_text.put`)."""
        return self.add(f"patch {path}", edit=lambda body: put(body, path, value), **more)
