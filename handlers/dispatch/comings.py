"""What happens when a chat lets us in, throws us out, or moves?"""

from core.domain.staff import OWNERS, Person
from core.messaging import ChatKind, Content, Happening, Incoming, Reply
from core.services import rooms
from handlers.dispatch import words
from handlers.dispatch.delivery import Talk
from handlers.dispatch.parts import Parts
from handlers.dispatch.roster import Roster


async def answer(parts: Parts, roster: Roster, talk: Talk, person: Person | None) -> str:
    """Deal with a change of our place in a chat; returns the outcome of the request."""
    incoming = talk.incoming
    if incoming.happening is Happening.ADDED:
        outcome = await _added(parts, talk, person)
    elif incoming.happening is Happening.MOVED:
        outcome = await _moved(parts, incoming)
    else:
        outcome = await _removed(parts, incoming)
    roster.forget()
    return outcome


async def _added(parts: Parts, talk: Talk, person: Person | None) -> str:
    """Stay in a group that staff added us to; leave any other without a word."""
    incoming = talk.incoming
    if incoming.kind is ChatKind.PRIVATE:
        return await _back(parts, incoming, person)
    if person is None:
        known = await parts.store.read(lambda tx: rooms.find(tx, incoming.target))
        if known and known.bound:
            return "NOTHING"
        await parts.messengers[incoming.target.platform].leave(incoming.target)
        return "LEFT"
    who, title = person.id, incoming.chat_title
    await parts.store.write(
        lambda tx: rooms.welcome(tx, incoming.target, title, who, incoming.key)
    )
    if person.role in OWNERS:
        await talk.say(Reply(Content(text=words.ADDED.say(parts.rules.lang))))
    return "ADDED"


async def _back(parts: Parts, incoming: Incoming, person: Person | None) -> str:
    """Write again to a member of staff who no longer blocks us."""
    if person is None:
        return "STRANGER"
    name, who = person.name, person.id
    await parts.store.write(lambda tx: rooms.own(tx, incoming.target, incoming.kind, name, who))
    return "ADDED"


async def _moved(parts: Parts, incoming: Incoming) -> str:
    target, new, key = incoming.target, incoming.text, incoming.key
    await parts.store.write(lambda tx: rooms.moved(tx, target, new, key))
    return "MOVED"


async def _removed(parts: Parts, incoming: Incoming) -> str:
    target, key = incoming.target, incoming.key
    await parts.store.write(lambda tx: rooms.gone(tx, target, key))
    return "REMOVED"
