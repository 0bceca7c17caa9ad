"""How does somebody find their way: the first words, help, menus, language, who am I?"""

from collections.abc import Mapping
from typing import Final

from core.domain.errors import NotAllowed
from core.domain.staff import EVERYONE, MANAGERS
from core.messaging import Button, Content, Reply
from core.services import Tx, rooms, staff
from core.texts import EN, LANGS, ZH, Text
from handlers.greeting import greeting, label, main_menu, more_menu
from handlers.parse import code_in
from handlers.registry import Action, Ask, Command, Desk, Menu
from handlers.words import LIST_SEPARATOR, ROLES, TOPIC_NAMES

HELP_TITLE: Final = Text("{role}可用的命令", "Commands for {role}")
HELP_LINE: Final = Text(
    "{label}  /{name}{example}\n    {help}", "{label}  /{name}{example}\n    {help}"
)
HELP_END: Final = Text(
    "直接发单号、尾号、买家昵称或商品名就是查订单。",
    "A bare order number, its end, a buyer or a product name looks for orders.",
)
MORE_TITLE: Final = Text("更多功能", "More")
BACK_AGAIN: Final = Text("回到主菜单。", "Back to the main menu.")
LANG_ASK: Final = Text("这里用哪种语言？", "Which language here?")
LANG_SET: Final = Text("好的，这里以后说中文。", "Done: I speak English here from now on.")
LANG_NAMES: Final = {ZH: "中文", EN: "English"}
MANAGER_ONLY: Final = Text(
    "群里的设置请店主或店长来改。", "In a group, an owner or manager sets this."
)
WHO: Final = Text(
    "{name}\n身份：{role}\n编号：{id}\n语言：{language}\n本聊天订阅：{topics}",
    "{name}\nRole: {role}\nNumber: {id}\nLanguage: {language}\nThis chat hears: {topics}",
)
NONE: Final = Text("无", "nothing")


async def start(ask: Ask, desk: Desk) -> Reply:
    """Greet, or refuse a code from somebody who works here already."""
    code = code_in(f"/start {ask.words}")
    who = ask.incoming.who
    if code and who:
        target, source = ask.incoming.target, ask.source

        def join(tx: Tx) -> Mapping[str, str | int]:
            return staff.join(tx, code, who, target, source)

        await desk.write(ask, join)
    return Reply(greeting(desk.registry, ask.person, ask.lang))


async def show_help(ask: Ask, desk: Desk) -> Reply:
    """List what the role may do."""
    lines = [
        HELP_LINE.say(
            ask.lang,
            label=label(one, ask.lang),
            name=one.name,
            example=f" {one.example}" if one.example else "",
            help=one.help_en if ask.lang == EN else one.help_zh,
        )
        for menu in (Menu.MAIN, Menu.MORE, Menu.HIDDEN)
        for one in desk.registry.for_role(ask.person.role, menu)
    ]
    title = HELP_TITLE.say(ask.lang, role=ROLES[ask.person.role])
    return Reply(Content(title=title, text="\n".join([*lines, "", HELP_END.say(ask.lang)])))


async def more(ask: Ask, desk: Desk) -> Reply:
    """Show everything that is not one of the three buttons."""
    role, lang = ask.person.role, ask.lang
    lines = [f"{label(one, lang)}  /{one.name}" for one in desk.registry.for_role(role, Menu.MORE)]
    keys = None if ask.in_group else more_menu(desk.registry, role, lang, BACK.say(lang))
    return Reply(Content(title=MORE_TITLE.say(lang), text="\n".join(lines), menu=keys))


async def menu(ask: Ask, desk: Desk) -> Reply:
    """Bring the three buttons back."""
    keys = None if ask.in_group else main_menu(desk.registry, ask.person.role, ask.lang)
    return Reply(Content(text=BACK_AGAIN.say(ask.lang), menu=keys))


async def language(ask: Ask, desk: Desk) -> Reply:
    """Choose the language of this chat, by word or by button."""
    wanted = _wanted(ask)
    if wanted is None:
        row = tuple(
            Button(LANG_NAMES[lang], desk.token(ask, Action("lang.set", argument=at)))
            for at, lang in enumerate(LANGS)
        )
        return Reply(Content(text=LANG_ASK.say(ask.lang), buttons=(row,)))
    only_managers_in_groups(ask)
    incoming = ask.incoming

    def choose(tx: Tx) -> None:
        chat_id = rooms.own(tx, incoming.target, incoming.kind, _title(ask), ask.person.id)
        rooms.speak(tx, chat_id, wanted, ask.actor, ask.source)

    await desk.write(ask, choose)
    keys = None if ask.in_group else main_menu(desk.registry, ask.person.role, wanted)
    return Reply(Content(text=LANG_SET.say(wanted), menu=keys))


def _wanted(ask: Ask) -> str | None:
    if ask.action:
        return LANGS[ask.action.argument]
    names = {"zh": ZH, "cn": ZH, "中文": ZH, "chinese": ZH, "en": EN, "english": EN, "英文": EN}
    return names.get(ask.words.strip().casefold())


def only_managers_in_groups(ask: Ask) -> None:
    """Refuse a change of a group's settings to anybody but owners and managers.

    Raises:
        NotAllowed: Says who may.
    """
    if ask.in_group and ask.person.role not in MANAGERS:
        raise NotAllowed(*MANAGER_ONLY)


def _title(ask: Ask) -> str:
    return ask.incoming.chat_title or ask.person.name


async def whoami(ask: Ask, desk: Desk) -> Reply:
    """Say who we think is speaking, and what this chat hears."""

    def heard(tx: Tx) -> list[str]:
        room = rooms.find(tx, ask.incoming.target)
        return rooms.topics(tx, room.id) if room and room.bound else []

    names = [TOPIC_NAMES[name].say(ask.lang) for name in await desk.read(heard)]
    text = WHO.say(
        ask.lang,
        name=ask.person.name,
        role=ROLES[ask.person.role],
        id=ask.person.id,
        language=LANG_NAMES[ask.lang],
        topics=LIST_SEPARATOR.say(ask.lang).join(names) or NONE.say(ask.lang),
    )
    return Reply(Content(text=text))


BACK: Final = Text("返回", "Back")

COMMANDS: Final = (
    Command(
        name="start",
        zh="开始",
        en="Start",
        help_zh="重新显示欢迎和三个按钮",
        help_en="Show the welcome and the three buttons again",
        roles=EVERYONE,
        run=start,
        groups=False,
    ),
    Command(
        name="more",
        zh="更多",
        en="More",
        help_zh="三个按钮以外的功能",
        help_en="Everything beyond the three buttons",
        roles=EVERYONE,
        run=more,
    ),
    Command(
        name="menu",
        zh=BACK.zh,
        en=BACK.en,
        help_zh="回到主菜单",
        help_en="Back to the main menu",
        roles=EVERYONE,
        run=menu,
        words=("主菜单",),
    ),
    Command(
        name="help",
        zh="帮助",
        en="Help",
        help_zh="你能用的全部命令",
        help_en="All commands that you may use",
        roles=EVERYONE,
        run=show_help,
        menu=Menu.MORE,
    ),
    Command(
        name="lang",
        zh="语言",
        en="Language",
        help_zh="这个聊天用中文还是英文",
        help_en="Chinese or English in this chat",
        roles=EVERYONE,
        run=language,
        verbs=("lang.set",),
        menu=Menu.MORE,
        example="zh|en",
    ),
    Command(
        name="whoami",
        zh="我是谁",
        en="Who am I",
        help_zh="你的身份、编号和本聊天的订阅",
        help_en="Your role and number, and what this chat hears",
        roles=EVERYONE,
        run=whoami,
        menu=Menu.MORE,
    ),
)
"""What `handlers.all` puts into the registry."""
