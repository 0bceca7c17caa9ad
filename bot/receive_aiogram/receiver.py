"""How Telegram updates, and the files that people send, come in."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, cast

from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.methods import DeleteWebhook, GetFile, GetMe, SetWebhook
from aiohttp import ClientError, ClientResponse, ClientTimeout
from aiohttp_socks import ProxyError

from bot.receive_aiogram.envelopes import ALLOWED
from bot.receive_aiogram.parse import PLATFORM, parse
from bot.receive_aiogram.patience import Patience, Sleep
from bot.receive_aiogram.polling import Poller
from bot.receive_aiogram.session import RawSession, open_bot
from bot.receive_aiogram.webhook import Webhook
from bot.receive_aiogram.words import Me
from bot.telegram_settings import TelegramSettings
from core.domain.errors import BadInput, Temporary
from core.messaging import FileRef, Incoming
from core.ports import Accept

Alarm = Callable[[str, str], Awaitable[None]]

_DOWNLOAD: Final = ClientTimeout(total=60.0, connect=10.0, sock_read=20.0)
_CHUNK: Final = 64 * 1024
_OK: Final = 200
_USED_ELSEWHERE_ZH: Final = (
    "这个机器人的 token 正在别处使用(409),已停止接收消息。"
    "请停掉另一个程序,或在 @BotFather 更换 token,然后重启掌柜。"
)
_USED_ELSEWHERE_EN: Final = (
    "This bot's token is used elsewhere (409), so receiving has stopped. "
    "Stop the other program, or get a new token from @BotFather, then restart Zhanggui."
)


class AiogramReceiver:
    """Brings Telegram updates in; implements `core.ports.Receiver`.

    Args:
        settings: Where and how to reach Telegram.
        alarm: Told (in Chinese, in English) when polling had to stop.
        sleep: Waits so many seconds between tries.
        wait: For how many seconds Telegram may hold an empty answer back.

    Attributes:
        me: Who we are on Telegram; the user name is known once `identify` has returned.
        webhook_port: The port that the webhook listens on, once it does.
    """

    platform = PLATFORM

    def __init__(
        self,
        settings: TelegramSettings,
        alarm: Alarm | None = None,
        sleep: Sleep = asyncio.sleep,
        wait: int = 30,
    ) -> None:
        settings.check()
        self.me = Me(settings.bot_id)
        self.webhook_port = 0
        self._settings = settings
        self._alarm = alarm
        self._patience = Patience(sleep)
        self._wait = wait
        self._bot = open_bot(settings)

    @property
    def answered_at(self) -> float | None:
        """When Telegram last answered us (`time.monotonic` seconds): what a watchdog looks at."""
        return self._patience.answered_at

    async def run(self, accept: Accept) -> None:
        """Hand every update to `accept` until cancelled; confirm only what it returned for.

        Returns by itself only if a second program polls with our token: it does not fight, the
        `alarm` is told, and what was not confirmed stays with Telegram.

        Raises:
            BadInput: Telegram refuses the token.
        """
        await self.identify()
        if self._settings.mode == "webhook":
            await self._listen(accept)
            return
        await self._patience.until_done(
            lambda: self._bot(DeleteWebhook(drop_pending_updates=False))
        )
        await Poller(self._bot, self._patience, self._wait).run(accept)
        if self._alarm is not None:
            await self._alarm(_USED_ELSEWHERE_ZH, _USED_ELSEWHERE_EN)

    async def identify(self) -> Me:
        """Ask Telegram who we are, once; waits while Telegram cannot be reached."""
        if not self.me.username:
            user = await self._patience.until_done(lambda: self._bot(GetMe()))
            self.me = Me(str(user.id), user.username or "")
        return self.me

    def invite_link(self, code: str) -> str:
        """Return the link that opens a private chat with us and sends `/start CODE`."""
        return f"https://t.me/{self.me.username}?start={code}"

    def parse(self, raw: str) -> Incoming | None:
        """Understand one raw update; None if it carries nothing for us.

        Raises:
            BadInput: aiogram does not understand it; the raw text stays where it was kept.
        """
        return parse(raw, self.me)

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """Return a sent file's bytes.

        Raises:
            BadInput: It is larger than `limit` bytes, or Telegram does not give it any more.
            Temporary: Telegram cannot be reached.
        """
        if file.size > limit:
            raise _too_large(file, limit)
        try:
            found = await self._bot(GetFile(file_id=file.file))
            return await self._download(found.file_path or "", file, limit)
        except TelegramBadRequest:
            raise BadInput(
                f"文件 {file.name} 已无法从 Telegram 下载(过期或超过 20 MB),请重新发送。",
                f"Telegram does not give {file.name} (too old, or above 20 MB): send it again.",
            ) from None
        except (AiogramError, ClientError, ProxyError, OSError) as error:  # OSError: timeouts too
            raise Temporary(f"the file could not be fetched: {type(error).__name__}") from None

    async def close(self) -> None:
        """Close all connections."""
        await self._bot.session.close()

    async def _download(self, path: str, file: FileRef, limit: int) -> bytes:
        session = cast("RawSession", self._bot.session)
        url = session.api.file_url(self._settings.token.reveal(), path)
        http = await session.create_session()
        async with http.get(url, timeout=_DOWNLOAD, allow_redirects=False) as answer:
            if answer.status != _OK:
                raise Temporary(f"the file could not be fetched: status {answer.status}")
            return await _capped(answer, file, limit)

    async def _listen(self, accept: Accept) -> None:
        """Serve Telegram's calls until cancelled; the webhook stays set, so nothing is lost."""
        hook = Webhook(self._settings, accept)
        await hook.start()
        self.webhook_port = hook.port
        try:
            method = SetWebhook(
                url=self._settings.webhook_url,
                secret_token=self._settings.webhook_secret.reveal(),
                allowed_updates=list(ALLOWED),
                drop_pending_updates=False,
            )
            await self._patience.until_done(lambda: self._bot(method))
            await asyncio.Event().wait()
        finally:
            await hook.stop()


async def _capped(answer: ClientResponse, file: FileRef, limit: int) -> bytes:
    """Read an answer, but never more than `limit` bytes, whatever its header says."""
    data = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > limit:
            raise _too_large(file, limit)
    return bytes(data)


def _too_large(file: FileRef, limit: int) -> BadInput:
    return BadInput(
        f"文件 {file.name} 太大:最多 {limit // 1024} KB。",
        f"The file {file.name} is too large: at most {limit // 1024} KB.",
    )
