"""A02: kill -9 between "sent to the outside" and "marked as sent", counted at the outside."""

import json
from pathlib import Path

from core.domain.effects import State
from core.services.effects import CLAIM_ROW
from core.store.door import Store
from tests.faults.processes import KILLED, begin, ended
from tests.faults.sender import Errand, main
from tests.jobs.fake_chat import FakeChat
from tests.jobs.running import opened


async def _killed(errand: Errand) -> bool:
    """Run the errand; if it was killed on its way, start it again and let it come to an end."""
    if await ended(begin(main, errand)) != KILLED:
        return False
    again = Errand(errand.url, errand.book, errand.name, off=errand.off)
    assert await ended(begin(main, again)) == 0
    return True


async def _states(store: Store) -> dict[str, str]:
    rows = await store.read(lambda tx: tx.all("SELECT key, state FROM outbox"))
    return {row["key"]: row["state"] for row in rows}


async def test_A02_kill_at_every_checkpoint_of_the_sender(database: str, tmp_path: Path) -> None:
    """An alert arrives once or twice, a report once or is listed; every effect comes to an end."""
    book, points = tmp_path / "book", 0
    while await _killed(Errand(database, book, f"{points + 1}", crash_at=points + 1)):
        points += 1
    names = json.loads(book.with_suffix(".passed").read_text())
    assert {"effect:claimed", "deliver:sent", "effect:answered", "effect:settled"} <= set(names)
    counts = FakeChat(book).counts()
    async with opened(database) as store:
        states = await _states(store)
        listed = await store.read(
            lambda tx: tx.all("SELECT subject FROM exception WHERE open = 1")
        )
    assert {row["subject"] for row in listed} == {
        f"effect:{key}" for key, state in states.items() if state != State.DONE
    }
    for point in range(1, points + 1):
        assert 1 <= counts[f"alert-{point}"] <= 2
        report = f"report-{point}"
        assert counts[report] == 1 or (counts[report] == 0 and states[report] == State.UNKNOWN)
    assert max(counts.values()) == 2, "some alert went out twice: the kill did bite"


async def test_A02_control_a_sender_without_claim_rows_doubles_the_report(
    database: str, tmp_path: Path
) -> None:
    """With the claim row ignored, a kill after the arrival posts the report a second time."""
    book = tmp_path / "book"
    for name, off in (("on", ()), ("off", (CLAIM_ROW,))):
        assert await _killed(Errand(database, book, name, fatal=f"report-{name}", off=off))
    counts = FakeChat(book).counts()
    assert (counts["report-on"], counts["report-off"]) == (1, 2)
