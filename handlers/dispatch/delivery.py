"""How does a reply reach the chat: pictures drawn, long texts split, a card edited in place?"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from core.domain.errors import ChatGone, ChatMoved, DeliveryError, Permanent, Temporary
from core.messaging import Content, Incoming, Reply, Sent, Target, fit
from core.ports import Messenger
from core.services import rooms
from handlers.dispatch.parts import Parts

log = logging.getLogger("zhanggui.chat")

TRIES: Final = 3


class Talk:
    """One request as a conversation: the press is answered once, whatever comes of it.

    Args:
        parts: What is around us.
        incoming: What was said.
        answered: Whether the press was answered before (the person was told to wait).
    """

    def __init__(self, parts: Parts, incoming: Incoming, *, answered: bool = False) -> None:
        self._parts = parts
        self._messenger: Messenger = parts.messengers[incoming.target.platform]
        self.incoming = incoming
        self.answered = answered
        self.waiting = answered

    async def wait(self, text: str) -> None:
        """Ask for patience, once; the real answer follows."""
        if self.waiting:
            return
        self.waiting = True
        try:
            await self.toast(text)
        except DeliveryError as error:
            log.warning("%s could not be asked to wait: %s", self.incoming.key, error)

    async def stop_spinning(self) -> None:
        """Answer the pressed button with nothing, if that was not done yet."""
        if not self.answered:
            await self.toast("")

    async def toast(self, text: str) -> None:
        """Answer the pressed button. If that was done already, a text is sent as a message."""
        press = self.incoming.press
        if press is None or self.answered:
            if text:
                await self.send(self.incoming.target, Content(text=text))
            return
        self.answered = True
        try:
            await self._messenger.answer(press, text)
        except DeliveryError as error:
            log.warning("a press of %s was not answered: %s", self.incoming.key, error)

    async def say(self, reply: Reply) -> Mapping[str, Sent]:
        """Deliver a reply; returns the message to remember, by its name.

        Its toast becomes a message only if there is nothing else to say and no press to answer.

        Raises:
            DeliveryError: Its main message did not (surely) arrive.
        """
        if reply.content is None:
            await self.toast(reply.toast)
            sent = None
        elif self.incoming.press and not self.answered:
            _, sent = await asyncio.gather(
                self.toast(reply.toast), self._main(reply.content, reply)
            )
        else:
            sent = await self._main(reply.content, reply)
        for target, content in reply.also:
            try:
                await self.send(target, content)
            except DeliveryError as error:
                log.warning("%s: a message elsewhere failed: %s", self.incoming.key, error)
        return {reply.remember: sent} if reply.remember and sent else {}

    async def _main(self, said: Content, reply: Reply) -> Sent:
        content = await self._drawn(said)
        shown = self.incoming.press.message if self.incoming.press else None
        if not (reply.edit and shown and self._messenger.limits.edits):
            return await self.send(self.incoming.target, content)
        try:
            await self._messenger.edit(shown, content)
        except Permanent:  # deleted, or of another kind: say it anew
            return await self.send(self.incoming.target, content)
        return shown

    async def send(self, target: Target, content: Content) -> Sent:
        """Send one content in as many messages as the platform wants; returns the last.

        Raises:
            DeliveryError: It did not (surely) arrive.
        """
        messenger = self._parts.messengers[target.platform]
        *head, last = fit(content, messenger.limits)
        for part in head:
            target = (await self._send_one(messenger, target, part)).target
        return await self._send_one(messenger, target, last)

    async def _send_one(self, messenger: Messenger, target: Target, part: Content) -> Sent:
        for left in reversed(range(TRIES)):
            try:
                return await messenger.send(target, part)
            except Temporary as error:
                if not left:
                    raise
                await self._parts.sleep(error.retry_after)
            except ChatMoved as error:
                if not left:
                    raise
                await self._follow(target, error.new)
                target = replace(target, chat=error.new)
            except ChatGone:
                await self._gone(target)
                raise
        raise AssertionError("unreachable")

    async def _follow(self, target: Target, new: str) -> None:
        key = self.incoming.key
        await self._parts.store.write(lambda tx: rooms.moved(tx, target, new, key))

    async def _gone(self, target: Target) -> None:
        key = self.incoming.key
        await self._parts.store.write(lambda tx: rooms.gone(tx, target, key))

    async def _drawn(self, content: Content) -> Content:
        """Draw the picture; if that fails, its words are said instead."""
        picture = content.picture
        if picture is None or picture.png or picture.chart is None:
            return content
        limits = self._messenger.limits
        if self._parts.draws is None or not limits.pictures:
            return _in_words(content)
        try:
            png = await self._parts.draws.render(picture.chart)
        except Exception:
            log.exception("%s: a picture could not be drawn", self.incoming.key)
            return _in_words(content)
        return replace(content, picture=replace(picture, png=png, chart=None))


def _in_words(content: Content) -> Content:
    alt = content.picture.alt if content.picture else ""
    text = "\n".join(part for part in (content.text, alt) if part)
    return replace(content, picture=None, text=text)
