"""What does a member of staff ask for with these words or this button?"""

from dataclasses import dataclass
from typing import Final

from core.domain.errors import BadInput
from core.domain.staff import Person
from core.domain.token import Claims
from core.messaging import Incoming
from core.texts import EN, ZH
from handlers.dispatch import words
from handlers.dispatch.expecting import Question, Questions
from handlers.dispatch.parts import Request
from handlers.dispatch.rights import Buttons
from handlers.parse import BREAKS, Said, Vocabulary
from handlers.registry import Action, Command, Menu, Registry

SEARCH: Final = "order"
"""The command that answers bare words: whatever is typed is looked for."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A command with its words or its button; `question` is the one of ours that this answers."""

    command: Command
    words: str = ""
    action: Action | None = None
    claims: Claims | None = None
    question: Question | None = None

    def asks_back(self, incoming: Incoming) -> bool:
        """Say whether the command was named alone and waits for its words."""
        alone = not self.words and self.action is None and not incoming.files
        return alone and self.command.menu is Menu.MAIN and bool(self.command.example)


class Meaning:
    """From a request to a command, with the registry's words, our buttons and open questions."""

    def __init__(self, registry: Registry, key: bytes, questions: Questions) -> None:
        self._registry = registry
        self._vocabulary = Vocabulary(registry)
        self._buttons = Buttons(registry, key)
        self._questions = questions

    def of(self, request: Request, incoming: Incoming, person: Person, now: int) -> Meant | None:
        """Return what is asked for; None if there is nothing to do.

        Raises:
            Refusal: The button gives no right, or there is no such command.
        """
        question = self._questions.take(request.lane, person.id, now)
        if incoming.press:
            command, action, claims = self._buttons.meaning(incoming.press.token, person, now)
            return Meant(command, action=action, claims=claims)
        said = self._vocabulary.understand(incoming.text)
        if said.unknown:
            raise self._unknown(said.unknown)
        if said.command and not (question and _goes_on(said, incoming.text)):
            return Meant(said.command, said.words)
        if question:
            return self._answer(question, incoming, person, now)
        if not incoming.text:
            raise BadInput(*words.JUST_A_FILE)
        search = self._registry.by_word(SEARCH)
        return Meant(search, said.words) if search else None

    def _answer(
        self, question: Question, incoming: Incoming, person: Person, now: int
    ) -> Meant | None:
        if question.token:
            command, action, claims = self._buttons.meaning(question.token, person, now)
            return Meant(command, incoming.text, action, claims, question)
        found = self._registry.by_word(question.command)
        return Meant(found, incoming.text, question=question) if found else None

    def _unknown(self, word: str) -> BadInput:
        nearest = self._vocabulary.nearest(word)
        text = words.NEAREST if nearest else words.UNKNOWN_COMMAND
        return BadInput(
            text.say(ZH, word=word, nearest=nearest), text.say(EN, word=word, nearest=nearest)
        )


def _goes_on(said: Said, text: str) -> bool:
    """Say whether an answer to a question only begins like a command ("打面单打错了").

    A blank after the command's name makes it a command ("异常 2"), and so does a slash.
    """
    text = text.strip()
    name = text.removesuffix(said.words)
    return bool(said.words) and name == name.rstrip(BREAKS) and not text.startswith(("/", "／"))
