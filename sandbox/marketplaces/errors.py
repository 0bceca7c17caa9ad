"""Why does a marketplace say no? In one vocabulary; each platform has its own codes for it."""

from enum import StrEnum


class Why(StrEnum):
    """The reasons that every platform knows."""

    APP = "app"  # no such application
    SIGN = "sign"  # the signature is wrong or missing
    TIME = "time"  # the timestamp is missing, unreadable or too far away
    SESSION = "session"  # the shop's token is wrong or has expired
    METHOD = "method"  # there is no such method
    MISSING = "missing"  # a parameter is missing
    PARAMETER = "parameter"  # a parameter's value is not allowed
    THROTTLED = "throttled"  # too many calls
    BUSY = "busy"  # the platform itself is in trouble
    BUSINESS = "business"  # understood, and refused


class Refused(Exception):
    """The call is refused; `detail` names the parameter or tells the platform's own sub-code."""

    def __init__(self, why: Why, detail: str = "", wait_s: int | None = None) -> None:
        super().__init__(why, detail)
        self.why = why
        self.detail = detail
        self.wait_s = wait_s


class SoldOut(Exception):
    """The buyer finds the listing paused, or fewer pieces shown than wanted."""
