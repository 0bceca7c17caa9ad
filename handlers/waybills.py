"""/print: which parcels wait for their label?"""

from typing import Final

from core.domain.staff import WORKERS
from core.messaging import Content, Reply
from core.services import order_view
from core.services.order_view import Brief, Waiting
from core.texts import Text
from handlers.common import PAGE, hint, page_of, pager, picks, plain, tail
from handlers.registry import Action, Ask, Command, Desk, Menu

TITLE: Final = Text("待打面单 {n} 个包裹", "{n} parcels wait for a label")
NONE: Final = Text("现在没有等待打单的包裹。", "No parcel waits for a label now.")
COUNTS: Final = Text(
    "另有 {stopped} 单被异常拦下，{short} 单缺货。",
    "{stopped} more are stopped by exceptions, {short} lack goods.",
)
NO_COURIER: Final = Text(
    "还没有接入快递，暂时不能在这里出面单：请先在快递公司的软件里打单发货。",
    "No courier is connected yet, so labels cannot be printed here: print them in the courier's"
    " own program for now.",
)
LINE: Final = Text(
    "{number} · {title} · {units} 件 · 已等 {age}", "{number} · {title} · {units} pcs · {age}"
)
HOURS: Final = Text("{n} 小时", "{n} h")
DAYS: Final = Text("{n} 天", "{n} days")
SKIPPED: Final = Text("看异常：发“异常”", "See them with /exceptions")


async def run(ask: Ask, desk: Desk) -> Reply:
    """List what waits, the longest paid first; labels themselves need a courier."""
    if ask.action and ask.action.verb == "print-one":
        return Reply(Content(text=NO_COURIER.say(ask.lang)))
    offset = page_of(ask) * PAGE
    waiting = await desk.read(lambda tx: order_view.waiting_parcels(tx, PAGE, offset))
    turned = ask.action is not None
    return Reply(_list(ask, desk, waiting), edit=turned)


def _list(ask: Ask, desk: Desk, waiting: Waiting) -> Content:
    counts = COUNTS.say(ask.lang, stopped=waiting.stopped, short=waiting.short)
    others = f"{counts}{SKIPPED.say(ask.lang)}" if waiting.stopped or waiting.short else ""
    if not waiting.briefs:
        text = "\n".join(part for part in (NONE.say(ask.lang), others) if part)
        return Content(text=text)
    lines = [
        *(f"{at}. {_line(ask, one)}" for at, one in enumerate(waiting.briefs, start=1)),
        hint(ask, waiting.total),
        others,
        NO_COURIER.say(ask.lang),
    ]
    buttons = (
        *picks(ask, desk, [Action("order", one.id) for one in waiting.briefs]),
        *pager(ask, desk, "print-page", waiting.total),
    )
    text = "\n".join(line for line in lines if line)
    return Content(title=TITLE.say(ask.lang, n=waiting.total), text=text, buttons=buttons)


def _line(ask: Ask, brief: Brief) -> str:
    hours = max(ask.now - (brief.paid_at or brief.placed_at), 0) // 3_600_000
    age = HOURS.say(ask.lang, n=hours) if hours < 48 else DAYS.say(ask.lang, n=hours // 24)  # noqa: PLR2004 - two days
    return LINE.say(
        ask.lang,
        number=tail(brief.number),
        title=plain(brief.title, 20) or plain(brief.shop, 20),
        units=brief.units,
        age=age,
    )


COMMANDS: Final = (
    Command(
        name="print",
        zh="打面单",
        en="Print labels",
        help_zh="列出等待打单的包裹（快递接入后可直接出面单）",
        help_en="the parcels that wait for a label (printing needs a courier, not connected yet)",
        roles=WORKERS,
        run=run,
        words=("面单", "待打单", "labels"),
        verbs=("print-page", "print-one"),
        menu=Menu.MAIN,
    ),
)
"""What this module answers."""
