"""What the operator decides about Telegram (`[chat.telegram]`), and what is wrong with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from core.domain.errors import BadInput
from core.domain.secret import Secret

_TOKEN: Final = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{1,100}")
_WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")

Fault = tuple[str, str, str]
"""A setting's name, and what it has to be, in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """How to reach Telegram.

    Attributes:
        token: The bot's token from @BotFather.
        api_base: Where the Bot API answers, for calls and for file downloads.
        proxy: `http://`, `socks5://` or `socks4://` address used by both libraries; empty: none.
        mode: `polling` (we ask) or `webhook` (Telegram calls us).
        webhook_url: The public address that Telegram calls, its path included.
        webhook_host: The local address to listen on.
        webhook_port: The local port to listen on; 0 takes a free one.
        webhook_secret: What Telegram has to send with every call.
    """

    token: Secret = field(default_factory=Secret)
    api_base: str = "https://api.telegram.org"
    proxy: str = field(default="", repr=False)  # it may carry a password
    mode: str = "polling"
    webhook_url: str = ""
    webhook_host: str = "127.0.0.1"
    webhook_port: int = 8443
    webhook_secret: Secret = field(default_factory=Secret)

    @property
    def bot_id(self) -> str:
        """The bot's user id: the public half of the token."""
        return self.token.reveal().partition(":")[0]

    @property
    def base(self) -> str:
        """`api_base` without a slash at its end."""
        return self.api_base.rstrip("/")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text in here that must not reach a log."""
        password = urlsplit(self.proxy).password or ""
        known = (self.token.reveal(), self.webhook_secret.reveal(), password)
        return tuple(secret for secret in known if secret)

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong, one setting at a time; nothing if we can start."""
        if not _TOKEN.fullmatch(self.token.reveal()):
            yield (
                "token",
                "应为 @BotFather 给的“数字:字母”",
                "must be what @BotFather gave: NUMBER:LETTERS",
            )
        if not _address(self.api_base, "http", "https"):
            yield "api_base", "应为 http(s)://主机[:端口]", "must be http(s)://HOST[:PORT]"
        if self.proxy and not _address(self.proxy, "http", "socks5", "socks4"):
            yield (
                "proxy",
                "应为 http://、socks5:// 或 socks4:// 地址",
                "must be an http://, socks5:// or socks4:// address",
            )
        if self.mode not in ("polling", "webhook"):
            yield "mode", "应为 polling 或 webhook", "must be polling or webhook"
        if self.mode == "webhook":
            yield from self._webhook_faults()

    def _webhook_faults(self) -> Iterator[Fault]:
        if not _WEBHOOK_SECRET.fullmatch(self.webhook_secret.reveal()):
            yield (
                "webhook_secret",
                "webhook 模式必须设置:1 到 256 个字母、数字、_ 或 -;没有它任何人都能冒充 Telegram",
                "must be 1 to 256 letters, digits, _ or -, or anybody can pose as Telegram",
            )
        if not _address(self.webhook_url, "http", "https"):
            yield (
                "webhook_url",
                "应为 Telegram 能访问的 https:// 地址",
                "must be a public https:// address",
            )
        if not 0 <= self.webhook_port <= 65_535:  # noqa: PLR2004 - the range of ports
            yield "webhook_port", "应为 0 到 65535", "must be 0 to 65535"

    def check(self) -> None:
        """Refuse settings that cannot work.

        Raises:
            BadInput: One sentence that names every wrong setting and what it has to be.
        """
        faults = list(self.faults())
        if faults:
            raise BadInput(
                ";".join(f"设置 chat.telegram.{key} {zh}" for key, zh, _ in faults) + "。",
                "; ".join(f"setting chat.telegram.{key} {en}" for key, _, en in faults) + ".",
            )


def _address(text: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
