"""What does somebody see first, and which buttons stand under their chat?"""

from typing import Final

from core.domain.staff import Person, Role
from core.messaging import Content
from core.texts import EN, Text
from handlers.registry import Command, Menu, Registry
from handlers.words import ROLES

HELLO: Final = Text("{name}，欢迎！你的身份是{role}。", "Welcome, {name}. You are {role} here.")
FIRST_DAY: Final = {
    Role.OWNER: Text(
        "第一天可以这样开始：\n"
        "1. 发 /invite clerk 邀请客服，发 /invite warehouse 邀请仓库\n"
        "2. 把我拉进工作群，在群里发 /bind，每日汇总和缺货提醒会发到群里\n"
        "3. 点下面的“查订单”，输入订单号、买家昵称或手机尾号试试",
        "Your first day:\n"
        "1. /invite clerk invites a clerk, /invite warehouse a packer\n"
        "2. Add me to your work group and send /bind there: it gets the daily summary and alerts\n"
        '3. Tap "Find order" below and type an order number, a buyer or the end of a phone number',
    ),
    Role.MANAGER: Text(
        "先点“查订单”试试；“更多”里有库存、异常和今日数据。发 /help 看全部命令。",
        'Try "Find order" first; stock, exceptions and today\'s figures are under "More".'
        " /help lists everything.",
    ),
    Role.CLERK: Text(
        "客服最常用的就是下面三个按钮：\n"
        "查订单：输入单号、尾号、买家昵称或商品名\n"
        "打面单：看看有哪些包裹等着打单\n"
        "标异常：少件、破损、地址不对，选好类型再拍张照",
        "The three buttons below are most of your day:\n"
        "Find order: by number, its end, buyer or product\n"
        "Print labels: the parcels that wait for a label\n"
        "Report problem: choose what is wrong, add a photo",
    ),
    Role.WAREHOUSE: Text(
        "点“打面单”看待打包裹；少件或破损点“标异常”并拍照；发“库存 货号”查库存。",
        'Tap "Print labels" for parcels that wait, "Report problem" for shortages or damage;'
        " /stock CODE shows stock.",
    ),
    Role.VIEWER: Text(
        "你可以查看数据，不能修改。点“更多”看看有什么。",
        'You can look at everything and change nothing. Tap "More" to see what there is.',
    ),
}
MORE: Final = Text("更多", "More")


def greeting(registry: Registry, person: Person, lang: str) -> Content:
    """Return the first words for a role, with the standing keyboard."""
    hello = HELLO.say(lang, name=person.name, role=ROLES[person.role])
    return Content(
        title=hello,
        text=FIRST_DAY[person.role].say(lang),
        menu=main_menu(registry, person.role, lang),
    )


def label(command: Command, lang: str) -> str:
    """Return what a command is called on a button."""
    return command.en if lang == EN else command.zh


def main_menu(registry: Registry, role: Role, lang: str) -> tuple[tuple[str, ...], ...]:
    """Return the keyboard: the main commands of the role in one row, 更多 under them."""
    main = tuple(label(one, lang) for one in registry.for_role(role, Menu.MAIN))
    rows = (main, (MORE.say(lang),))
    return tuple(row for row in rows if row)


def more_menu(registry: Registry, role: Role, lang: str, back: str) -> tuple[tuple[str, ...], ...]:
    """Return the keyboard of everything else, three in a row, with the way back last."""
    labels = [label(one, lang) for one in registry.for_role(role, Menu.MORE)]
    rows = [tuple(labels[at : at + 3]) for at in range(0, len(labels), 3)]
    return (*rows, (back,))
