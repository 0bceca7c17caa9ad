"""Do committed effects get out as often as their kind allows, and end where a person sees them?"""

import asyncio
from collections import Counter
from pathlib import Path

from core.domain.effects import State
from core.domain.errors import ChatGone, ChatMoved, Permanent, Temporary, Unknown
from core.messaging import ChatLimits, Content, Target, fit
from core.services.aftermath import Listed
from core.services.compose import digest
from core.services.payloads import Letter
from tests.jobs.fake_chat import GROUP, OTHER, FakeChat, Notebook
from tests.jobs.running import all_ended, opened, post, sending


async def test_a_lost_answer_is_resent_as_often_as_the_kind_allows(
    database: str, tmp_path: Path
) -> None:
    """An alert goes out again once, a report never; what stays unknown is listed."""
    chat, notes = FakeChat(tmp_path / "book"), Notebook()
    chat.lose = {"once": [Unknown("")], "twice": [Unknown("")] * 2, "report": [Unknown("")]}
    async with opened(database) as store:
        await post(store, "once", "alert", GROUP)
        await post(store, "twice", "alert", OTHER)
        await post(store, "report", "report", Target("fake", "group-3"))
        async with sending(store, database, chat, notes):
            states = await all_ended(store)
    assert chat.counts() == {"once": 2, "twice": 2, "report": 1}
    assert states == {"once": State.DONE, "twice": State.UNKNOWN, "report": State.UNKNOWN}
    assert sorted(notes.troubles) == [("report", State.UNKNOWN), ("twice", State.UNKNOWN)]


async def test_not_now_is_tried_again_and_keeps_the_order_of_its_chat(
    database: str, tmp_path: Path
) -> None:
    """A chat that asks us to wait gets its messages later, in order; others do not wait for it."""
    chat = FakeChat(tmp_path / "book")
    chat.refuse = {"first": [Temporary("slow down", 0.5)], "report": [Temporary("", 0.1)] * 2}
    async with opened(database) as store:
        for key, target in (("first", GROUP), ("second", GROUP), ("elsewhere", OTHER)):
            await post(store, key, "alert", target)
        await post(store, "report", "report", Target("fake", "group-3"))
        async with sending(store, database, chat, Notebook()):
            await all_ended(store)
    order = [line.split()[2] for line in chat.lines()]
    assert order.index("elsewhere") < order.index("first") < order.index("second")
    assert set(chat.counts().values()) == {1}, "what was surely not taken does not count as sent"


async def test_a_chat_that_is_gone_or_moved_is_followed_or_left(
    database: str, tmp_path: Path
) -> None:
    """Nothing is sent for ever: gone and refused end as FAILED, a moved chat is followed."""
    chat, notes = FakeChat(tmp_path / "book"), Notebook()
    moving = Target("fake", "old-id")
    chat.refuse = {
        "gone": [ChatGone("kicked")],
        "refused": [Permanent("can't parse")],
        "moved": [ChatMoved("new-id")],
    }
    async with opened(database) as store:
        for key, target in (("gone", GROUP), ("refused", OTHER), ("moved", moving)):
            await post(store, key, "alert", target)
        await post(store, "next", "alert", moving)
        await post(store, "nowhere", "alert", Target("pager", "1"))
        async with sending(store, database, chat, notes):
            states = await all_ended(store)
    assert {key for key, state in states.items() if state == State.FAILED} == {
        "gone",
        "refused",
        "nowhere",
    }
    assert notes.lost == [GROUP]
    assert notes.followed == [(moving, "new-id")]
    assert chat.lines() == ["send new-id moved", "send new-id next"]


async def test_a_remembered_message_is_edited_in_place(database: str, tmp_path: Path) -> None:
    """A card is one message for its life, and an edit without its message posts nothing."""
    chat, notes = FakeChat(tmp_path / "book", ChatLimits(text=80)), Notebook()
    long = "x" * 100
    async with opened(database) as store:
        await post(store, "card", "alert", GROUP, remember="card:1")
        await post(store, "changed", "alert", GROUP, remember="card:1")
        await post(store, "orphan", "edit", OTHER, remember="card:2")
        await post(store, long, "alert", Target("fake", "group-3"))
        chat.refuse = {fit(Content(long), chat.limits)[1].text: [Temporary("", 0.1)]}
        async with sending(store, database, chat, notes):
            states = await all_ended(store)
    lines = [line for line in chat.lines() if "x" not in line]
    assert lines[0] == "send group-1 card"
    assert lines[1].startswith("edit ")
    assert lines[1].endswith("changed")
    assert states["orphan"] == State.FAILED
    assert set(chat.counts().values()) == {1}, "no part of a long message is sent twice"


async def test_trouble_is_an_exception_and_ended_work_is_pruned(
    database: str, tmp_path: Path
) -> None:
    """The owner finds a message in doubt among the exceptions; DBOS keeps nothing we ended."""
    chat = FakeChat(tmp_path / "book")
    chat.lose = {"report": [Unknown("no answer")]}
    async with opened(database) as store:
        await post(store, "report", "report", GROUP)
        async with sending(store, database, chat, Listed()) as durable:
            await all_ended(store)
            await post(store, "late", "alert", GROUP)
            await all_ended(store)
            future = 4_000_000_000_000
            assert await durable.prune(future) >= 1
            again = [("report", "fake:group-1", True)] * 2
            await asyncio.to_thread(durable._enqueue, again)
            await post(store, "last", "alert", GROUP)
            await all_ended(store)
        found = await store.read(lambda tx: tx.all("SELECT code, subject FROM exception"))
    assert [(row["code"], row["subject"]) for row in found] == [
        ("EFFECT_UNKNOWN", "effect:report")
    ]
    assert chat.counts() == {"report": 1, "late": 1, "last": 1}


async def test_many_alerts_to_one_chat_share_messages(database: str, tmp_path: Path) -> None:
    """A hundred alerts that wait for one group need two messages; a few go out one by one.

    When the answer to the first is lost, its fifty are told again together; the others once.
    """
    chat, notes = FakeChat(tmp_path / "book"), Notebook()
    names = [f"alert-{number:02}" for number in range(100)]
    first, second = (
        digest([Letter(GROUP, Content(text=name)) for name in half]).content.words
        for half in (names[:50], names[50:])
    )
    chat.lose, chat.refuse = {first: [Unknown("")]}, {second: [Temporary("", 0.1)]}
    async with opened(database) as store:
        for name in names:
            await post(store, name, "alert", GROUP)
        for key in ("a", "b"):
            await post(store, key, "alert", OTHER)
        async with sending(store, database, chat, notes):
            states = await all_ended(store)
    assert set(states.values()) == {State.DONE}
    told = Counter(line for line in chat.lines() if line.startswith("alert-"))
    assert told == {name: 2 if name in names[:50] else 1 for name in names}
    assert chat.lines().count("send group-1 提醒 50 条") == 3
    assert [line for line in chat.lines() if "group-2" in line] == [
        "send group-2 a",
        "send group-2 b",
    ]
