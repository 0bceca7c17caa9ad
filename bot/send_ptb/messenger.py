"""How things are said, edited and taken away on Telegram."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from telegram import BotCommand, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest, TelegramError
from telegram.ext import BaseRateLimiter, ExtBot
from typing_extensions import override

from bot.limiter import Flooded, Limiter
from bot.send_ptb import render
from bot.send_ptb.errors import translated
from bot.send_ptb.transport import AiohttpRequest, TooMany
from bot.telegram_settings import TelegramSettings
from core.domain.errors import Permanent, Temporary, Unknown
from core.messaging import ChatLimits, Content, Press, Sent, Target

LIMITS: Final = ChatLimits()
"""What Telegram takes; it stands abroad, so no buyer's data goes there."""

_EDIT_PRIORITY: Final = 2  # somebody has just pressed a button and looks at the message
_LARGEST_PHOTO: Final = 10 * 1024 * 1024
_LONGEST_TOAST: Final = 200
_HELP: Final = 256  # a command's description
_DRAIN_SECONDS: Final = 5.0
_NO_PREVIEW: Final = {"link_preview_options": {"is_disabled": True}}

_Answer = bool | dict[str, Any] | list[dict[str, Any]]


class _Gate(BaseRateLimiter[int]):
    """Puts our limiter in front of whatever shows in a chat; the rest passes.

    `rate_limit_args` is the priority plus one, because the library takes 0 for "not given".
    """

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    @override
    async def initialize(self) -> None:
        """Do nothing: the limiter has nothing to open."""

    @override
    async def shutdown(self) -> None:
        """Do nothing: the limiter has nothing to close."""

    @override
    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, _Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> _Answer:
        """Make the call when its chat may be spoken to."""
        chat = data.get("chat_id")
        if chat is None or not endpoint.startswith(("send", "edit")):
            return await callback(*args, **kwargs)

        async def call() -> _Answer:
            try:
                return await callback(*args, **kwargs)
            except TooMany as flood:
                raise Flooded(flood.seconds) from None

        new_in_group = endpoint.startswith("send") and str(chat).startswith("-")
        pace = self._limiter.pace
        return await self._limiter.run(
            str(chat),
            call,
            priority=(rate_limit_args or _EDIT_PRIORITY + 1) - 1,
            windows=pace.group if new_in_group else pace.chat,
        )


class _Bot(ExtBot[int]):
    """The library's bot, except that it does not show its token when printed."""

    @override
    def __repr__(self) -> str:
        return "Bot[***]"

    async def call(self, method: str, values: Mapping[str, Any], priority: int) -> Any:
        """Call a method with plain values, through limiter and transport; return its plain answer.

        The library's own `send_message` builds objects on the way out and parses our own message
        on the way back: more work than sending it.
        """
        given = {name: value for name, value in values.items() if value is not None}
        return await self._post(method, api_kwargs=self._merge_api_rl_kwargs(given, priority + 1))


class PtbMessenger:
    """Says things on Telegram; implements `core.ports.Messenger`.

    Args:
        settings: Where and how to reach Telegram.
        limiter: How fast; a standard one if not given.
        request: The transport; one made from `settings` if not given.
    """

    platform = "telegram"
    limits = LIMITS

    def __init__(
        self,
        settings: TelegramSettings,
        limiter: Limiter | None = None,
        request: AiohttpRequest | None = None,
    ) -> None:
        settings.check()
        self.limiter = limiter or Limiter()
        self._request = request or AiohttpRequest(settings.proxy)
        self._bot = _Bot(
            settings.token.reveal(),
            base_url=f"{settings.base}/bot",
            base_file_url=f"{settings.base}/file/bot",
            request=self._request,
            get_updates_request=self._request,
            rate_limiter=_Gate(self.limiter),
        )
        self._under_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def send(self, target: Target, content: Content, *, priority: int = 5) -> Sent:
        """Say one content; the message that carries its buttons is returned.

        Raises:
            Unknown: It may or may not have arrived, or only its first parts did.
            DeliveryError: Surely not delivered; the class says what to do.
        """
        chat = _chat(target)
        said = render.parts(content, self.limits, group=chat < 0)
        sent: Sent | None = None
        async with self._counted():
            for number, part in enumerate(said):
                try:
                    sent = await self._say(target, chat, part, priority)
                except Temporary as error:
                    if number == 0:
                        raise
                    raise Unknown(f"{number} of {len(said)} parts arrived: {error}") from None
        if sent is None:
            raise Permanent("there is nothing to say")
        return sent

    async def edit(self, sent: Sent, content: Content) -> None:
        """Replace a message of ours, its picture and its buttons. The same again is no error."""
        part = render.one_message(content, self.limits)
        where = {
            "chat_id": _chat(sent.target),
            "message_id": int(sent.message),
            "reply_markup": render.inline_keyboard(part, self.limits),
        }
        async with self._counted():
            with translated(repeatable=True):
                try:
                    await self._replace(part, where)
                except BadRequest as error:
                    if "not modified" not in error.message.lower():
                        raise

    async def answer(self, press: Press, text: str) -> None:
        """Answer a press. One that is too old to be answered is no error: nobody waits for it."""
        toast = text.encode("utf-16-le", "replace")[: 2 * _LONGEST_TOAST]
        async with self._counted():
            with translated(repeatable=True):
                try:
                    await self._bot.answer_callback_query(
                        press.callback, toast.decode("utf-16-le", "ignore") or None
                    )
                except BadRequest as error:
                    if "query" not in error.message.lower():
                        raise

    async def delete(self, sent: Sent) -> None:
        """Take a message away; one that is gone already is no error."""
        async with self._counted():
            with translated(repeatable=True):
                try:
                    await self._bot.delete_message(_chat(sent.target), int(sent.message))
                except BadRequest as error:
                    if "not found" not in error.message.lower():
                        raise

    async def leave(self, target: Target) -> None:
        """Leave a group that is not ours."""
        async with self._counted():
            with translated(repeatable=True):
                await self._bot.leave_chat(_chat(target))

    async def announce(self, menus: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Tell Telegram the commands to list: (word, what it does) by language, Chinese first.

        Best effort: a menu that could not be told is only less convenient.
        """
        for lang, rows in menus.items():
            commands = [BotCommand(word, help_[:_HELP]) for word, help_ in rows]
            code = None if lang == "zh" else lang
            with contextlib.suppress(TelegramError):
                await self._bot.set_my_commands(commands, language_code=code)

    async def close(self) -> None:
        """Wait a moment for what is being said, then close all connections.

        Cutting a send that is under way is what doubles it after the restart.
        """
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                await self._quiet.wait()
        except TimeoutError:
            pass
        await self._request.shutdown()

    async def _say(self, target: Target, chat: int, part: Content, priority: int) -> Sent:
        common: dict[str, Any] = {
            "chat_id": chat,
            "message_thread_id": int(target.thread) if target.thread else None,
            "reply_markup": render.keyboard(part, self.limits),
        }
        text, bold = render.words(part), render.entities(part, self.limits)
        with translated(repeatable=False):
            if part.picture is None and part.file is None:
                said = {"text": text, "entities": bold or None, **_NO_PREVIEW, **common}
                message = await self._bot.call("sendMessage", said, priority)
                return Sent(target, str(message["message_id"]))
            captioned = common | {"caption": text or None, "caption_entities": bold}
            sent = await self._carry(part, captioned | {"rate_limit_args": priority + 1})
        return Sent(target, str(sent.message_id))

    async def _carry(self, part: Content, common: dict[str, Any]) -> Any:
        """Send the picture or the file of a part."""
        if part.picture and len(part.picture.png) <= _LARGEST_PHOTO:
            return await self._bot.send_photo(photo=part.picture.png, filename="p.png", **common)
        name, data = ("picture.png", part.picture.png) if part.picture else ("", b"")
        if part.file:
            name, data = part.file.name, part.file.data
        return await self._bot.send_document(
            document=data, filename=name, disable_content_type_detection=True, **common
        )

    async def _replace(self, part: Content, where: dict[str, Any]) -> None:
        text, bold = render.words(part), render.entities(part, self.limits)
        caption: dict[str, Any] = {"caption": text or None, "caption_entities": bold}
        if part.picture:
            photo = InputMediaPhoto(part.picture.png, filename="p.png", **caption)
            await self._bot.edit_message_media(media=photo, **where)
        elif part.file:
            file = InputMediaDocument(part.file.data, filename=part.file.name, **caption)
            await self._bot.edit_message_media(media=file, **where)
        else:
            try:
                said = {"text": text, "entities": bold or None, **_NO_PREVIEW, **where}
                await self._bot.call("editMessageText", said, _EDIT_PRIORITY)
            except BadRequest as error:  # it has a picture: its words are a caption
                if "no text in the message" not in error.message.lower():
                    raise
                await self._bot.edit_message_caption(**caption, **where)

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        self._under_way += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._quiet.set()


def _chat(target: Target) -> int:
    try:
        return int(target.chat)
    except ValueError:
        raise Permanent(f"{target.chat!r} is not a Telegram chat id") from None
