"""What does an order look like in a chat, and which buttons stand under it?"""

from collections.abc import Iterator
from typing import Final

from core.domain.order import Phase
from core.domain.staff import BUYER_DATA, CLERKS, WORKERS
from core.messaging import Button, Content
from core.services.order_view import CardLine, Hold, OrderCard
from core.texts import Text
from handlers.common import moment, money, plain
from handlers.phases import phase_name, step
from handlers.registry import Action, Ask, Desk

LIVE: Final = "live"
LINES_SHOWN: Final = 12
STEPS_SHOWN: Final = 8

TITLE: Final = Text("订单 {number} · {phase}", "Order {number} · {phase}")
SHOP: Final = Text("店铺：{shop}", "Shop: {shop}")
BUYER: Final = Text("买家：{buyer}", "Buyer: {buyer}")
NOTES: Final = Text("（有留言或备注）", " (left a note)")
AMOUNT: Final = Text("金额：{gmv}，{units} 件", "Amount: {gmv}, {units} pcs")
POSTAGE: Final = Text("（含邮费 {fen}）", " (postage {fen})")
REFUND: Final = Text("退款：{fen}", "Refund: {fen}")
GOODS: Final = Text("商品：", "Goods:")
MORE_LINES: Final = Text("… 还有 {n} 行", "… {n} more lines")
CLOSED: Final = Text("已取消", "cancelled")
UNKNOWN: Final = Text("商品未匹配", "unknown code")
SERVICE: Final = Text("不占库存", "holds no stock")
TAKEN: Final = Text("已出库", "taken off the shelf")
NOT_HELD: Final = Text("未锁", "not held")
HELD: Final = Text("已锁 {held}", "{held} held")
SHORT: Final = Text("已锁 {held}，缺 {short}", "{held} held, {short} short")
WAYBILL: Final = Text("运单：{courier} {waybill}", "Waybill: {courier} {waybill}")
HOLD: Final = Text("异常 #{id}：{kind}", "Exception #{id}: {kind}")
STOPS: Final = Text("（处理完才能打单）", " (stops printing)")
OWNED: Final = Text(" · {owner} 在处理", " · {owner} is on it")
HISTORY: Final = Text("经过（{zone}）：", "History ({zone}):")
OLD: Final = Text("（历史订单，不占库存）", "(history: holds no stock)")

FLAG: Final = Text("标异常", "Report problem")
PRINT: Final = Text("打面单", "Print label")
RECEIVER: Final = Text("看收件人", "Receiver")
REFRESH: Final = Text("刷新", "Refresh")
SETTLE: Final = Text("处理异常 #{id}", "Exception #{id}")

_OVER: Final = {Phase.CANCELLED, Phase.DELIVERED}


def content(ask: Ask, desk: Desk, card: OrderCard, echo: str = "") -> Content:
    """Return the card as a message; `echo` says how the order was found."""
    title = TITLE.say(ask.lang, number=card.number, phase=phase_name(card.phase, card.mode))
    lines = (echo, *_facts(card, ask.lang), *_goods(card, ask.lang), *_history(card, ask.lang))
    text = "\n".join(line for line in lines if line)
    return Content(title=plain(title, 120), text=text, buttons=_buttons(ask, desk, card))


def _facts(card: OrderCard, lang: str) -> Iterator[str]:
    yield SHOP.say(lang, shop=plain(card.shop))
    if card.mode == "history":
        yield OLD.say(lang)
    if card.buyer:
        notes = NOTES.say(lang) if card.has_notes else ""
        yield BUYER.say(lang, buyer=plain(card.buyer)) + notes
    gmv = money(card.gmv_fen, card.currency, lang)
    postage = money(card.postage_fen, card.currency, lang)
    amount = AMOUNT.say(lang, gmv=gmv, units=card.units)
    yield amount + (POSTAGE.say(lang, fen=postage) if card.postage_fen else "")
    if card.refund_fen:
        yield REFUND.say(lang, fen=money(card.refund_fen, card.currency, lang))
    for courier, waybill in card.waybills:
        yield WAYBILL.say(lang, courier=plain(courier), waybill=plain(waybill))
    for hold in card.holds:
        yield _hold(hold, lang)


def _hold(hold: Hold, lang: str) -> str:
    said = HOLD.say(lang, id=hold.id, kind=Text(hold.zh, hold.en))
    stops = STOPS.say(lang) if hold.block else ""
    owner = OWNED.say(lang, owner=plain(hold.owner, 20)) if hold.owner else ""
    return said + stops + owner


def _goods(card: OrderCard, lang: str) -> Iterator[str]:
    if not card.lines:
        return
    yield GOODS.say(lang)
    for no, line in enumerate(card.lines[:LINES_SHOWN], start=1):
        name = f"{plain(line.code, 30)} {plain(line.title, 40)}".strip()
        state = _state(line).say(lang, held=line.held, short=line.short)
        yield f"{no}. {name} ×{line.pieces} · {state}"
    if len(card.lines) > LINES_SHOWN:
        yield MORE_LINES.say(lang, n=len(card.lines) - LINES_SHOWN)


def _state(line: CardLine) -> Text:
    """Say what the shelves say of a line."""
    if line.closed:
        return CLOSED
    if not line.known:
        return UNKNOWN
    if not line.holds_stock:
        return SERVICE
    if line.consumed:
        return TAKEN
    if line.short:
        return SHORT
    return HELD if line.held else NOT_HELD


def _history(card: OrderCard, lang: str) -> Iterator[str]:
    yield HISTORY.say(lang, zone=card.zone)
    for one in card.timeline[-STEPS_SHOWN:]:
        yield f"{moment(one.at, card.zone)} {step(one.axis, one.after, lang)}"


def _buttons(ask: Ask, desk: Desk, card: OrderCard) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons that fit the person's role and where the order stands."""
    role = ask.person.role
    act, look = [], []
    if role in WORKERS and card.phase not in _OVER:
        act.append(_button(ask, desk, FLAG, Action("flag", card.id, card.version)))
    if role in WORKERS and card.phase is Phase.TO_PRINT and card.mode == LIVE:
        act.append(_button(ask, desk, PRINT, Action("print-one", card.id, card.version)))
    if role in CLERKS and card.holds:
        first = card.holds[0].id
        label = SETTLE.say(ask.lang, id=first)
        act.append(Button(label, desk.token(ask, Action("issue", first))))
    if role in BUYER_DATA:
        look.append(_button(ask, desk, RECEIVER, Action("receiver", card.id)))
    look.append(_button(ask, desk, REFRESH, Action("order-refresh", card.id)))
    return tuple(tuple(row) for row in (act, look) if row)


def _button(ask: Ask, desk: Desk, label: Text, action: Action) -> Button:
    return Button(label.say(ask.lang), desk.token(ask, action))
