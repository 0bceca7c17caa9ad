"""What does an effect say, at the moment when it goes out?

An alert is kept as ids and counts; its words are made when it is sent, from what is true then.
Whatever else waits in the outbox was written whole.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from core.domain import topics
from core.domain.exceptions import FLAG_TYPES
from core.messaging import Content, Target
from core.services.effects import Effect
from core.services.payloads import Letter, unpack
from core.store import alerts, chats, order_view
from core.store.tx import Row, Tx
from core.texts import ZH, Text

ALERT: Final = "alert"
SKUS_SHOWN: Final = 3
NUMBER_SHOWN: Final = 8
LINE: Final = 75
"""A line of a digest is at most this long, so that a full one is still one message."""

SHORT: Final = Text(
    "订单 {number} 缺货 {short} 件（{skus}）", "Order {number} is short of {short} pcs ({skus})"
)
FILLED: Final = Text(
    "订单 {number} 曾缺货 {short} 件，现已补齐",
    "Order {number} was short of {short} pcs; they have come in",
)
FLAGGED: Final = Text(
    "订单 {number} 被标异常 #{id}：{type}（处理：发“异常 {id}”）",
    "Order {number} was reported, #{id}: {type} (settle it with /exceptions {id})",
)
NEWS: Final = Text("异常提醒 #{id}", "Exception #{id}")
TROUBLES: Final = {
    "CHANNEL_SESSION": Text(
        "店铺“{shop}”的授权过期了，停止收单。请重新授权，把新的 access_token 写进"
        " [channels.{shop}] 后重启；其他店铺照常。",
        "The authorisation of shop {shop!r} ran out; it is not polled. Authorise again, put the"
        " new access_token into [channels.{shop}] and restart; other shops go on.",
    ),
    "CHANNEL_REFUSED": Text(
        "店铺“{shop}”没有在收单：平台拒绝请求或设置有误。发“异常”看原因，改好"
        " [channels.{shop}]；其他店铺照常。",
        "Shop {shop!r} is not polled: the platform refuses us or a setting is wrong. See"
        " /exceptions for the reason and mend [channels.{shop}]; other shops go on.",
    ),
    "CHANNEL_DOWN": Text(
        "连不上店铺“{shop}”的平台，会一直重试，恢复后自动补收。",
        "The platform of shop {shop!r} cannot be reached; we keep trying and catch up.",
    ),
    "PUSH_FAIL": Text(
        "店铺“{shop}”没有接受库存或上下架的更改，可能还在照旧出售。会一直重试；发“异常”看是哪个商品。",
        "Shop {shop!r} did not take a stock level or a pause and may sell on as before. We keep"
        " trying; /exceptions names the product.",
    ),
    "PUSH_LOCKED": Text(
        "店铺“{shop}”的商品在活动中，平台不让减库存。请留意超卖；发“异常”看是哪个商品。",
        "A promotion of shop {shop!r} holds a product's stock and it cannot be lowered. Mind"
        " overselling; /exceptions names the product.",
    ),
    "CALLBACK_FAIL": Text(
        "店铺“{shop}”没有接受发货回传，或平台上的单号和我们的不同；发“异常”看是哪一单。",
        "Shop {shop!r} did not take a shipment, or shows another number than ours; see"
        " /exceptions for the order.",
    ),
    "INTAKE_GAP": Text(
        "日结对账：店铺“{shop}”有平台上有而我们没收到的订单，已重新拉取；发“异常”看单号。",
        "Daily closing: the platform of shop {shop!r} has orders that we did not; they are pulled"
        " again. See /exceptions for their numbers.",
    ),
}
OTHER: Final = Text("{topic}：{subject}", "{topic}: {subject}")
ONE: Final = Text("缺货提醒 #{id}", "Short of stock #{id}")
SEVERAL: Final = Text("提醒 {n} 条", "{n} alerts")
WHAT_NEXT: Final = Text(
    "到货后发“入库 编码 数量”，会按付款先后自动补给；查看：发“异常”。",
    "When goods come in, /receive CODE PIECES serves orders in payment order; see /exceptions.",
)
AND_MORE: Final = Text("{skus} 等", "{skus} and more")


def letter(tx: Tx, effect: Effect) -> Letter | None:
    """Return the message of an effect, with those of `also` in it; None if none is to be said.

    The chat's own language is used. No buyer data is read here.
    """
    said = [one for one in (_said(tx, each) for each in (effect, *effect.also)) if one]
    if not said:
        return None
    if len(said) == 1:
        return said[0]
    room = chats.find(tx, said[0].target)
    return digest(said, (room["lang"] if room else "") or ZH)


def digest(letters: Sequence[Letter], lang: str = ZH) -> Letter:
    """Put many letters to one chat into one message, a line each; each is said in short.

    What every alert says at its end is said once. Buttons and pictures are left out.
    """
    next_ = WHAT_NEXT.say(lang)
    lines = []
    for one in letters:
        words = [part for part in one.content.words.split("\n") if part != next_]
        line = " · ".join(words)
        lines.append(line if len(line) <= LINE else f"{line[: LINE - 1]}…")
    if any(next_ in one.content.text for one in letters):
        lines.append(next_)
    title = SEVERAL.say(lang, n=len(letters))
    return Letter(letters[0].target, Content(title=title, text="\n".join(lines)))


def _said(tx: Tx, effect: Effect) -> Letter | None:
    if "alert" not in effect.payload:
        return unpack(effect.payload)
    chat = chats.get(tx, effect.payload["chat"])
    alert = alerts.get(tx, effect.payload["alert"])
    if chat is None or alert is None:
        return None
    lang = chat["lang"] or ZH
    short = alert["topic"] == topics.SHORT.name
    text = "\n".join((_line(tx, alert, lang), *((WHAT_NEXT.say(lang),) if short else ())))
    content = Content(title=(ONE if short else NEWS).say(lang, id=alert["id"]), text=text)
    return Letter(Target(chat["platform"], chat["chat"]), content)


def _line(tx: Tx, alert: Row, lang: str) -> str:
    """Say one alert as things stand now."""
    facts = json.loads(alert["facts"])
    if facts.get("code") in TROUBLES:
        return TROUBLES[facts["code"]].say(lang, shop=facts["channel"])
    order = order_view.order(tx, facts.get("order", 0))
    if order is None or alert["topic"] not in _LINES:
        topic = topics.TOPICS.get(alert["topic"])
        name = Text(topic.zh, topic.en) if topic else alert["topic"]
        return OTHER.say(lang, topic=name, subject=alert["subject"])
    return _LINES[alert["topic"]](tx, order, facts, lang)


def _tail(order: Row) -> str:
    number: str = order["platform_no"]
    return number if len(number) <= NUMBER_SHOWN else f"…{number[-NUMBER_SHOWN:]}"


def _short(tx: Tx, order: Row, facts: Mapping[str, Any], lang: str) -> str:
    lacking = [line for line in order_view.card_lines(tx, order["id"]) if line["short"]]
    if not lacking:
        return FILLED.say(lang, number=_tail(order), short=facts["short"])
    codes = list(dict.fromkeys(line["code"] for line in lacking))
    skus = ", ".join(codes[:SKUS_SHOWN])
    if len(codes) > SKUS_SHOWN:
        skus = AND_MORE.say(lang, skus=skus)
    short = sum(line["short"] for line in lacking)
    return SHORT.say(lang, number=_tail(order), short=short, skus=skus)


def _flagged(_tx: Tx, order: Row, facts: Mapping[str, Any], lang: str) -> str:
    kinds = {type_id: Text(zh, en) for type_id, zh, en in FLAG_TYPES}
    return FLAGGED.say(lang, number=_tail(order), id=facts["exception"], type=kinds[facts["type"]])


_LINES: Final[Mapping[str, Callable[[Tx, Row, Mapping[str, Any], str], str]]] = {
    topics.SHORT.name: _short,
    topics.EXCEPTIONS.name: _flagged,
}
