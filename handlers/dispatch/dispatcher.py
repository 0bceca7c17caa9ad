"""How does an update become an answer: kept first, then run in its lane, then written down?"""

import asyncio
import logging
from collections.abc import Sequence

from core.domain.checkpoints import checkpoint
from core.domain.errors import DeliveryError, Refusal
from core.domain.staff import Person
from core.messaging import ChatKind, Envelope, Happening, Incoming
from core.services import buttons, requests
from core.services.requests import Answered
from core.services.rooms import Room
from handlers.dispatch import comings, strangers, words
from handlers.dispatch.delivery import Talk
from handlers.dispatch.expecting import Questions
from handlers.dispatch.lanes import Lanes
from handlers.dispatch.parts import Parts, Request
from handlers.dispatch.requesting import Asked, Requesting
from handlers.dispatch.roster import Roster, person, room
from handlers.dispatch.settling import Settling

log = logging.getLogger("zhanggui.chat")


class Dispatcher:
    """Takes updates of every chat platform in and answers them.

    Call `start` once before anything is accepted; `accept` is what a Receiver hands updates to.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._roster = Roster(parts.store)
        self._questions = Questions()
        self._settling = Settling(parts.store, parts.nursery)
        self._lanes: Lanes[Request] = Lanes(
            self._run, parts.nursery, parts.rules.at_once, parts.rules.busy_after_s
        )
        self._requesting: Requesting | None = None
        self._told: set[str] = set()

    async def start(self) -> None:
        """Take up what was not answered before the process ended."""
        store = self._parts.store
        key = await store.write(buttons.signing_key)
        self._requesting = Requesting(self._parts, key, self._questions, self._roster)
        await self._questions.load(store)
        platforms = list(self._parts.receivers)
        for row in await store.write(lambda tx: requests.reopen(tx, platforms)):
            request = Request(row["id"], row["key"], row["lane"], row["raw"])
            self._lanes.put(request.lane, request)

    async def accept(self, envelopes: Sequence[Envelope]) -> None:
        """Keep updates in one commit, then answer them; those that are known are ignored.

        When this returns they may be confirmed to the platform.
        """
        if not envelopes:
            return
        timer = asyncio.get_running_loop().call_later(
            self._parts.rules.busy_after_s,
            lambda: self._parts.nursery.start(self._say_busy(envelopes), "busy"),
        )
        try:
            fresh = await self._parts.store.write_each(requests.take_in, envelopes)
        finally:
            timer.cancel()
        checkpoint("chat:taken-in")
        for envelope in envelopes:
            inbox_id = fresh.pop(envelope.key, None)
            if inbox_id is not None:
                self._lanes.put(envelope.lane, Request.of(envelope, inbox_id))

    async def idle(self) -> None:
        """Wait until everything accepted is answered and written down."""
        await self._lanes.idle()
        await self._settling.idle()

    async def _run(self, request: Request) -> None:
        try:
            answered = await self._answer(request)
        except Exception:
            log.exception("request %s (%s) failed", request.number, request.key)
            answered = Answered(request.id, "ERROR")
        self._told.discard(request.key)
        self._settling.put(answered)

    async def _answer(self, request: Request) -> Answered:
        incoming = self._understood(request)
        if incoming is None:
            return Answered(request.id, "NOTHING")
        talk = Talk(self._parts, incoming, answered=request.key in self._told)
        directory = await self._roster.now()
        who, where = person(directory, incoming.who), room(directory, incoming.target)
        try:
            if incoming.happening not in (Happening.MESSAGE, Happening.PRESS):
                outcome = await comings.answer(self._parts, self._roster, talk, who)
            elif who is None:
                outcome = await strangers.answer(
                    self._parts, self._roster, talk, known_room=where is not None
                )
            else:
                return await self._answer_staff(request, talk, who, where)
        except DeliveryError as error:
            log.warning("the reply to %s did not arrive: %s", request.key, error)
            outcome = "UNDELIVERED"
        return Answered(request.id, outcome)

    async def _answer_staff(
        self, request: Request, talk: Talk, who: Person, where: Room | None
    ) -> Answered:
        lang = where.lang if where and where.lang else self._parts.rules.lang
        asked = Asked(request, talk, who, where, lang)
        assert self._requesting is not None  # noqa: S101 - `start` comes first
        try:
            return await self._requesting.answer(asked)
        except Exception:
            log.exception("request %s (%s) failed", request.number, request.key)
        try:
            await talk.toast(words.WENT_WRONG.say(lang, number=request.number))
        except DeliveryError as error:
            log.warning("no apology for %s could be sent: %s", request.key, error)
        return Answered(request.id, "ERROR", (asked.note("failed", number=request.number),))

    def _understood(self, request: Request) -> Incoming | None:
        receiver = self._parts.receivers.get(request.platform)
        if receiver is None:
            return None
        try:
            return receiver.parse(request.raw)
        except Refusal as refusal:
            log.warning("%s is kept, but not understood: %s", request.key, refusal.en)
            return None

    async def _say_busy(self, envelopes: Sequence[Envelope]) -> None:
        """Tell staff who wait for the inbox itself; the answer follows when it is free."""
        directory = await self._roster.now()
        for envelope in envelopes:
            request = Request.of(envelope, 0)
            incoming = self._understood(request)
            if incoming is None or person(directory, incoming.who) is None:
                continue
            addressed = incoming.kind is ChatKind.PRIVATE or incoming.mentioned
            if not addressed or incoming.happening not in (Happening.MESSAGE, Happening.PRESS):
                continue
            where = room(directory, incoming.target)
            lang = where.lang if where and where.lang else self._parts.rules.lang
            talk = Talk(self._parts, incoming)
            self._told.add(envelope.key)
            await talk.wait(words.BUSY.say(lang))
