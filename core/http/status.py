"""What does an HTTP status mean for whoever asked? Platforms put their own errors elsewhere."""

from email.utils import parsedate_to_datetime
from typing import Final

from core.domain.errors import Permanent, Temporary, Unknown
from core.http.values import Answer

LONGEST_WAIT_S: Final = 3600.0
_OK: Final = range(200, 300)
_SERVER: Final = range(500, 600)
_LATER: Final = frozenset({425, 429, 503})
"""The server says that it has not taken the request and may take it later."""


def expect_success(answer: Answer, what: str) -> Answer:
    """Return an answer of the 2xx.

    Args:
        answer: What came back.
        what: What was asked for, for the error's text; no secrets.

    Raises:
        Temporary: Too many requests, or not ready; with the wait that the server names.
        Unknown: The server failed: it may have done what was asked.
        Permanent: Refused, gone, or elsewhere (we follow nobody).
    """
    status = answer.status
    if status in _OK:
        return answer
    if status in _LATER:
        raise Temporary(f"{what}: status {status}", retry_after(answer) or 1.0)
    if status in _SERVER:
        raise Unknown(f"{what}: status {status}")
    raise Permanent(f"{what}: status {status}")


def retry_after(answer: Answer) -> float | None:
    """Return the seconds that an answer asks to wait (at most an hour); None if it does not."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said[:9]), LONGEST_WAIT_S)
    try:  # a date, by the server's own clock
        wait = parsedate_to_datetime(said) - parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT_S)
