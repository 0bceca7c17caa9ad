"""How is a request of the staff answered: may they, run the command, say what came of it?"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.domain.checkpoints import checkpoint
from core.domain.errors import BadInput, DeliveryError, Refusal
from core.domain.staff import Person
from core.messaging import ChatKind, Happening, Incoming, Reply
from core.services.requests import Answered, Note
from core.services.rooms import Room
from handlers.dispatch import words
from handlers.dispatch.delivery import Talk
from handlers.dispatch.desk import RequestDesk
from handlers.dispatch.expecting import Question, Questions
from handlers.dispatch.meaning import Meaning, Meant
from handlers.dispatch.parts import Parts, Request
from handlers.dispatch.rights import check
from handlers.dispatch.roster import Roster
from handlers.registry import Ask

log = logging.getLogger("zhanggui.chat")

ANSWER_WITHIN = 1.3
"""A pressed button stops spinning after so many times `busy_after_s`, whatever we are doing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, who made it, in which chat and language."""

    request: Request
    talk: Talk
    person: Person
    room: Room | None
    lang: str

    @property
    def incoming(self) -> Incoming:
        """What was said."""
        return self.talk.incoming

    def note(self, act: str, **detail: str | int) -> Note:
        """Return the line of the trail that says what they did here."""
        target = self.incoming.target
        thing = f"chat:{target.platform}:{target.chat}"
        return (f"person:{self.person.id}", self.request.key, act, thing, detail)


class Requesting:
    """Answers requests of the staff."""

    def __init__(self, parts: Parts, key: bytes, questions: Questions, roster: Roster) -> None:
        self._parts = parts
        self._key = key
        self._questions = questions
        self._roster = roster
        self._meaning = Meaning(parts.registry, key, questions)

    async def answer(self, asked: Asked) -> Answered:
        """Answer one request; returns what is to be written down about it."""
        incoming = asked.incoming
        group = incoming.kind is ChatKind.GROUP
        if group and incoming.happening is Happening.MESSAGE and not incoming.mentioned:
            return Answered(asked.request.id, "OVERHEARD")
        with self._spinning(asked.talk):
            try:
                meant = self._meaning.of(
                    asked.request, incoming, asked.person, self._parts.store.clock()
                )
                if meant is None:
                    return Answered(asked.request.id, "NOTHING")
                self._may(asked, meant)
            except Refusal as refusal:
                return await self._refused(asked, refusal, "")
            return await self._run(asked, meant)

    def _may(self, asked: Asked, meant: Meant) -> None:
        check(meant.command, asked.person, asked.incoming.kind)
        bound = asked.room is not None and asked.room.bound
        group = asked.incoming.kind is ChatKind.GROUP
        if group and not bound and not meant.command.unbound:
            raise BadInput(*words.NOT_BOUND)

    async def _run(self, asked: Asked, meant: Meant) -> Answered:
        ask = Ask(
            incoming=asked.incoming,
            person=asked.person,
            lang=asked.lang,
            now=self._parts.store.clock(),
            words=meant.words,
            action=meant.action,
            source=asked.request.key,
        )
        desk = RequestDesk(
            self._parts,
            self._key,
            meant.claims,
            on_busy=lambda: self._say_busy(asked),
            on_people=self._roster.forget,
        )
        checkpoint("chat:before-handler")
        try:
            reply = await meant.command.run(ask, desk)
        except Refusal as refusal:
            answered = await self._refused(asked, refusal, meant.command.name)
            return self._ask_again(asked, meant, answered)
        checkpoint("chat:handled")
        return await self._say(asked, meant, reply)

    async def _say(self, asked: Asked, meant: Meant, reply: Reply) -> Answered:
        kind = "press" if meant.action else "words"
        notes = (asked.note(f"command:{meant.command.name}", by=kind),)
        outcome = self._asked_back(asked, meant, reply) or "DONE"
        try:
            remember = await asked.talk.say(reply)
        except DeliveryError as error:
            log.warning("the reply to %s did not arrive: %s", asked.request.key, error)
            return Answered(asked.request.id, "UNDELIVERED", notes)
        checkpoint("chat:replied")
        return Answered(asked.request.id, outcome, notes, remember)

    def _asked_back(self, asked: Asked, meant: Meant, reply: Reply) -> str:
        """Open the question that the reply asks; returns the outcome that keeps it."""
        if reply.expects:
            question = Question(token=reply.expects)
        elif meant.asks_back(asked.incoming):
            question = Question(command=meant.command.name)
        else:
            return ""
        return self._open(asked, question)

    def _ask_again(self, asked: Asked, meant: Meant, answered: Answered) -> Answered:
        """Leave a question open whose answer was refused: the next message may be better."""
        if meant.question is None:
            return answered
        outcome = self._open(asked, meant.question)
        return Answered(answered.inbox_id, outcome, answered.notes)

    def _open(self, asked: Asked, question: Question) -> str:
        now = self._parts.store.clock()
        return self._questions.ask(asked.request.lane, asked.person.id, question, now)

    async def _refused(self, asked: Asked, refusal: Refusal, command: str) -> Answered:
        kind = type(refusal).__name__
        notes = (asked.note("refused", command=command, why=kind),)
        sentence = refusal.say(asked.lang)
        try:
            await asked.talk.toast(sentence)
        except DeliveryError as error:
            log.warning("a refusal to %s did not arrive: %s", asked.request.key, error)
        return Answered(asked.request.id, "REFUSED", notes)

    def _say_busy(self, asked: Asked) -> None:
        sentence = words.BUSY.say(asked.lang)
        self._parts.nursery.start(asked.talk.wait(sentence), f"busy {asked.request.key}")

    @contextmanager
    def _spinning(self, talk: Talk) -> Iterator[None]:
        """Let a pressed button stop spinning in time, however long the work takes."""
        if talk.incoming.press is None:
            yield
            return
        timer = asyncio.get_running_loop().call_later(
            self._parts.rules.busy_after_s * ANSWER_WITHIN,
            lambda: self._parts.nursery.start(talk.stop_spinning(), "answering a press"),
        )
        try:
            yield
        finally:
            timer.cancel()
