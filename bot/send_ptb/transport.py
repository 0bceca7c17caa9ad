"""How a Bot API call travels: one aiohttp session with our own deadlines, and no token in errors.

aiohttp errors carry the URL, and the URL carries the token: so only an error's class goes on.
aiohttp has no write timeout: the whole call has a deadline that grows with the size of its body.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    FormData,
    InvalidURL,
    TCPConnector,
)
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData
from typing_extensions import override

_NOT_WRITTEN: Final = (
    ClientConnectorError,
    ConnectionTimeoutError,
    InvalidURL,
    ProxyConnectionError,
    ProxyError,
    ProxyTimeoutError,
)
_JSON: Final = {"Content-Type": "application/json"}
_WORTH_PARSING: Final = ("message_id", "date", "chat")
_TOO_LARGE: Final = 413
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_DEFAULT_PAUSE: Final = 5.0
_UNSAFE_IN_A_HEADER: Final = str.maketrans(dict.fromkeys('"\\\r\n', "_"))


class NotSent(NetworkError):
    """No connection was made, so Telegram surely saw nothing."""


class NoAnswer(NetworkError):
    """The request was (perhaps) written and no whole answer came back."""


class ServerTrouble(NetworkError):
    """Telegram answered 5xx, which it also does after it has taken a message."""


class TooMany(TelegramError):
    """Telegram answered 429: nothing more for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"flood control, wait {seconds:g} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a call may take, in seconds.

    Attributes:
        connect: To get a connection, the wait for a free one included.
        answer: From there to the answer, for a small request.
        slowest_upload: Bytes per second below which an upload is given up.
    """

    connect: float = 10.0
    answer: float = 20.0
    slowest_upload: float = 32_768.0


class AiohttpRequest(BaseRequest):
    """The transport that python-telegram-bot is given.

    Args:
        proxy: Address of an HTTP or SOCKS proxy, or nothing.
        connections: How many connections may be open at once.
        deadlines: How long a call may take.
    """

    __slots__ = ("_connections", "_deadlines", "_proxy", "_session")

    def __init__(
        self, proxy: str = "", connections: int = 64, deadlines: Deadlines = Deadlines()
    ) -> None:
        self._proxy = proxy
        self._connections = connections
        self._deadlines = deadlines
        self._session: ClientSession | None = None

    @property
    @override
    def read_timeout(self) -> float:
        """How long an answer may take, in seconds."""
        return self._deadlines.answer

    @override
    async def initialize(self) -> None:
        """Do nothing: the session opens with the first call."""

    @override
    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; unlike the library's own version, never write it to the log."""
        try:
            answer = json.loads(payload)
        except ValueError:
            raise NoAnswer("the answer is not JSON") from None
        if not isinstance(answer, dict):
            raise NoAnswer("the answer is not a JSON object")
        return _without_echo(answer)

    @override
    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call. The library's own timeouts are ignored: ours hold for every call.

        Raises:
            NotSent: No connection; surely nothing was taken.
            NoAnswer: The connection broke or a deadline passed after we began to write.
            ServerTrouble: The answer is 5xx.
            TooMany: The answer is 429.
            BadRequest: The upload is larger than Telegram takes.
        """
        body, headers = _body(request_data)
        try:
            async with self._open().request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=self._timeout(request_data),
                allow_redirects=False,
            ) as answer:
                code, payload = answer.status, await answer.read()
        except _NOT_WRITTEN as error:
            raise NotSent(type(error).__name__) from None
        except (ClientError, TimeoutError, OSError) as error:
            raise NoAnswer(type(error).__name__) from None
        return _judge(code, payload)

    def _open(self) -> ClientSession:
        if self._session is None:
            connector = (
                ProxyConnector.from_url(self._proxy, rdns=True, limit=self._connections)
                if self._proxy
                else TCPConnector(limit=self._connections, ttl_dns_cache=300)
            )
            self._session = ClientSession(connector=connector, trust_env=False)
        return self._session

    def _timeout(self, request_data: RequestData | None) -> ClientTimeout:
        limits = self._deadlines
        total = limits.connect + limits.answer
        if request_data is not None and request_data.contains_files:
            size = sum(_size(part[1]) for part in request_data.multipart_data.values())
            total += size / limits.slowest_upload
        return ClientTimeout(total=total, connect=limits.connect)


def _size(content: object) -> int:
    return len(content) if isinstance(content, bytes) else 0


def _without_echo(answer: dict[str, Any]) -> dict[str, Any]:
    """Drop what Telegram repeats of our own message: parsing it costs more than sending it."""
    message = answer.get("result")
    if isinstance(message, dict) and "message_id" in message:
        answer["result"] = {key: message[key] for key in _WORTH_PARSING if key in message}
    return answer


def _body(request_data: RequestData | None) -> tuple[FormData | bytes | None, dict[str, str]]:
    if request_data is None:
        return None, {}
    if not request_data.contains_files:
        return json.dumps(request_data.parameters).encode(), _JSON
    form = FormData(quote_fields=False)  # Telegram reads a name as it stands, not %-encoded
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, part in request_data.multipart_data.items():
        filename = part[0].translate(_UNSAFE_IN_A_HEADER)
        form.add_field(name, part[1], filename=filename, content_type=part[2])
    return form, {}


def _judge(code: int, payload: bytes) -> tuple[int, bytes]:
    """Take out the answers that the library would mix with others."""
    if code >= _SERVER_ERROR:
        raise ServerTrouble(f"Telegram answered {code}")
    if code == _TOO_LARGE:
        raise BadRequest("the file is too large for Telegram")
    if code == _TOO_MANY:
        raise TooMany(_pause(payload))
    return code, payload


def _pause(payload: bytes) -> float:
    try:
        return float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, LookupError, TypeError):
        return _DEFAULT_PAUSE
