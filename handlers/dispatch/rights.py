"""May this person do this, here, by this button? Checked on the server, every time."""

from collections.abc import Mapping

from core.domain import token as tokens
from core.domain.errors import NotAllowed, Refusal, Stale
from core.domain.staff import Person
from core.domain.token import Claims
from core.messaging import ChatKind
from core.texts import EN, ZH, Text
from handlers.dispatch import words
from handlers.greeting import label
from handlers.registry import Action, Command, Registry
from handlers.words import LIST_SEPARATOR, ROLES


class Buttons:
    """Reads what buttons mean: the way from a token to a command and an action."""

    def __init__(self, registry: Registry, key: bytes) -> None:
        self._key = key
        self._verbs = _numbered(registry)

    def meaning(self, token: str, person: Person, now: int) -> tuple[Command, Action, Claims]:
        """Return what a pressed token asks for.

        Raises:
            NotAllowed: It is forged, somebody else's, or not for this role.
            Stale: It ran out, or its command is no more.
        """
        claims = tokens.read(self._key, token)
        if claims is None:
            raise _no(words.FORGED)
        found = self._verbs.get(claims.verb)
        if found is None or claims.expires_at <= now:
            raise Stale(*words.OLD_BUTTON)
        verb, command = found
        if claims.person_id not in (0, person.id):
            raise _no(words.NOT_YOURS)
        if person.role not in claims.roles:
            raise no_right(command, person)
        action = Action(verb, claims.object_id, claims.version, claims.argument)
        return command, action, claims


def _numbered(registry: Registry) -> Mapping[int, tuple[str, Command]]:
    numbered: dict[int, tuple[str, Command]] = {}
    for command in registry.commands:
        for verb in command.verbs:
            number = tokens.verb_number(verb)
            if number in numbered:
                raise ValueError(f"rename {verb!r}: in a button it is {numbered[number][0]!r}")
            numbered[number] = (verb, command)
    return numbered


def check(command: Command, person: Person, kind: ChatKind) -> None:
    """Refuse what the role may not do, and what does not belong into a group.

    Raises:
        NotAllowed: Always with a sentence that says what is needed.
    """
    if person.role not in command.roles:
        raise no_right(command, person)
    if kind is ChatKind.GROUP and not command.groups:
        raise NotAllowed(
            words.PRIVATE_ONLY.say(ZH, command=label(command, ZH)),
            words.PRIVATE_ONLY.say(EN, command=label(command, EN)),
        )


def no_right(command: Command, person: Person) -> Refusal:
    """Return the refusal that names the roles that may."""
    said = {
        lang: words.NO_RIGHT.say(
            lang,
            command=label(command, lang),
            roles=LIST_SEPARATOR.say(lang).join(
                ROLES[role].say(lang) for role in ROLES if role in command.roles
            ),
            role=ROLES[person.role],
        )
        for lang in (ZH, EN)
    }
    return NotAllowed(said[ZH], said[EN])


def _no(text: Text) -> NotAllowed:
    return NotAllowed(*text)
