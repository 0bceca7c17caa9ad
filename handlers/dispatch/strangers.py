"""What happens to somebody who does not work here? Nothing, unless they bring an invite."""

import logging

from core.domain.errors import NotAllowed, Refusal
from core.domain.staff import Person, Role
from core.messaging import ChatKind, Content, Happening, Incoming, Reply, Who
from core.services import staff
from handlers.dispatch import words
from handlers.dispatch.delivery import Talk
from handlers.dispatch.parts import Parts
from handlers.dispatch.roster import Roster
from handlers.greeting import greeting
from handlers.parse import code_in

log = logging.getLogger("zhanggui.chat")


async def answer(parts: Parts, roster: Roster, talk: Talk, *, known_room: bool) -> str:
    """Deal with a request of a stranger; returns its outcome.

    A stranger learns nothing: no text, not even a refusal. A pressed button only stops spinning.
    """
    incoming = talk.incoming
    if incoming.happening is Happening.PRESS:
        await talk.toast("")
        return "STRANGER"
    if incoming.kind is ChatKind.GROUP and not known_room:
        await parts.messengers[incoming.target.platform].leave(incoming.target)
        return "LEFT"
    code = code_in(incoming.text)
    if incoming.who is None or not code:
        return "STRANGER"
    if incoming.kind is ChatKind.GROUP:
        return await _only_in_private(parts, talk, code)
    return await _join(parts, roster, talk, incoming.who, code)


async def _only_in_private(parts: Parts, talk: Talk, code: str) -> str:
    """Say where an invite works, but only to somebody who holds one."""
    if await parts.store.read(lambda tx: staff.is_invite(tx, code)):
        await talk.toast(words.IN_PRIVATE.say(parts.rules.lang))
    return "REFUSED"


async def _join(parts: Parts, roster: Roster, talk: Talk, who: Who, code: str) -> str:
    incoming: Incoming = talk.incoming
    try:
        joined = await parts.store.write(
            lambda tx: staff.join(tx, code, who, incoming.target, incoming.key), key=incoming.key
        )
    except NotAllowed:
        return "STRANGER"  # nobody made this code: silence
    except Refusal as refusal:
        await talk.say(Reply(Content(text=refusal.say(parts.rules.lang))))
        return "REFUSED"
    roster.forget()
    person = Person(int(joined["person_id"]), str(joined["name"]), Role(str(joined["role"])))
    log.info("person %s joined as %s", person.id, person.role)
    await talk.say(Reply(greeting(parts.registry, person, parts.rules.lang)))
    return "JOINED"
