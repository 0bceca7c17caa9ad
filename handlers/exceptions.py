"""/exceptions: what is wrong in the shop, who is on it, and how was it settled?"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from core.domain.errors import NotAllowed
from core.domain.exceptions import FLAG_TYPES
from core.domain.staff import EVERYONE, WORKERS
from core.messaging import Button, Content, Reply
from core.services import exceptions as work
from core.services.exceptions import REASONS, Issue
from core.texts import Text
from handlers.common import PAGE, hint, moment, page_of, pager, picks, plain, tail
from handlers.registry import Action, Ask, Command, Desk, Menu

NONE_OPEN: Final = Text("没有未处理的异常，辛苦了！", "No open exceptions. Well done!")
TITLE: Final = Text("未处理异常 {n} 条", "{n} open exceptions")
OWNER: Final = Text(" · {owner} 在处理", " · {owner} is on it")
MINUTES: Final = Text("{n} 分钟", "{n} min")
HOURS: Final = Text("{n} 小时", "{n} h")
DAYS: Final = Text("{n} 天", "{n} days")

ISSUE: Final = Text("异常 #{id} · {kind}", "Exception #{id} · {kind}")
ORDER: Final = Text("订单：{number}（{shop}）", "Order: {number} ({shop})")
ABOUT: Final = Text("对象：{what}", "About: {what}")
SINCE: Final = Text("{at} 起，{age}，出现 {count} 次", "Since {at}, {age}, seen {count} times")
STOPS: Final = Text("影响：处理完才能打单", "It stops the order before printing")
NOTE: Final = Text("备注：{note}", "Note: {note}")
NOTE_PRIVATE: Final = Text("备注：请私聊查看", "Note: see it in a private chat")
PHOTO: Final = Text("有照片存档", "A photo is kept")
MATCH: Final = Text(
    "它是哪个商品？发：认商品 {id} 商品编码", "Which SKU is it? Send: /match {id} SKU"
)
ON_IT: Final = Text("处理人：{owner}", "On it: {owner}")
NOBODY: Final = Text("还没有人处理", "nobody yet")
CLOSED: Final = Text("已关闭：{resolution}", "Closed: {resolution}")

TAKE: Final = Text("我来处理", "I take it")
CLOSE: Final = Text("关闭", "Close")
SHOW: Final = Text("看订单", "Show order")
WHY: Final = Text(
    "异常 #{id}：处理结果是？点按钮，或直接打字说明。",
    "Exception #{id}: how was it settled? Tap one, or type it.",
)
TAKEN: Final = Text(
    "已接手 #{id}：{before} → {after} · {at}", "Taken #{id}: {before} → {after} · {at}"
)
SETTLED: Final = Text(
    "已关闭 #{id}{number}：未处理 → {reason} · {who} {at}",
    "Closed #{id}{number}: open → {reason} · {who} {at}",
)

_BY_NUMBER: Final = re.compile(r"#?(\d{1,9})(?:\s+(.+))?", re.DOTALL)
_FLAG_TYPES: Final = {type_id: Text(zh, en) for type_id, zh, en in FLAG_TYPES}


async def run(ask: Ask, desk: Desk) -> Reply:
    """Answer the list, one exception, and what is done with it."""
    action = ask.action
    if action is None:
        return await _by_words(ask, desk)
    return await _ANSWERS[action.verb](ask, desk, action)


async def _by_words(ask: Ask, desk: Desk) -> Reply:
    """`/exceptions`, `/exceptions 12`, or `/exceptions 12 how it was settled`."""
    numbered = _BY_NUMBER.fullmatch(ask.words.strip())
    if not numbered:
        return await _list(ask, desk)
    exception_id, reason = int(numbered[1]), numbered[2]
    if not reason:
        return await _show(ask, desk, exception_id)
    issue = await desk.read(lambda tx: work.get(tx, exception_id))
    return await _settle(ask, desk, Action("issue-words", issue.id, issue.version), reason)


async def _list(ask: Ask, desk: Desk) -> Reply:
    offset = page_of(ask) * PAGE
    issues, total = await desk.read(lambda tx: work.listed(tx, PAGE, offset))
    turned = ask.action is not None
    if not issues:
        return Reply(Content(text=NONE_OPEN.say(ask.lang)), edit=turned)
    lines = [f"{at}. {_line(ask, one)}" for at, one in enumerate(issues, start=1)]
    lines.append(hint(ask, total))
    buttons = (
        *picks(ask, desk, [Action("issue", one.id, one.version) for one in issues]),
        *pager(ask, desk, "issues-page", total),
    )
    title = TITLE.say(ask.lang, n=total)
    return Reply(Content(title=title, text="\n".join(lines), buttons=buttons), edit=turned)


def _line(ask: Ask, issue: Issue) -> str:
    about = tail(issue.number) if issue.number else _what(issue)
    age = _age(ask.now - issue.first_at, ask.lang)
    said = " · ".join(part for part in (_kind(issue, ask.lang), about, age) if part)
    owner = OWNER.say(ask.lang, owner=plain(issue.owner, 12)) if issue.owner else ""
    return f"{issue.kind.priority} #{issue.id} {said}{owner}"


def _kind(issue: Issue, lang: str) -> str:
    kind = Text(issue.kind.zh, issue.kind.en).say(lang)
    flag = _FLAG_TYPES.get(issue.what)
    return f"{kind}（{flag.say(lang)}）" if flag else kind


def _what(issue: Issue) -> str:
    if issue.what and issue.what not in _FLAG_TYPES:
        return plain(issue.what, 30)
    return plain(issue.note, 30) if not issue.order_id else ""


def _age(ms: int, lang: str) -> str:
    minutes = max(ms, 0) // 60_000
    if minutes < 60:  # noqa: PLR2004 - an hour
        return MINUTES.say(lang, n=minutes)
    if minutes < 48 * 60:
        return HOURS.say(lang, n=minutes // 60)
    return DAYS.say(lang, n=minutes // 1440)


async def _show(ask: Ask, desk: Desk, exception_id: int, receipt: str = "") -> Reply:
    issue = await desk.read(lambda tx: work.get(tx, exception_id))
    lines = [receipt, *_facts(ask, issue)]
    title = ISSUE.say(ask.lang, id=issue.id, kind=_kind(issue, ask.lang))
    text = "\n".join(line for line in lines if line)
    content = Content(title=title, text=text, buttons=_buttons(ask, desk, issue))
    return Reply(content, edit=bool(receipt))


def _facts(ask: Ask, issue: Issue) -> list[str]:
    lang = ask.lang
    about = _what(issue)
    note = plain(issue.note, 500)
    if issue.order_id and ask.in_group and note:  # a clerk's words may name the buyer
        note_line = NOTE_PRIVATE.say(lang)
    else:
        note_line = NOTE.say(lang, note=note) if note else ""
    owner = plain(issue.owner, 20) or NOBODY.say(lang)
    return [
        ORDER.say(lang, number=issue.number, shop=plain(issue.shop)) if issue.number else "",
        ABOUT.say(lang, what=about) if about else "",
        SINCE.say(
            lang,
            at=moment(issue.first_at, issue.zone),
            age=_age(ask.now - issue.first_at, lang),
            count=issue.count,
        ),
        STOPS.say(lang) if issue.kind.block and issue.open else "",
        note_line,
        MATCH.say(lang, id=issue.id) if issue.kind.code == "SKU_UNMAPPED" and issue.open else "",
        PHOTO.say(lang) if issue.has_photo else "",
        ON_IT.say(lang, owner=owner)
        if issue.open
        else CLOSED.say(lang, resolution=plain(issue.resolution, 200)),
    ]


def _buttons(ask: Ask, desk: Desk, issue: Issue) -> tuple[tuple[Button, ...], ...]:
    row = []
    if issue.open and ask.person.role in WORKERS:
        for text, verb in ((TAKE, "issue-take"), (CLOSE, "issue-close")):
            action = Action(verb, issue.id, issue.version)
            row.append(Button(text.say(ask.lang), desk.token(ask, action, roles=WORKERS)))
    if issue.order_id:
        order = Action("order", issue.order_id)
        row.append(Button(SHOW.say(ask.lang), desk.token(ask, order)))
    return (tuple(row),) if row else ()


async def _take(ask: Ask, desk: Desk, action: Action) -> Reply:
    _may_work(ask)
    done = await desk.write(
        ask,
        lambda tx: work.assign(tx, action.object_id, action.version, ask.person, ask.source),
    )
    receipt = TAKEN.say(
        ask.lang,
        id=done["id"],
        before=plain(done["before"], 20) or NOBODY.say(ask.lang),
        after=plain(done["after"], 20),
        at=await _time(ask, desk, action.object_id),
    )
    return await _show(ask, desk, action.object_id, receipt)


async def _ask_why(ask: Ask, desk: Desk, action: Action) -> Reply:
    buttons = [
        Button(
            Text(zh, en).say(ask.lang),
            desk.token(
                ask, Action("issue-settle", action.object_id, action.version, at), roles=WORKERS
            ),
        )
        for at, (_, zh, en) in enumerate(REASONS)
    ]
    words = Action("issue-words", action.object_id, action.version)
    return Reply(
        Content(
            text=WHY.say(ask.lang, id=action.object_id),
            buttons=(tuple(buttons[:2]), tuple(buttons[2:])),
        ),
        expects=desk.token(ask, words, minutes=15, roles=WORKERS, personal=True),
    )


async def _settle(ask: Ask, desk: Desk, action: Action, reason: str) -> Reply:
    _may_work(ask)
    who = (ask.actor, ask.source)
    done = await desk.write(
        ask, lambda tx: work.resolve(tx, action.object_id, action.version, reason, who)
    )
    text = SETTLED.say(
        ask.lang,
        id=done["id"],
        number=f"（{tail(done['number'])}）" if done["number"] else "",
        reason=plain(reason, 200),
        who=plain(ask.person.name, 20),
        at=await _time(ask, desk, action.object_id),
    )
    return Reply(Content(text=text), edit=ask.incoming.press is not None)


def _may_work(ask: Ask) -> None:
    if ask.person.role not in WORKERS:
        raise NotAllowed("只读身份不能处理异常。", "A viewer cannot settle exceptions.")


async def _time(ask: Ask, desk: Desk, exception_id: int) -> str:
    issue = await desk.read(lambda tx: work.get(tx, exception_id))
    return moment(ask.now, issue.zone)


async def _show_it(ask: Ask, desk: Desk, action: Action) -> Reply:
    return await _show(ask, desk, action.object_id)


async def _turn(ask: Ask, desk: Desk, _action: Action) -> Reply:
    return await _list(ask, desk)


async def _settle_by_button(ask: Ask, desk: Desk, action: Action) -> Reply:
    _, zh, en = REASONS[action.argument % len(REASONS)]
    return await _settle(ask, desk, action, Text(zh, en).say(ask.lang))


async def _settle_by_words(ask: Ask, desk: Desk, action: Action) -> Reply:
    return await _settle(ask, desk, action, ask.words)


_ANSWERS: Final[Mapping[str, Callable[[Ask, Desk, Action], Awaitable[Reply]]]] = {
    "issue": _show_it,
    "issues-page": _turn,
    "issue-take": _take,
    "issue-close": _ask_why,
    "issue-settle": _settle_by_button,
    "issue-words": _settle_by_words,
}

COMMANDS: Final = (
    Command(
        name="exceptions",
        zh="异常",
        en="Exceptions",
        help_zh="未处理的异常：接手、关闭；“异常 12 已补发”直接关闭 12 号",
        help_en="open exceptions: take one, close one; /exceptions 12 resent closes number 12",
        roles=EVERYONE,
        run=run,
        words=("异常列表", "problems"),
        verbs=tuple(_ANSWERS),
        menu=Menu.MORE,
    ),
)
"""What this module answers."""
