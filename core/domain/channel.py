"""What is a marketplace's channel, as data? Everything that the driver `http_json` has to know.

Each part checks itself when it is made and names all that is wrong with it at once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from core.domain.mapping import ChannelMap
from core.domain.outgoing import Outgoing
from core.domain.secret import Secret
from core.domain.setting import Problem, address, between, one_of, refuse, time_zone

MODES: Final = ("off", "shadow", "live")
TIMES: Final = ("cn_datetime", "datetime", "unix_s", "unix_ms")
DAY_S: Final = 86_400
MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """How often an application may ask: `calls` in any `per_s` seconds, for all its shops."""

    calls: int = 10
    per_s: int = 1

    def __post_init__(self) -> None:
        refuse(between("calls", self.calls, 1, 100_000), between("per_s", self.per_s, 1, 3600))


@dataclass(frozen=True, slots=True)
class Windows:
    """How time is cut, in seconds.

    Attributes:
        longest_s: The longest window that the platform takes in one question.
        overlap_s: How far each window reaches back into the one before.
        lag_s: How far behind now a window ends: what is younger may not be visible yet.
        first_days: How many days back the first poll of a shop reaches.
    """

    longest_s: int = 1800
    overlap_s: int = 300
    lag_s: int = 180
    first_days: int = 1

    def __post_init__(self) -> None:
        refuse(
            between("longest_s", self.longest_s, 60, 31 * DAY_S),
            between("overlap_s", self.overlap_s, 1, max(1, self.longest_s // 2)),
            between("lag_s", self.lag_s, 0, 3600),
            between("first_days", self.first_days, 1, 90),
        )


@dataclass(frozen=True, slots=True)
class Paging:
    """How a long list is cut.

    Attributes:
        first: The number of the first page.
        size: Orders on a page.
        last_first: Whether pages are read from the last to the first, so that an order that
            leaves the window while we read pushes no other one past us.
        most: The highest number of pages that the platform shows (0: no limit); a window with
            more is halved.
    """

    first: int = 1
    size: int = 100
    last_first: bool = True
    most: int = 0

    def __post_init__(self) -> None:
        refuse(
            between("first", self.first, 0, 1),
            between("size", self.size, 1, 1000),
            between("most", self.most, 0, 100_000),
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """How the platform says that something is wrong.

    `code`, `sub_code` and `text` are paths. A code that is absent or listed in `success` is well.
    The other lists hold codes or sub-codes, `*` stands for any signs; what none of them names is
    refused for good. `wait` is a pattern whose first group is the seconds to wait, in the text.
    """

    code: tuple[str, ...] = ()
    sub_code: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    success: tuple[str, ...] = ()
    throttled: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
    temporary: tuple[str, ...] = ()
    wait: str = ""

    def __post_init__(self) -> None:
        empty = None
        if not self.code:
            empty = Problem("code", "必须给出错误码的路径", "the path of the error code is needed")
        refuse(empty, _pattern("wait", self.wait))


def _pattern(key: str, value: str) -> Problem | None:
    try:
        groups = re.compile(value).groups
    except re.error as error:
        return Problem(key, f"不是有效的正则（{error}）", f"is no valid pattern ({error})")
    if value and not groups:
        return Problem(key, "要有一个括号，里面是秒数", "needs a group with the seconds in it")
    return None


@dataclass(frozen=True, slots=True)
class Changes:
    """The call that lists what changed in a window.

    `arguments` may hold `{since}`, `{until}`, `{page}` and `{size}` (`{page:s}`: as text).
    `orders` is the path of the list, `total` that of how many there are, or `more` that of
    whether another page follows. Where a call of its own brings an order, `number` and `version`
    say where an item of the list names the order and the moment of its change. `rate` is a limit
    of this call alone, beside that of all calls.
    """

    method: str
    orders: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    total: str = ""
    more: str = ""
    number: str = ""
    version: str = ""
    rate: Rate | None = None

    def __post_init__(self) -> None:
        said = f"{dict(self.arguments)}"
        lacking = [name for name in ("since", "until", "page") if f"{{{name}" not in said]
        missing = None
        if lacking:
            listed = ", ".join(f"{{{name}}}" for name in lacking)
            missing = Problem("arguments", f"缺少 {listed}", f"{listed} is missing")
        counted = None
        if not self.total and not self.more:
            counted = Problem("total", "total 和 more 要有一个", "total or more has to be given")
        refuse(missing, counted)


@dataclass(frozen=True, slots=True)
class Detail:
    """The call that brings one whole order; `arguments` holds `{number}`, `order` is its path."""

    method: str
    order: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    at_once: int = 8

    def __post_init__(self) -> None:
        lacking = "{number" not in f"{dict(self.arguments)}"
        refuse(
            Problem("arguments", "缺少 {number}", "{number} is missing") if lacking else None,
            between("at_once", self.at_once, 1, 64),
        )


@dataclass(frozen=True, slots=True)
class Api:
    """Where and how a platform is asked.

    Attributes:
        base_url: Its gateway; `path` is appended, `{method_path}` in it is the method with
            slashes for its dots.
        signing: The signing profile.
        method_name: The parameter that carries a method's name ("" if only the path does).
        time: How times are written in questions.
        charset: How answers are written, whatever their header says.
    """

    base_url: str
    signing: str
    changes: Changes
    errors: Envelope
    detail: Detail | None = None
    outgoing: Outgoing | None = None
    path: str = ""
    method_name: str = "method"
    time: str = "cn_datetime"
    charset: str = "utf-8"
    rate: Rate = field(default_factory=Rate)
    windows: Windows = field(default_factory=Windows)
    paging: Paging = field(default_factory=Paging)

    def __post_init__(self) -> None:
        lacking = None
        if self.detail and not self.changes.number:
            zh, en = "有 detail 时必须给出", "it is needed where there is a detail call"
            lacking = Problem("changes.number", zh, en)
        backwards = None
        if self.paging.last_first and not self.changes.total:
            zh, en = "从最后一页读起需要 total", "reading the last page first needs a total"
            backwards = Problem("changes.total", zh, en)
        refuse(
            address("base_url", self.base_url or "-"),
            one_of("time", self.time, TIMES),
            one_of("charset", self.charset.lower(), ("utf-8", "gbk", "gb18030")),
            lacking,
            backwards,
        )


@dataclass(frozen=True, slots=True)
class Account:
    """What is set for one shop: its keys, and what is done with its orders.

    Attributes:
        mode: "off", "shadow" (orders are kept and counted, nothing follows) or "live".
        history_days: How many days before the first poll are kept as history.
        poll_minutes: How often it is asked; 0: as `[jobs] poll_minutes` says.
        push_stock: Whether a live shop is told what to display. Off, until the stock is known
            here: else a shop would display 0 of everything.
    """

    app_key: Secret = field(default_factory=Secret)
    secret: Secret = field(default_factory=Secret)
    access_token: Secret = field(default_factory=Secret)
    mode: str = "shadow"
    history_days: int = 0
    poll_minutes: int = 0
    push_stock: bool = False

    def __post_init__(self) -> None:
        keys = ("app_key", "secret", "access_token") if self.mode != "off" else ()
        refuse(
            one_of("mode", self.mode, MODES),
            between("history_days", self.history_days, 0, 90),
            between("poll_minutes", self.poll_minutes, 0, 1440),
            *(
                Problem(key, f"必须给出（或 {key}_file）", f"it has to be given (or {key}_file)")
                for key in keys
                if not getattr(self, key)
            ),
        )


@dataclass(frozen=True, slots=True)
class Channel:
    """One shop on one marketplace, checked whole."""

    name: str
    platform: str
    zone: str
    api: Api
    account: Account
    mapping: ChannelMap

    def __post_init__(self) -> None:
        refuse(time_zone("zone", self.zone))
