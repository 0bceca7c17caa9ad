"""What can be set: one frozen dataclass for each section of the configuration file.

A section checks its own values when it is made and reports all that is wrong at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.telegram_settings import TelegramSettings
from core.domain.secret import Secret
from core.domain.setting import Problem, address, between, one_of, refuse, time_of_day, time_zone

HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where everything is kept: `sqlite:///PATH`, or a PostgreSQL URL for several machines."""

    url: str = field(default="sqlite:///data/zhanggui.db", repr=False)  # may carry a password

    def __post_init__(self) -> None:
        refuse(address("url", self.url or "-", ("sqlite", "postgresql", "postgres")))


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """Who we are: the zone cuts the business day, `lang` is what a new chat speaks first."""

    name: str = "我的小店"
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    lang: str = "zh"

    def __post_init__(self) -> None:
        refuse(time_zone("zone", self.zone), one_of("lang", self.lang, ("zh", "en")))


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """The chat platforms we speak on."""

    telegram: TelegramSettings = field(default_factory=TelegramSettings)

    def __post_init__(self) -> None:
        absent = () if self.telegram.token else ("token",)  # no token: no Telegram, and no mistake
        refuse(
            *(
                Problem(f"telegram.{key}", zh, en)
                for key, zh, en in self.telegram.faults()
                if key not in absent
            )
        )


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Our own pages; `public_url` is how staff's phones reach them (empty: this machine only)."""

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""

    def __post_init__(self) -> None:
        refuse(between("port", self.port, 0, HIGHEST_PORT), address("public_url", self.public_url))


@dataclass(frozen=True, slots=True)
class StockSettings:
    """Stock; a SKU with fewer than `low_at` available pieces is shown as low."""

    low_at: int = 5

    def __post_init__(self) -> None:
        refuse(between("low_at", self.low_at, 0, 1_000_000))


@dataclass(frozen=True, slots=True)
class JobSettings:
    """What happens by the clock, in the shop's zone."""

    daily_summary: str = "21:00"
    poll_minutes: int = 10

    def __post_init__(self) -> None:
        refuse(
            time_of_day("daily_summary", self.daily_summary),
            between("poll_minutes", self.poll_minutes, 1, 1440),
        )


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Whom we may call: https to anybody public; what is private only by its host and port."""

    allow_private: Sequence[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SecretSettings:
    """The key that seals the tokens of shops; empty: a file beside the SQLite database."""

    key: Secret = field(default_factory=Secret)


@dataclass(frozen=True, slots=True)
class FileSettings:
    """The folder whose dropped spreadsheets are imported; empty: none is watched."""

    watch: str = ""


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How much is logged."""

    level: str = "INFO"

    def __post_init__(self) -> None:
        refuse(one_of("level", self.level, ("DEBUG", "INFO", "WARNING", "ERROR")))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; a channel stays as written, its driver checks its mapping."""

    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    shop: ShopSettings = field(default_factory=ShopSettings)
    chat: ChatSettings = field(default_factory=ChatSettings)
    web: WebSettings = field(default_factory=WebSettings)
    stock: StockSettings = field(default_factory=StockSettings)
    jobs: JobSettings = field(default_factory=JobSettings)
    files: FileSettings = field(default_factory=FileSettings)
    log: LogSettings = field(default_factory=LogSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    secrets: SecretSettings = field(default_factory=SecretSettings)
    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
