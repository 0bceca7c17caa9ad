"""Does every update get one answer, in order, whatever happens in between?"""

import asyncio

import pytest

from core.domain.checkpoints import unprotect
from core.domain.errors import ChatMoved, Temporary, Unknown
from core.domain.staff import Role
from core.services.requests import INBOX_KEY
from tests.chat import ChatShop


async def test_bare_words_and_commands_reach_their_command(shop: ChatShop) -> None:
    """A command is found by its slash name, its Chinese words and its button label."""
    clerk = shop.person("小李", Role.CLERK)
    for text in ("/tally", "计数", "tally", "/计数", "/tally@our_bot"):
        await clerk.says(text)
    clerk.sees("number 5")


async def test_G01_an_update_delivered_three_times_acts_once(shop: ChatShop) -> None:
    """The same update, three times and once more after a restart: one effect, one reply."""
    clerk = await shop.person("小李", Role.CLERK).comes()
    update = clerk.update("/tally")
    await shop.take(update)
    await shop.take(update, update)
    await asyncio.gather(shop.dispatcher.accept([update]), shop.dispatcher.accept([update]))
    await shop.restart()
    await shop.take(update)
    assert [one.text for one in clerk.news] == ["number 1"]


async def test_G01_control_without_the_inbox_key_it_is_answered_each_time(shop: ChatShop) -> None:
    """With the key switched off the same update is answered three times."""
    clerk = await shop.person("小李", Role.CLERK).comes()
    update = clerk.update("/offer")
    unprotect(INBOX_KEY)
    try:
        for _ in range(3):
            await shop.take(update)
    finally:
        unprotect()
    assert len(clerk.news) == 3


async def test_G03_what_was_kept_but_not_begun_runs_after_the_restart(shop: ChatShop) -> None:
    """A process that dies between taking an update in and answering it loses nothing."""
    clerk = await shop.person("小李", Role.CLERK).comes()
    update = clerk.update("/tally")
    await _kept_by_a_process_that_died(shop, update.key, update.lane, update.raw)
    await shop.restart()
    await shop.idle()
    assert [one.text for one in clerk.news] == ["number 1"]
    await shop.restart()
    await shop.idle()
    assert len(clerk.news) == 1


async def test_G03_what_was_done_but_not_settled_is_answered_again_with_one_effect(
    shop: ChatShop,
) -> None:
    """A process that dies after the effect repeats the reply (N = 2), not the effect."""
    clerk = await shop.person("小李", Role.CLERK).comes()
    await clerk.says("/tally")
    await shop.store.write(
        lambda tx: tx.run("UPDATE inbox SET done_at = NULL, outcome = NULL WHERE id > 0")
    )
    await shop.restart()
    await shop.idle()
    assert [one.text for one in clerk.news] == ["number 1", "number 1"]


async def test_a_request_that_kills_us_every_time_is_given_up(shop: ChatShop) -> None:
    """S28: an update begun in three lives of the process does not get a fourth."""
    clerk = await shop.person("小李", Role.CLERK).comes()
    update = clerk.update("/tally")
    await _kept_by_a_process_that_died(shop, update.key, update.lane, update.raw, starts=3)
    await shop.restart()
    await shop.idle()
    assert not clerk.news
    rows = await shop.rows("SELECT outcome FROM inbox")
    assert rows == [{"outcome": "GAVE_UP"}]


async def test_S28_one_bad_update_stops_nobody(shop: ChatShop) -> None:
    """What no parser understands is kept, and its neighbours are answered."""
    clerk = await shop.person("小李", Role.CLERK).comes()
    await shop.take(
        clerk.update("/tally"), clerk.update("/tally", poison=True), clerk.update("/tally")
    )
    assert [one.text for one in clerk.news] == ["number 1", "number 2"]
    rows = await shop.rows("SELECT outcome FROM inbox ORDER BY id")
    assert [row["outcome"] for row in rows] == ["DONE", "NOTHING", "DONE"]


async def test_S26_a_fault_of_ours_is_a_number_and_nothing_else(
    shop: ChatShop, caplog: pytest.LogCaptureFixture
) -> None:
    """The chat learns a number; the log has the number and the cause."""
    clerk = shop.person("小李", Role.CLERK)
    await clerk.says("/broken")
    text = clerk.sees("编号 E")
    assert "secret" not in text
    number = text.partition("编号 ")[2].partition("）")[0]
    assert any(number in record.getMessage() for record in caplog.records)
    assert "the secret of the house" in caplog.text


async def test_order_is_kept_within_a_chat(shop: ChatShop) -> None:
    """Fifty messages of one chat in one poll are answered in their order."""
    clerk = await shop.person("小李", Role.CLERK).comes()
    await shop.take(*(clerk.update("/tally") for _ in range(50)))
    assert [one.text for one in clerk.news] == [f"number {n}" for n in range(1, 51)]


async def test_G16_a_long_answer_comes_in_pieces(shop: ChatShop) -> None:
    """Nothing above the limit is ever sent; emoji count as two; no line is lost."""
    clerk = shop.person("小李", Role.CLERK)
    await clerk.says("/long x")
    assert len(clerk.news) > 2
    lines = "\n".join(one.text for one in clerk.news).splitlines()
    assert [line.split()[0] for line in lines] == [str(n) for n in range(2_000)]


async def test_a_reply_waits_as_long_as_the_platform_asks(shop: ChatShop) -> None:
    """What was surely not taken is sent again after the wait; it arrives once."""
    clerk = shop.person("小李", Role.CLERK)
    shop.platform.fail = [Temporary("flood", 35.0)]
    await clerk.says("/tally")
    assert [one.text for one in clerk.news] == ["number 1"]
    assert shop.platform.naps == [35.0]


async def test_a_reply_that_may_have_arrived_is_not_repeated(shop: ChatShop) -> None:
    """An unknown outcome is written down; the command can be asked again."""
    clerk = shop.person("小李", Role.CLERK)
    shop.platform.fail = [Unknown("no answer")]
    await clerk.says("/tally")
    assert not clerk.news
    assert [r["outcome"] for r in await shop.rows("SELECT outcome FROM inbox")] == ["UNDELIVERED"]


async def test_G08_a_reply_follows_its_chat(shop: ChatShop) -> None:
    """A group that became a supergroup gets the answer under its new id."""
    owner = shop.person("老板", Role.OWNER)
    group = await shop.group().bound_by(owner)
    shop.platform.fail = [ChatMoved("-100777")]
    await owner.says("/tally", group=group)
    assert [one.text for one in shop.shown_in("-100777")] == ["number 1"]
    rows = await shop.rows("SELECT state FROM chat WHERE chat = '-100777'")
    assert rows == [{"state": "BOUND"}]


async def test_the_next_message_answers_the_question(shop: ChatShop) -> None:
    """After a main command without words the next message is its argument, restart or not."""
    clerk = shop.person("小李", Role.CLERK)
    await clerk.says("跟我说")
    await shop.restart()
    await clerk.says("你好")
    clerk.sees("said <你好>")


async def test_a_question_stays_open_until_it_is_answered_well(shop: ChatShop) -> None:
    """A refused answer may be given again; a command in between closes the question."""
    clerk = shop.person("小李", Role.CLERK)
    await clerk.says("/question")
    clerk.sees("which word")
    await clerk.says("abc")
    clerk.sees("两个字母")
    await clerk.says("ab")
    clerk.sees("kept ab5")
    await clerk.says("/question")
    await clerk.says("/tally")
    await clerk.says("计数")
    clerk.sees("number 2")


async def test_everything_done_is_in_the_trail(shop: ChatShop) -> None:
    """Each command stands in the audit with who, where and by which update."""
    clerk = shop.person("小李", Role.CLERK)
    await clerk.says("/tally")
    rows = await shop.rows("SELECT actor, act, object FROM audit WHERE act LIKE 'command:%'")
    person = clerk.here
    assert person is not None
    assert rows == [
        {
            "actor": f"person:{person.id}",
            "act": "command:tally",
            "object": f"chat:test:{clerk.account}",
        }
    ]


async def _kept_by_a_process_that_died(
    shop: ChatShop, key: str, lane: str, raw: str, starts: int = 0
) -> None:
    await shop.store.write(
        lambda tx: tx.run(
            "INSERT INTO inbox (key, lane, raw, received_at, attempts)"
            " VALUES (:key, :lane, :raw, :now, :starts)",
            key=key,
            lane=lane,
            raw=raw,
            now=tx.now,
            starts=starts,
        )
    )
