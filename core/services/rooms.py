"""Which chats are ours, what do they hear, and what becomes of one that moved or threw us out?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.topics import FOR_GROUPS, Topic
from core.messaging import ChatKind, Content, Target
from core.services import effects
from core.services.payloads import Letter
from core.store import alerts, chats, message_refs, outbox, people, reach, trail
from core.store.tx import Row, Tx
from core.texts import Text

GONE = Text(
    "我已被移出“{title}”或被屏蔽，那里的提醒已暂停。需要时请把我加回去，再发 /bind。",
    'I was removed from or blocked in "{title}"; its notices are paused.'
    " To resume, add me again and send /bind there.",
)


@dataclass(frozen=True, slots=True)
class Room:
    """A chat as we know it; `lang` is empty where nobody chose one."""

    id: int
    target: Target
    kind: ChatKind
    title: str
    lang: str
    bound: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody who works here and every chat we know, at one moment.

    `people` maps (platform, account) to (person id, name, role).
    """

    people: Mapping[tuple[str, str], tuple[int, str, str]]
    rooms: Mapping[tuple[str, str], Room]


def directory(tx: Tx) -> Directory:
    """Read the whole directory: a shop's staff and chats are few."""
    return Directory(
        {
            (row["platform"], row["account"]): (row["person_id"], row["name"], row["role"])
            for row in people.accounts(tx)
        },
        {(row["platform"], row["chat"]): _room(row) for row in chats.everyone(tx)},
    )


def _room(row: Row) -> Room:
    target = Target(row["platform"], row["chat"])
    return Room(
        row["id"],
        target,
        ChatKind(row["kind"]),
        row["title"],
        row["lang"],
        row["state"] == chats.BOUND,
    )


def find(tx: Tx, target: Target) -> Room | None:
    """Return a chat that we know."""
    row = chats.find(tx, target)
    return _room(row) if row else None


def welcome(tx: Tx, target: Target, title: str, person_id: int, source: str) -> int:
    """Know a group that a member of staff added us to; it is not bound yet."""
    known = chats.find(tx, target)
    if known and known["state"] == chats.BOUND:
        chat_id: int = known["id"]
        return chat_id
    trail.note(tx, f"person:{person_id}", source, "added", _thing(target), title=title)
    return chats.put(
        tx,
        target,
        ChatKind.GROUP,
        title,
        state=chats.UNKNOWN,
        by=person_id,
    )


def bind(tx: Tx, target: Target, title: str, person_id: int, source: str) -> list[str]:
    """Make a group ours; returns the topics that it hears from now on."""
    chat_id = chats.put(tx, target, ChatKind.GROUP, title, state=chats.BOUND, by=person_id)
    heard = chats.topics(tx, chat_id)
    if not heard:
        heard = [topic.name for topic in FOR_GROUPS]
        for name in heard:
            chats.subscribe(tx, chat_id, name, on=True)
    trail.note(tx, f"person:{person_id}", source, "bind", _thing(target), topics=heard)
    return heard


def unbind(tx: Tx, target: Target, person_id: int, source: str) -> bool:
    """Give a group up: nothing is said there any more. False if it was not bound."""
    room = find(tx, target)
    if room is None or not room.bound:
        return False
    chats.set_state(tx, room.id, chats.UNKNOWN)
    trail.note(tx, f"person:{person_id}", source, "unbind", _thing(target))
    return True


def own(tx: Tx, target: Target, kind: ChatKind, title: str, person_id: int) -> int:
    """Return the id of a chat in which a member of staff speaks, known from now on if private."""
    row = chats.find(tx, target)
    if row and (kind is ChatKind.GROUP or row["state"] == chats.BOUND):
        chat_id: int = row["id"]
        return chat_id
    state = chats.BOUND if kind is ChatKind.PRIVATE else chats.UNKNOWN
    return chats.put(tx, target, kind, title, state=state, by=person_id)


def speak(tx: Tx, chat_id: int, lang: str, actor: str, source: str) -> None:
    """Use a language in a chat from now on."""
    chats.speak(tx, chat_id, lang)
    trail.note(tx, actor, source, "lang", f"chat:{chat_id}", lang=lang)


def subscribed(tx: Tx, topic: Topic) -> list[Room]:
    """Return the chats that subscribe to a topic and can be reached."""
    return [_room(row) for row in alerts.subscribers(tx, topic.name)]


def topics(tx: Tx, chat_id: int) -> list[str]:
    """Return the topics that a chat hears."""
    return chats.topics(tx, chat_id)


def toggle(tx: Tx, chat_id: int, topic: str, actor: str, source: str) -> bool:
    """Switch a topic of a chat; returns whether it is on now."""
    on = topic not in chats.topics(tx, chat_id)
    chats.subscribe(tx, chat_id, topic, on=on)
    trail.note(tx, actor, source, "subscribe", f"chat:{chat_id}", topic=topic, on=on)
    return on


def gone(tx: Tx, target: Target, source: str) -> bool:
    """Pause a chat that threw us out, and tell the owners elsewhere; False if it was not ours."""
    room = find(tx, target)
    if room is None or not reach.pause(tx, target.platform, target.chat):
        return False
    tx.signals.add(people.CHANGED)
    trail.note(tx, "system", source, "chat-gone", _thing(target))
    for row in chats.owners_private(tx):
        to = Target(row["platform"], row["chat"])
        text = GONE.say(row["lang"], title=room.title or target.chat)
        key = f"chat-gone:{room.id}:{tx.now}:{row['id']}"
        effects.post(tx, key, "alert", Letter(to, Content(text=text)))
    return True


def moved(tx: Tx, target: Target, new: str, source: str) -> bool:
    """Follow a chat to its new id, with its messages and what waits for it; once (G08)."""
    if not reach.move(tx, target.platform, target.chat, new):
        return False
    tx.signals.add(people.CHANGED)
    message_refs.moved(tx, target.platform, target.chat, new)
    outbox.redirect(tx, f"{target.platform}:{target.chat}", lambda payload: _to(payload, new))
    trail.note(tx, "system", source, "chat-moved", _thing(target), new=new)
    return True


def _to(payload: dict[str, Any], new: str) -> dict[str, Any]:
    if "target" not in payload:
        return payload
    return {**payload, "target": {**payload["target"], "chat": new}}


def _thing(target: Target) -> str:
    return f"chat:{target.platform}:{target.chat}"
