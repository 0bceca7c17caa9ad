"""How do owners invite staff, change roles and let people go?"""

from typing import Final

from core.domain.errors import BadInput
from core.domain.staff import OWNERS, Person, Role
from core.domain.token import ROLES as ROLE_ORDER
from core.messaging import Button, Content, Reply
from core.services import Tx, staff
from core.texts import EN, ZH, Text
from handlers.registry import Action, Ask, Command, Desk, Menu
from handlers.words import LIST_SEPARATOR, ROLES, role_of

WHICH_ROLE: Final = Text("邀请什么身份的人？", "Invite somebody as what?")
NO_ROLE: Final = Text(
    "没有“{word}”这个身份，可用：{roles}。", 'There is no role "{word}". Use one of: {roles}.'
)
INVITE: Final = Text(
    "邀请：{role}（15 分钟内有效，只能用一次，绑定到第一个使用的人）\n"
    "把链接发给对方，点开后按“开始”：\n{link}\n"
    "或者让对方私聊我发送：\n/start {code}",
    "Invite for {role} (good for 15 minutes, once, for whoever uses it first)\n"
    "Send them this link; they open it and tap Start:\n{link}\n"
    "Or they send me in a private chat:\n/start {code}",
)
INVITE_BY_CODE: Final = Text(
    "邀请：{role}（15 分钟内有效，只能用一次）\n让对方私聊我发送：\n/start {code}",
    "Invite for {role} (good for 15 minutes, once)\n"
    "They send me in a private chat:\n/start {code}",
)
STAFF_TITLE: Final = Text("员工（{count} 人）", "Staff ({count})")
STAFF_LINE: Final = Text("{id}  {name}  {role}", "{id}  {name}  {role}")
STAFF_HINT: Final = Text(
    "改身份：/staff 编号 身份，例如 /staff 3 店长",
    "Change a role: /staff NUMBER ROLE, for example /staff 3 manager",
)
REMOVE: Final = Text("移除 {name}", "Remove {name}")
SURE: Final = Text(
    "确定移除 {name}（{role}）？移除后对方什么也看不到。",
    "Remove {name} ({role})? They will see nothing from then on.",
)
YES: Final = Text("确定移除", "Yes, remove")
NO: Final = Text("不移除", "No")
REMOVED: Final = Text("已移除 {name}。", "{name} was removed.")
CHANGED: Final = Text("{name} 现在是{role}。", "{name} is {role} now.")
HOW: Final = Text(
    "写成：/staff 编号 身份，例如 /staff 3 店长。",
    "Write /staff NUMBER ROLE, for example /staff 3 manager.",
)
MOST_BUTTONS: Final = 40


async def invite(ask: Ask, desk: Desk) -> Reply:
    """Make a single-use link for a role."""
    role = ROLE_ORDER[ask.action.argument] if ask.action else _role(ask.words)
    if role is None:
        rows = tuple(
            (
                Button(
                    ROLES[one].say(ask.lang),
                    desk.token(ask, Action("invite.role", argument=at), personal=True),
                ),
            )
            for at, one in enumerate(ROLE_ORDER)
        )
        return Reply(Content(text=WHICH_ROLE.say(ask.lang), buttons=rows))
    code = desk.code(ask, "invite")
    by = staff.Inviter(ask.actor, ask.source, ask.person.id)
    await desk.write(ask, lambda tx: staff.invite(tx, code, role, by))
    link = desk.invite_link(ask, code)
    text = INVITE if link else INVITE_BY_CODE
    return Reply(Content(text=text.say(ask.lang, role=ROLES[role], link=link, code=code)))


def _role(word: str) -> Role | None:
    if not word.strip():
        return None
    role = role_of(word)
    if role is None:
        roles = {
            lang: LIST_SEPARATOR.say(lang).join(text.say(lang) for text in ROLES.values())
            for lang in (ZH, EN)
        }
        raise BadInput(
            NO_ROLE.say(ZH, word=word, roles=roles[ZH]),
            NO_ROLE.say(EN, word=word, roles=roles[EN]),
        )
    return role


async def manage(ask: Ask, desk: Desk) -> Reply:
    """List the staff, change a role, or let somebody go after asking once more."""
    if ask.action and ask.action.verb == "staff.ask":
        return await _ask_again(ask, desk, ask.action.object_id)
    if ask.action and ask.action.verb == "staff.remove":
        gone = ask.action.object_id
        name = await desk.write(ask, lambda tx: staff.remove(tx, gone, ask.actor, ask.source))
        return Reply(Content(text=REMOVED.say(ask.lang, name=name)), edit=True)
    if ask.words:
        return await _change(ask, desk)
    people = await desk.read(staff.everybody)
    return Reply(_list(ask, desk, people), edit=ask.action is not None)


def _list(ask: Ask, desk: Desk, people: list[Person]) -> Content:
    lines = [
        STAFF_LINE.say(ask.lang, id=one.id, name=one.name, role=ROLES[one.role]) for one in people
    ]
    others = [one for one in people if one.id != ask.person.id][:MOST_BUTTONS]
    rows = tuple(
        (
            Button(
                REMOVE.say(ask.lang, name=one.name),
                desk.token(ask, Action("staff.ask", one.id), personal=True),
            ),
        )
        for one in others
    )
    return Content(
        title=STAFF_TITLE.say(ask.lang, count=len(people)),
        text="\n".join([*lines, "", STAFF_HINT.say(ask.lang)]),
        buttons=rows,
    )


async def _ask_again(ask: Ask, desk: Desk, person_id: int) -> Reply:
    person = await desk.read(lambda tx: staff.find(tx, person_id))
    if person is None:
        return Reply(_list(ask, desk, await desk.read(staff.everybody)), edit=True)
    text = SURE.say(ask.lang, name=person.name, role=ROLES[person.role])
    yes = desk.token(ask, Action("staff.remove", person_id), minutes=10, personal=True)
    no = desk.token(ask, Action("staff.list"), personal=True)
    row = (Button(YES.say(ask.lang), yes), Button(NO.say(ask.lang), no))
    return Reply(Content(text=text, buttons=(row,)), edit=True)


async def _change(ask: Ask, desk: Desk) -> Reply:
    number, _, word = ask.words.partition(" ")
    role = _role(word)
    if not number.isdecimal() or role is None:
        raise BadInput(*HOW)
    person_id = int(number)

    def change(tx: Tx) -> str:
        return staff.change_role(tx, person_id, role, ask.actor, ask.source)

    name = await desk.write(ask, change)
    return Reply(Content(text=CHANGED.say(ask.lang, name=name, role=ROLES[role])))


COMMANDS: Final = (
    Command(
        name="invite",
        zh="邀请",
        en="Invite",
        help_zh="邀请一个人，链接 15 分钟内有效、只能用一次",
        help_en="Invite one person; the link is good for 15 minutes, once",
        roles=OWNERS,
        run=invite,
        words=("邀请员工",),
        verbs=("invite.role",),
        menu=Menu.MORE,
        groups=False,
        example="clerk",
    ),
    Command(
        name="staff",
        zh="员工",
        en="Staff",
        help_zh="员工名单，改身份，移除",
        help_en="Who works here; change roles, remove people",
        roles=OWNERS,
        run=manage,
        words=("员工管理",),
        verbs=("staff.ask", "staff.remove", "staff.list"),
        menu=Menu.MORE,
        groups=False,
    ),
)
"""What `handlers.all` puts into the registry."""
