"""The sender as a process of its own: it posts two effects, delivers what waits, and ends.

Armed, it kills itself at a checkpoint; started again, it must come to an end all the same.
"""

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path

from core.domain.checkpoints import arm, passed, unprotect
from core.messaging import Target
from core.services.aftermath import Listed
from tests.jobs.fake_chat import FakeChat
from tests.jobs.running import all_ended, opened, post, sending


@dataclass(frozen=True)
class Errand:
    """What one process is to do, and where it dies: at a checkpoint, or at a `fatal` arrival.

    `off` are protections to take away.
    """

    url: str
    book: Path
    name: str
    crash_at: int = 0
    fatal: str = ""
    off: tuple[str, ...] = ()
    worker: str = "w1"


def main(errand: Errand) -> None:
    """Run the errand; the names of the checkpoints passed stand in a file beside the book."""
    asyncio.run(_run(errand))


async def _run(errand: Errand) -> None:
    unprotect(*errand.off)
    async with opened(errand.url) as store:
        chat = FakeChat(errand.book)
        chat.fatal = errand.fatal
        group = Target("fake", f"group-{errand.name}")
        await post(store, f"alert-{errand.name}", "alert", group)
        await post(store, f"report-{errand.name}", "report", group)
        arm(errand.crash_at)
        async with sending(store, errand.url, chat, Listed(), errand.worker):
            await all_ended(store)
            errand.book.with_suffix(".passed").write_text(json.dumps(passed()))
            os._exit(0)  # an orderly end takes a second, and these tests end dozens of times
