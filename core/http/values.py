"""What is asked over HTTP, and what came back: plain values, bytes as they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """One question. `query`, `headers`, `form` and `body` are never shown: they hold secrets.

    A `form` is sent as the body, percent-encoded UTF-8; give a `form` or a `body`, not both.
    """

    method: str
    url: str = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status.

    Attributes:
        status: The HTTP status.
        headers: Header names in lower case; of a repeated one, the last.
        body: The bytes after transfer and content coding. Which text they are is the reader's
            business: platforms declare one charset and send another.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
