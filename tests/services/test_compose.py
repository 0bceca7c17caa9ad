"""Does an alert say what is true when it goes out, in the chat's language, without the buyer?"""

import json
from dataclasses import replace

from core.domain.intake import Receiver
from core.messaging import ChatKind, Content, Target
from core.services import Tx, compose, effects, exceptions
from core.services.effects import Effect
from core.services.payloads import Letter
from core.store import chats
from core.store.door import Store
from tests.shop import TestShop, order

GROUP = Target("test", "-1")


async def shop_with_a_group(store: Store, lang: str = "") -> TestShop:
    def bind(tx: Tx) -> None:
        chat = chats.put(tx, GROUP, ChatKind.GROUP, "工作群", state=chats.BOUND, by=1)
        chats.subscribe(tx, chat, "short", on=True)
        if lang:
            chats.speak(tx, chat, lang)

    await store.write(bind)
    shop = TestShop(store)
    await shop.stocks(A=1, B=0)
    return shop


async def waiting(store: Store) -> list[Effect]:
    rows = await store.read(lambda tx: tx.all("SELECT * FROM outbox ORDER BY id"))
    return [
        Effect(row["key"], row["kind"], row["lane"], json.loads(row["payload"]), 1, 0)
        for row in rows
    ]


async def say(store: Store, effect: Effect) -> Letter:
    said = await store.read(lambda tx: compose.letter(tx, effect))
    assert said is not None
    return said


async def test_an_order_short_of_stock(store: Store) -> None:
    """The alert names the order's end, the pieces and the codes, and what to do; no buyer."""
    shop = await shop_with_a_group(store)
    await shop.takes_in(
        replace(
            order("TB2026030200017788", ("A", 3), ("B", 1)),
            buyer_nick="小明爱吃鱼",
            receiver=Receiver("王小明", "13800134567", "西湖区"),
        )
    )
    (effect,) = await waiting(store)
    said = await say(store, effect)
    assert said.target == GROUP
    assert said.content.title == "缺货提醒 #1"
    assert said.content.text.startswith("订单 …00017788 缺货 3 件（A, B）\n到货后")
    for secret in ("王小明", "13800134567", "西湖", "小明"):
        assert secret not in said.content.words


async def test_what_came_in_meanwhile_is_said_so(store: Store) -> None:
    """An alert that goes out late does not send anybody after goods that are there."""
    shop = await shop_with_a_group(store, "en")
    await shop.takes_in(order("TB1", ("A", 3)))
    await shop.stocks(A=9)
    (effect,) = await waiting(store)
    said = await say(store, effect)
    assert "Order TB1 was short of 2 pcs; they have come in" in said.content.text


async def test_many_that_wait_are_one_message(store: Store) -> None:
    """Merged alerts are numbered lines of one message, each order once."""
    shop = await shop_with_a_group(store)
    await shop.takes_in(*(order(f"TB{n}", ("B", n)) for n in range(1, 6)))
    first, *rest = await waiting(store)
    said = await say(store, replace(first, also=tuple(rest)))
    assert said.content.title == "提醒 5 条"
    for n in range(1, 6):
        assert f"订单 TB{n} 缺货 {n} 件（B）" in said.content.text


async def test_a_report_by_a_clerk_is_news_once(store: Store) -> None:
    """Chats that hear of exceptions get one alert for a report, however often it is repeated."""
    shop = await shop_with_a_group(store)
    await shop.takes_in(order("TB1", ("A", 1)))

    def flag(tx: Tx) -> None:
        chats.subscribe(tx, tx.value("SELECT id FROM chat"), "exceptions", on=True)
        order_id = tx.value("SELECT id FROM orders")
        for note in ("王小明 13800134567", "再次"):
            exceptions.flag(tx, exceptions.Flag(order_id, "address", note), "person:1", "test")

    await store.write(flag)
    (effect,) = await waiting(store)
    said = await say(store, effect)
    assert said.content.title == "异常提醒 #1"
    assert said.content.text == "订单 TB1 被标异常 #1：地址有误（处理：发“异常 1”）"


async def test_letters_are_said_as_they_were_written(store: Store) -> None:
    """What was put into the outbox whole comes out whole."""
    written = Letter(GROUP, Content(text="你好", title="早"), remember="greeting")
    await store.write(lambda tx: effects.post(tx, "hello", "report", written))
    (effect,) = await waiting(store)
    assert await say(store, effect) == written
