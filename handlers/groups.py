"""How does a group become ours, and what does a chat want to hear?"""

from typing import Final

from core.domain.errors import BadInput
from core.domain.staff import EVERYONE, OWNERS
from core.domain.topics import TOPICS, Topic, find
from core.messaging import Button, Content, Reply
from core.services import Tx, rooms
from core.texts import EN, ZH, Text
from handlers.admin import only_managers_in_groups
from handlers.registry import Action, Ask, Command, Desk, Menu
from handlers.words import LIST_SEPARATOR, TOPIC_NAMES

IN_GROUP: Final = Text(
    "请先把我拉进工作群，再在群里发 /{name}。", "Add me to the work group and send /{name} there."
)
BOUND: Final = Text(
    "本群已绑定。这里会收到：{topics}。用 /subscribe 调整。",
    "This group is bound. It gets: {topics}. /subscribe changes that.",
)
UNBOUND: Final = Text(
    "本群已解绑，不再回复和提醒。",
    "This group is no longer bound: no answers and no notices here.",
)
NOT_BOUND: Final = Text("本群没有绑定。", "This group is not bound.")
TOPICS_TITLE: Final = Text("本聊天的订阅（点一下切换）", "What this chat hears (tap to switch)")
ON: Final = Text("✅ {topic}", "✅ {topic}")
OFF: Final = Text("⬜ {topic}", "⬜ {topic}")
IS_ON: Final = Text("已订阅：{topic}", "On: {topic}")
IS_OFF: Final = Text("已取消：{topic}", "Off: {topic}")
NO_TOPIC: Final = Text(
    "没有“{word}”这个主题，可用：{topics}。", 'There is no topic "{word}". Use one of: {topics}.'
)
ORDER: Final = tuple(TOPICS.values())
"""A topic's place here stands in buttons: only ever add at the end."""


def _named(names: list[str], lang: str) -> str:
    return LIST_SEPARATOR.say(lang).join(TOPIC_NAMES[name].say(lang) for name in names)


def _only_in_group(ask: Ask, name: str) -> None:
    if not ask.in_group:
        raise BadInput(IN_GROUP.say(ZH, name=name), IN_GROUP.say(EN, name=name))


async def bind(ask: Ask, desk: Desk) -> Reply:
    """Make this group ours."""
    _only_in_group(ask, "bind")
    target, title, who = ask.incoming.target, ask.incoming.chat_title, ask.person.id
    heard = await desk.write(ask, lambda tx: rooms.bind(tx, target, title, who, ask.source))
    return Reply(Content(text=BOUND.say(ask.lang, topics=_named(heard, ask.lang))))


async def unbind(ask: Ask, desk: Desk) -> Reply:
    """Give this group up."""
    _only_in_group(ask, "unbind")
    target, who = ask.incoming.target, ask.person.id
    done = await desk.write(ask, lambda tx: rooms.unbind(tx, target, who, ask.source))
    return Reply(Content(text=(UNBOUND if done else NOT_BOUND).say(ask.lang)))


async def subscribe(ask: Ask, desk: Desk) -> Reply:
    """Show what this chat hears, or switch one topic."""
    topic = ORDER[ask.action.argument] if ask.action else _topic(ask.words)
    if topic is None:
        names = await desk.read(lambda tx: _heard(tx, ask))
        return Reply(_list(ask, desk, names))
    only_managers_in_groups(ask)
    chosen = topic.name

    def switch(tx: Tx) -> tuple[bool, list[str]]:
        incoming = ask.incoming
        title = incoming.chat_title or ask.person.name
        chat_id = rooms.own(tx, incoming.target, incoming.kind, title, ask.person.id)
        on = rooms.toggle(tx, chat_id, chosen, ask.actor, ask.source)
        return on, rooms.topics(tx, chat_id)

    on, names = await desk.write(ask, switch)
    said = (IS_ON if on else IS_OFF).say(ask.lang, topic=TOPIC_NAMES[chosen])
    if ask.action:
        return Reply(_list(ask, desk, names), edit=True, toast=said)
    return Reply(Content(text=said))


def _topic(word: str) -> Topic | None:
    if not word.strip():
        return None
    topic = find(word)
    if topic is None:
        known = {lang: _named(list(TOPICS), lang) for lang in (ZH, EN)}
        raise BadInput(
            NO_TOPIC.say(ZH, word=word, topics=known[ZH]),
            NO_TOPIC.say(EN, word=word, topics=known[EN]),
        )
    return topic


def _heard(tx: Tx, ask: Ask) -> list[str]:
    room = rooms.find(tx, ask.incoming.target)
    return rooms.topics(tx, room.id) if room else []


def _list(ask: Ask, desk: Desk, names: list[str]) -> Content:
    rows = tuple(
        (
            Button(
                (ON if topic.name in names else OFF).say(ask.lang, topic=TOPIC_NAMES[topic.name]),
                desk.token(ask, Action("topic.switch", argument=at)),
            ),
        )
        for at, topic in enumerate(ORDER)
    )
    return Content(text=TOPICS_TITLE.say(ask.lang), buttons=rows)


COMMANDS: Final = (
    Command(
        name="bind",
        zh="绑定",
        en="Bind",
        help_zh="在群里发：把这个群设为工作群",
        help_en="In a group: make it one of ours",
        roles=OWNERS,
        run=bind,
        unbound=True,
    ),
    Command(
        name="unbind",
        zh="解绑",
        en="Unbind",
        help_zh="在群里发：不再在这个群里说话",
        help_en="In a group: stop talking there",
        roles=OWNERS,
        run=unbind,
        unbound=True,
    ),
    Command(
        name="subscribe",
        zh="订阅",
        en="Subscriptions",
        help_zh="这个聊天接收哪些提醒",
        help_en="Which notices this chat gets",
        roles=EVERYONE,
        run=subscribe,
        verbs=("topic.switch",),
        menu=Menu.MORE,
        example="summary",
    ),
)
"""What `handlers.all` puts into the registry."""
