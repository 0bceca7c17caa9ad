"""/order: which order is meant by these words, and what is to be seen of it?"""

from typing import Final

from core.domain.errors import Refusal
from core.domain.staff import EVERYONE
from core.messaging import Button, Content, Reply, Target
from core.services import Tx, lookup, order_view, pages
from core.services.lookup import Found, Match
from core.services.order_view import Brief, OrderCard
from core.texts import Text
from handlers import card as cards
from handlers.common import PAGE, hint, moment, money, page_of, pager, picks, plain, tail
from handlers.phases import phase_name
from handlers.registry import Action, Ask, Command, Desk, Menu

ASK: Final = Text(
    "请发订单号、单号后 4 位、运单号、买家昵称、手机后 4 位、商品名或金额。例如：查订单 7788",
    "Send an order number, its last 4 digits, a waybill, a buyer, the last 4 digits of a phone,"
    " goods or an amount. Example: /order 7788",
)
NOTHING: Final = Text(
    "没有找到“{words}”。可以试试更短的尾号（至少 4 位）、买家昵称或商品名。",
    'Nothing found for "{words}". Try a shorter end of the number (4 or more), a buyer or goods.',
)
ECHO: Final = Text("按{how}找到", "Found by {how}")
SEVERAL: Final = Text("“{words}”找到 {n} 单", '"{words}": {n} orders')
SEVERAL_MORE: Final = Text("“{words}”找到 {n} 单以上", '"{words}": more than {n} orders')
FORGOTTEN: Final = Text(
    "这次查询已过期，请重新查。", "This search has run out; please search again."
)
NO_ORDER: Final = Text("没有这个订单了。", "There is no such order any more.")
REFRESHED: Final = Text("已刷新", "Up to date")

LINK: Final = Text(
    "订单 {number} 的收件人：请点下面的按钮查看。链接 {minutes} 分钟内有效，查看会留记录。",
    "Receiver of order {number}: tap the button. The link works for {minutes} minutes and each"
    " look is recorded.",
)
OPEN: Final = Text("打开收件人", "Show receiver")
SENT_PRIVATELY: Final = Text("已私聊发给你", "Sent to you in private")
RECEIVER: Final = Text("订单 {number} 的收件人", "Receiver of order {number}")
NO_RECEIVER: Final = Text("这个订单没有收件信息。", "There is no receiver on this order.")

KINDS: Final = {
    "number": Text("订单号", "order number"),
    "waybill": Text("运单号", "waybill number"),
    "number_tail": Text("订单号尾号", "end of the order number"),
    "waybill_tail": Text("运单号尾号", "end of the waybill number"),
    "phone": Text("手机号", "phone"),
    "nick": Text("买家昵称", "buyer"),
    "nick_start": Text("买家昵称开头", "beginning of the buyer's name"),
    "amount": Text("金额", "amount"),
    "sku": Text("商品编码", "product code"),
    "goods": Text("商品", "goods"),
    "number_start": Text("订单号开头", "beginning of the order number"),
}


async def run(ask: Ask, desk: Desk) -> Reply:
    """Answer a search, a pick, a turned page, a refresh, or the wish to see the receiver."""
    action = ask.action
    if action is None:
        return await _search(ask, desk, ask.words)
    if action.verb == "order-page":
        return await _turn(ask, desk, action.object_id)
    if action.verb == "receiver":
        return await _receiver(ask, desk, action.object_id)
    found = await desk.read(lambda tx: order_view.card(tx, action.object_id))
    if found is None:
        raise Refusal(*NO_ORDER)
    refresh = action.verb == "order-refresh"
    toast = REFRESHED.say(ask.lang) if refresh else ""
    return Reply(
        cards.content(ask, desk, found), edit=refresh, toast=toast, remember=_name(ask, found)
    )


async def _search(ask: Ask, desk: Desk, words: str) -> Reply:
    if not words.strip():
        return Reply(Content(text=ASK.say(ask.lang)))
    found, card, page = await desk.read(lambda tx: _look(tx, words, ask, 0))
    if card:
        echo = ECHO.say(ask.lang, how=_how(found.matches, ask.lang))
        return Reply(cards.content(ask, desk, card, echo), remember=_name(ask, card))
    if not page:
        return Reply(Content(text=NOTHING.say(ask.lang, words=plain(words))))
    search_id = 0
    if len(found.order_ids) > PAGE:
        who = ask.person.id
        search_id = await desk.write(ask, lambda tx: lookup.keep_search(tx, words, who))
    return Reply(_list(ask, desk, words, found, page, search_id))


def _look(tx: Tx, words: str, ask: Ask, page: int) -> tuple[Found, OrderCard | None, list[Brief]]:
    """Find the orders; with one alone its card, else a page of them."""
    found = lookup.find(tx, words, ask.person.role)
    if len(found.order_ids) == 1:
        return found, order_view.card(tx, found.order_ids[0]), []
    shown = found.order_ids[page * PAGE : (page + 1) * PAGE]
    return found, None, order_view.briefs(tx, shown)


async def _turn(ask: Ask, desk: Desk, search_id: int) -> Reply:
    """Show another page of a search of this person."""

    def look(tx: Tx) -> tuple[str, Found, list[Brief]] | None:
        words = lookup.search_words(tx, search_id, ask.person.id)
        if words is None:
            return None
        found, _, page = _look(tx, words, ask, page_of(ask))
        return words, found, page

    seen = await desk.read(look)
    if seen is None or not seen[2]:
        raise Refusal(*FORGOTTEN)
    words, found, page = seen
    return Reply(_list(ask, desk, words, found, page, search_id), edit=True)


def _list(
    ask: Ask, desk: Desk, words: str, found: Found, page: list[Brief], search_id: int
) -> Content:
    total = len(found.order_ids)
    heading = (SEVERAL_MORE if found.more else SEVERAL).say(ask.lang, words=plain(words), n=total)
    lines = [
        ECHO.say(ask.lang, how=_how(found.matches, ask.lang)),
        *(f"{at}. {brief_line(one, ask.lang)}" for at, one in enumerate(page, start=1)),
        hint(ask, total),
    ]
    buttons = (
        *picks(ask, desk, [Action("order", one.id) for one in page]),
        *(pager(ask, desk, "order-page", total, search_id) if search_id else ()),
    )
    return Content(title=heading, text="\n".join(lines), buttons=buttons)


def brief_line(brief: Brief, lang: str) -> str:
    """Return an order on one line of a list."""
    parts = (
        tail(brief.number),
        phase_name(brief.phase, brief.mode).say(lang),
        plain(brief.title, 16),
        money(brief.gmv_fen, brief.currency, lang),
        moment(brief.paid_at or brief.placed_at, brief.zone),
        plain(brief.shop, 12),
    )
    return " · ".join(part for part in parts if part)


def _how(matches: tuple[Match, ...], lang: str) -> str:
    said = []
    for match in matches:
        what = f"（{plain(match.what, 24)}）" if match.what else ""
        said.append(f"{KINDS[match.kind].say(lang)}{what}")
    return " / ".join(said)


def _name(ask: Ask, card: OrderCard) -> str:
    """Name the message so that a reply to it is known to be about this order."""
    return f"order:{card.id}:{ask.source}"


async def _receiver(ask: Ask, desk: Desk, order_id: int) -> Reply:
    """Give a short-lived link to the receiver's page; never the data itself into the chat."""
    if desk.shows_buyer_data(ask):
        return await _show(ask, desk, order_id)
    code = desk.code(ask, "receiver")
    source = ask.source
    link = pages.Link(pages.RECEIVER, order_id, ask.person)
    number = await desk.write(ask, lambda tx: pages.make(tx, code, link, source), keep_button=True)
    text = LINK.say(ask.lang, number=tail(number), minutes=pages.MINUTES)
    button = Button(OPEN.say(ask.lang), url=desk.page_url(code))
    content = Content(text=text, buttons=((button,),))
    if not ask.in_group:
        return Reply(content)
    assert ask.incoming.who is not None  # noqa: S101 - only a person presses a button
    private = Target(ask.incoming.target.platform, ask.incoming.who.user)
    return Reply(toast=SENT_PRIVATELY.say(ask.lang), also=((private, content),))


async def _show(ask: Ask, desk: Desk, order_id: int) -> Reply:
    """Say the receiver in a private chat of a platform that is ours alone."""
    who, source = ask.person, ask.source
    await desk.write(ask, lambda tx: pages.look(tx, order_id, who, source), keep_button=True)
    shown = await desk.read(lambda tx: pages.buyer_data(tx, order_id))
    title = RECEIVER.say(ask.lang, number=shown.number)
    lines = [part for part in (shown.name, shown.phone, shown.address, shown.buyer_note) if part]
    return Reply(Content(title=title, text="\n".join(lines) or NO_RECEIVER.say(ask.lang)))


COMMANDS: Final = (
    Command(
        name="order",
        zh="查订单",
        en="Find order",
        help_zh="按单号、尾号、运单号、买家、手机后 4 位、商品或金额查订单",
        help_en="find an order by number, its end, waybill, buyer, phone, goods or amount",
        roles=EVERYONE,
        run=run,
        words=("订单", "查单", "找订单", "find"),
        verbs=("order", "order-page", "order-refresh", "receiver"),
        menu=Menu.MAIN,
        example="7788",
    ),
)
"""What this module answers."""
