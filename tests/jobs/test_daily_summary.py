"""Does every subscribed group hear of every day once, at the shop's hour?"""

from collections.abc import Sequence
from datetime import date, time
from pathlib import Path

import pytest

from core.domain.schedule import Daily, Slot
from core.messaging import Button, Content, Picture, Target
from core.services import Tx
from core.services.aftermath import Listed
from core.services.payloads import Letter, pack, unpack
from core.store.door import Store
from jobs.daily_summary import DailySummary, Reader, day_of
from tests.clock import MONDAY_TEN
from tests.jobs.fake_chat import FakeChat
from tests.jobs.running import all_ended, opened, sending

ZONE = "Asia/Shanghai"
CHINESE, ENGLISH = Target("fake", "group-1"), Target("fake", "group-2")


def _readers(tx: Tx) -> Sequence[Reader]:
    return [Reader(CHINESE, "zh"), Reader(ENGLISH, "en")]


def _compose(tx: Tx, day: date, lang: str) -> Content:
    return Content(title=f"{day.isoformat()}-{lang}")


def _summary(store: Store) -> DailySummary:
    return DailySummary(store, ZONE, _readers, _compose)


async def test_each_group_gets_one_report_per_day(database: str, tmp_path: Path) -> None:
    """A slot that runs again, or a second slot of the same day, posts nothing new."""
    chat = FakeChat(tmp_path / "book")
    async with opened(database) as store:
        summary = _summary(store)
        for late in (False, True):
            await summary.run(Slot("daily", MONDAY_TEN, late=late))
        async with sending(store, database, chat, Listed()):
            await all_ended(store)
    assert sorted(chat.lines()) == [
        "send group-1 2026-03-01-zh",
        "send group-2 2026-03-01-en",
    ]


async def test_a_late_report_says_so(store: Store) -> None:
    """A report made up after a stop is marked in the reader's language."""
    await _summary(store).run(Slot("daily", MONDAY_TEN, late=True))
    rows = await store.read(lambda tx: tx.all("SELECT payload FROM outbox ORDER BY key"))
    assert "（补发）2026-03-01-zh" in rows[0]["payload"]
    assert "(late) 2026-03-01-en" in rows[1]["payload"]


@pytest.mark.parametrize(
    ("wall", "day"),
    [
        (time(9), date(2026, 3, 1)),
        (time(11, 59), date(2026, 3, 1)),
        (time(12), date(2026, 3, 2)),
        (time(21), date(2026, 3, 2)),
    ],
)
def test_a_morning_report_is_about_yesterday(wall: time, day: date) -> None:
    """Before noon the summary is of the day before, from noon on of the day itself."""
    assert day_of(Daily(wall, ZONE).slot(date(2026, 3, 2)), ZONE) == day


def test_a_letter_survives_the_outbox() -> None:
    """What was written is what will be sent, pictures, buttons and keyboard too."""
    content = Content(
        text="文字",
        title="标题",
        picture=Picture("alt", png=b"\x89PNG"),
        buttons=((Button("确认", token="t1"), Button("page", url="http://127.0.0.1/")),),
        menu=(("查订单",), ("打面单", "标异常")),
    )
    letter = Letter(CHINESE, content, remember="card:1")
    assert unpack(pack(letter)) == letter
