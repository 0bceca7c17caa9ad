"""What does a platform's answer say: here it is, wait, authorise again, or never?"""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from core.domain.channel import Api
from core.domain.errors import (
    BadInput,
    MarketError,
    Refused,
    SessionOver,
    Throttled,
    Unreachable,
)
from core.http.status import retry_after
from core.http.values import Answer
from core.tools.json_text import read_json
from core.tools.paths import first

BOM = b"\xef\xbb\xbf"
WRONG = 400
BUSY = 429
BROKEN = 500
SHOWN = 200


class Judge:
    """Reads the answers of one platform."""

    def __init__(self, api: Api) -> None:
        self._charset = api.charset.lower()
        self._errors = api.errors
        self._code = first(api.errors.code)
        self._sub_code = first(api.errors.sub_code)
        self._text = first(api.errors.text)

    def read(self, answer: Answer) -> tuple[Any, bool]:
        """Return what a good answer says, and whether odd values may be in it.

        Raises a MarketError for any other: a page that is no JSON is no empty list.
        """
        if answer.status == BUSY:
            raise Throttled("HTTP 429", retry_after(answer) or 0.0)
        try:
            payload, odd = read_json(self._plain(answer.body))
        except BadInput as error:
            raise _no_json(answer, error) from None
        trouble = self._trouble(payload)
        if trouble:
            raise trouble
        if answer.status >= WRONG:
            raise _failed(answer.status, f"HTTP {answer.status}")
        return payload, odd

    def _plain(self, body: bytes) -> bytes:
        """Return the body as UTF-8, read in the charset of the settings whatever its header says.

        Raises BadInput if it is written in another one: better no page than a wrong one.
        """
        body = body.removeprefix(BOM)
        if self._charset == "utf-8":
            return body
        try:
            return body.decode(self._charset).encode()
        except UnicodeDecodeError as error:
            raise BadInput(
                f"不是 {self._charset}：{error}", f"no {self._charset}: {error}"
            ) from None

    def _trouble(self, payload: Any) -> MarketError | None:
        found = self._code(payload)
        if found is None or str(found) in self._errors.success:
            return None
        code, sub_code = str(found), str(self._sub_code(payload) or "")
        text = str(self._text(payload) or "")
        told = " ".join(part for part in (code, sub_code, text[:SHOWN]) if part)
        errors = self._errors
        if _among(errors.throttled, sub_code, code):
            return Throttled(told, self._wait(text))
        if _among(errors.expired, sub_code, code):
            return SessionOver(told)
        if _among(errors.temporary, sub_code, code):
            return Unreachable(told)
        return Refused(told)

    def _wait(self, text: str) -> float:
        found = re.search(self._errors.wait, text) if self._errors.wait else None
        return float(found[1]) if found else 0.0


def _among(patterns: Sequence[str], *codes: str) -> bool:
    return any(fnmatchcase(code, pattern) for code in codes if code for pattern in patterns)


def _no_json(answer: Answer, error: BadInput) -> MarketError:
    if answer.status >= WRONG:
        return _failed(answer.status, f"HTTP {answer.status}")
    return Unreachable(f"the answer cannot be read: {error.en}")


def _failed(status: int, reason: str) -> MarketError:
    return Unreachable(reason) if status >= BROKEN else Refused(reason)
