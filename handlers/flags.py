"""/flag: what is wrong with this order? A type, then words or a photo if there is more to say."""

import re
from dataclasses import replace
from typing import Final

from core.domain.errors import Refusal
from core.domain.exceptions import FLAG_TYPES
from core.domain.staff import WORKERS
from core.messaging import Button, Content, Reply
from core.services import Tx, lookup, messages, order_view
from core.services import exceptions as work
from core.services.exceptions import Flag
from core.services.order_view import Brief
from core.texts import Text
from handlers import orders
from handlers.common import PAGE, moment, photo_id, picks, plain, tail
from handlers.orders import NOTHING, brief_line
from handlers.registry import Action, Ask, Command, Desk, Menu

ASK: Final = Text(
    "哪个订单有问题？请发单号、尾号（4 位以上）或买家昵称，也可以写上原因。"
    "例如：标异常 7788 少门牌号",
    "Which order is it? Send its number, its end (4 or more) or the buyer; you may add what is"
    " wrong. Example: /flag 7788 house number missing",
)
WHICH: Final = Text("是哪一单？点数字选择。", "Which one? Tap its number.")
WHICH_TYPE: Final = Text("订单 {number} 有什么问题？", "What is wrong with order {number}?")
DONE: Final = Text(
    "已标异常 #{id}：订单 {number} · {type}\n{before} → 打单前拦下 · {who} {at}\n"
    "要补充就直接发文字或照片；处理好了点“处理”。",
    "Reported #{id}: order {number} · {type}\n{before} → stopped before printing · {who} {at}\n"
    "Send words or a photo now to add to it; tap Settle when it is solved.",
)
AGAIN: Final = Text("已有同类异常", "reported before")
FIRST: Final = Text("无异常", "nothing reported")
ADDED: Final = Text(
    "已补充到异常 #{id}（订单 {number}）· {who} {at}",
    "Added to exception #{id} (order {number}) · {who} {at}",
)
PHOTO_KEPT: Final = Text("照片已存档，不会转发到群里。", "The photo is kept and goes to no group.")
SETTLE: Final = Text("处理", "Settle")
SHOW: Final = Text("看订单", "Show order")
OTHER: Final = "other"
_NUMBER: Final = re.compile(r"#?(?=.*\d)[A-Za-z0-9-]{4,}")

TYPES: Final = {type_id: Text(zh, en) for type_id, zh, en in FLAG_TYPES}


async def run(ask: Ask, desk: Desk) -> Reply:
    """Answer words, a pick, a chosen type, or what is added to a report."""
    action = ask.action
    if action is None:
        return await _by_words(ask, desk)
    if action.verb == "flag":
        return await _types(ask, desk, action.object_id)
    if action.verb == "flag-type":
        chosen = FLAG_TYPES[action.argument % len(FLAG_TYPES)][0]
        return await _flag(ask, desk, Flag(action.object_id, chosen))
    return await _add(ask, desk, action.object_id)


async def _by_words(ask: Ask, desk: Desk) -> Reply:
    """Find the order: the card that was replied to, else the first word."""
    photo = photo_id(ask.incoming.files)
    name = await desk.read(lambda tx: messages.name_of(tx, ask.incoming.reply_to))
    kind, _, rest = name.partition(":")
    if kind == "order":
        order_id = int(rest.split(":")[0])
        if ask.words or photo:
            return await _flag(ask, desk, Flag(order_id, _type_in(ask.words), ask.words, photo))
        return await _types(ask, desk, order_id)
    fragment, _, note = ask.words.strip().partition(" ")
    if not fragment:
        return Reply(Content(text=ASK.say(ask.lang)))
    found = await desk.read(lambda tx: _candidates(tx, fragment, ask))
    if not found:
        raise Refusal(*(text.format(words=plain(fragment)) for text in NOTHING))
    if len(found) > 1:
        return _choose(ask, desk, found)
    if note.strip() or photo:
        flagged = Flag(found[0].id, _type_in(note), note.strip(), photo)
        return await _flag(ask, desk, flagged)
    return await _types(ask, desk, found[0].id)


def _candidates(tx: Tx, fragment: str, ask: Ask) -> list[Brief]:
    found = lookup.find(tx, fragment, ask.person.role)
    return order_view.briefs(tx, found.order_ids[:PAGE])


def _choose(ask: Ask, desk: Desk, found: list[Brief]) -> Reply:
    lines = [f"{at}. {brief_line(one, ask.lang)}" for at, one in enumerate(found, start=1)]
    buttons = picks(ask, desk, [Action("flag", one.id, one.version) for one in found])
    text = "\n".join((*lines, WHICH.say(ask.lang)))
    return Reply(Content(text=text, buttons=buttons))


def _type_in(words: str) -> str:
    """Return the type that the words name, "other" if none."""
    said = words.casefold()
    named = (t for t, text in TYPES.items() if text.zh in said or text.en in said)
    return next(named, OTHER)


async def _types(ask: Ask, desk: Desk, order_id: int) -> Reply:
    number = await desk.read(lambda tx: work.order_number(tx, order_id))
    buttons = [
        Button(text.say(ask.lang), desk.token(ask, Action("flag-type", order_id, argument=at)))
        for at, text in enumerate(TYPES.values())
    ]
    rows = (tuple(buttons[:3]), tuple(buttons[3:]))
    text = WHICH_TYPE.say(ask.lang, number=tail(number))
    return Reply(Content(text=text, buttons=rows))


async def _flag(ask: Ask, desk: Desk, flagged: Flag) -> Reply:
    """Report it, say so, and take the person's next words or photo as more about it."""
    made = await desk.write(ask, lambda tx: work.flag(tx, flagged, ask.actor, ask.source))
    card = await desk.read(lambda tx: work.get(tx, made["id"]))
    text = DONE.say(
        ask.lang,
        id=made["id"],
        number=tail(made["number"]),
        type=TYPES[made["type"]],
        before=FIRST if made["new"] else AGAIN,
        who=plain(ask.person.name, 20),
        at=moment(ask.now, card.zone),
    )
    if flagged.photo:
        text = f"{text}\n{PHOTO_KEPT.say(ask.lang)}"
    row = (
        Button(SETTLE.say(ask.lang), desk.token(ask, Action("issue", made["id"]))),
        Button(SHOW.say(ask.lang), desk.token(ask, Action("order", flagged.order_id))),
    )
    more = desk.token(ask, Action("flag-note", made["id"]), minutes=15, personal=True)
    return Reply(Content(text=text, buttons=(row,)), expects=more)


async def _add(ask: Ask, desk: Desk, exception_id: int) -> Reply:
    """Add to the report; a bare number is no remark but the next order to look for."""
    photo = photo_id(ask.incoming.files)
    if not photo and _NUMBER.fullmatch(ask.words.strip()):
        return await orders.run(replace(ask, action=None), desk)
    who = (ask.actor, ask.source)
    added = await desk.write(
        ask, lambda tx: work.add_note(tx, exception_id, ask.words, photo, who)
    )
    issue = await desk.read(lambda tx: work.get(tx, exception_id))
    text = ADDED.say(
        ask.lang,
        id=exception_id,
        number=tail(added["number"]),
        who=plain(ask.person.name, 20),
        at=moment(ask.now, issue.zone),
    )
    if photo:
        text = f"{text}\n{PHOTO_KEPT.say(ask.lang)}"
    return Reply(Content(text=text))


COMMANDS: Final = (
    Command(
        name="flag",
        zh="标异常",
        en="Report problem",
        help_zh="给订单标异常，打单前会拦下；可附文字和照片（也可回复订单卡片）",
        help_en="report a problem with an order, with words and a photo; it stops before printing",
        roles=WORKERS,
        run=run,
        words=("标记异常", "report"),
        verbs=("flag", "flag-type", "flag-note"),
        menu=Menu.MAIN,
        example="7788 少门牌号",
    ),
)
"""What this module answers."""
