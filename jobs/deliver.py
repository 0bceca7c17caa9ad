"""What does it mean to deliver a message effect: which call, and what came of it?"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from core.domain.checkpoints import checkpoint
from core.domain.effects import EDIT_ONLY, Verdict
from core.domain.errors import ChatGone, ChatMoved, DeliveryError, Permanent, Temporary, Unknown
from core.messaging import Content, Sent, fit
from core.ports import Messenger
from core.services import Tx, messages
from core.services.effects import Effect, Outcome
from core.services.payloads import Letter
from core.store.door import Store

Letters = Callable[[Tx, Effect], Letter | None]
"""Finds the words of an effect and of those merged with it; None if nothing is left to say."""
Paint = Callable[[Any], Awaitable[bytes]]
"""Draws the JSON of a picture's chart as PNG bytes."""

URGENT, ORDINARY = 3, 6
PRIORITY = {"alert": URGENT}


class Deliver:
    """Delivers letters through the messenger of their platform."""

    def __init__(
        self, store: Store, messengers: Mapping[str, Messenger], letters: Letters, paint: Paint
    ) -> None:
        self._store = store
        self._messengers = messengers
        self._letters = letters
        self._paint = paint

    async def __call__(self, effect: Effect) -> Outcome:
        """Send the letter of `effect`, or edit the message it is remembered by."""
        letter = await self._store.read(lambda tx: self._letters(tx, effect))
        if letter is None:
            return Outcome(Verdict.REFUSED, "there is nothing left to say")
        messenger = self._messengers.get(letter.target.platform)
        if messenger is None:
            return Outcome(Verdict.REFUSED, f"no {letter.target.platform} is connected")
        try:
            sent = await self._say(effect, letter, messenger)
        except DeliveryError as error:
            return _outcome(error, letter)
        return Outcome(Verdict.DONE, sent=sent, remember=letter.remember)

    async def _say(self, effect: Effect, letter: Letter, messenger: Messenger) -> Sent:
        content = await self._painted(letter.content)
        parts = fit(content, messenger.limits)
        known = await self._known(letter.remember)
        if known and messenger.limits.edits:
            await messenger.edit(known, parts[0])
            checkpoint("deliver:edited")
            return known
        if effect.kind in EDIT_ONLY:
            raise Permanent("there is no message to edit")
        *first, last = parts
        for number, part in enumerate(first):
            await self._say_part(f"{effect.key}#{number}", effect, letter, part)
        sent = await messenger.send(letter.target, last, priority=_priority(effect))
        checkpoint("deliver:sent")
        return sent

    async def _say_part(self, name: str, effect: Effect, letter: Letter, part: Content) -> None:
        """Send one part of a long message unless an earlier attempt is known to have sent it."""
        if await self._known(name):
            return
        messenger = self._messengers[letter.target.platform]
        sent = await messenger.send(letter.target, part, priority=_priority(effect))
        checkpoint("deliver:part-sent")
        await self._store.write(lambda tx: messages.remember(tx, name, sent))

    async def _known(self, name: str) -> Sent | None:
        return await self._store.read(lambda tx: messages.find(tx, name)) if name else None

    async def _painted(self, content: Content) -> Content:
        picture = content.picture
        if picture is None or picture.png or picture.chart is None:
            return content
        png = await self._paint(picture.chart)
        return replace(content, picture=replace(picture, png=png, chart=None))


def _priority(effect: Effect) -> int:
    return PRIORITY.get(effect.kind, ORDINARY)


def _outcome(error: DeliveryError, letter: Letter) -> Outcome:
    reason = str(error)
    match error:
        case Temporary():
            return Outcome(Verdict.NOT_NOW, reason, round(error.retry_after * 1000))
        case Unknown():
            return Outcome(Verdict.IN_DOUBT, reason)
        case ChatMoved():
            return Outcome(Verdict.NOT_NOW, reason, moved=(letter.target, error.new))
        case ChatGone():
            return Outcome(Verdict.REFUSED, reason, gone=letter.target)
        case Permanent() | DeliveryError():
            return Outcome(Verdict.REFUSED, reason)
