"""Can everything be asked and done from a terminal, by hand or through a pipe?"""

import asyncio
import io
import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.console import Console, Lines
from core.domain.staff import EVERYONE, Role
from core.messaging import Attachment, Button, Content, Picture, Reply
from core.nursery import Nursery
from core.services import staff
from core.store.door import Store
from handlers.all import registry
from handlers.dispatch import Dispatcher, Parts
from handlers.registry import Action, Ask, Command, Desk, Registry
from tests.handlers.commands import EXTRA


class Drawing:
    """Is a `Draws`: every chart is the same three bytes."""

    async def render(self, chart: Any) -> bytes:
        assert chart
        return b"png"


async def show(ask: Ask, desk: Desk) -> Reply:
    """Show a picture, a file and two buttons."""
    if ask.words == "bare":
        return Reply(Content(picture=Picture("", png=b"png")))
    if ask.incoming.files:
        data = await desk.fetch(ask.incoming.files[0])
        return Reply(Content(text=f"{len(data)} bytes, words <{ask.words}>"))
    if ask.action:
        return Reply(Content(text=f"chosen {ask.action.object_id}"), edit=True, toast="ok")
    rows = (
        *((Button(f"take {n}", desk.token(ask, Action("show.take", n))),) for n in (1, 2)),
        (Button("open", url="http://127.0.0.1/p/x"),),
    )
    picture = Picture("a chart of \x1b[31mred\nmore", chart=("chart",))
    return Reply(Content(title="Title", text="text", picture=picture, buttons=rows))


async def export(ask: Ask, desk: Desk) -> Reply:
    """Send a file."""
    return Reply(Content(text="here", file=Attachment("../a b.csv", b"1,2\n")))


SHOW = Command("show", "看图", "Show", "图", "Show", EVERYONE, show, verbs=("show.take",))
EXPORT = Command("export", "导出", "Export", "出", "Export", EVERYONE, export)


@asynccontextmanager
async def talking(store: Store, folder: Path, role: Role) -> AsyncIterator[tuple[Console, Any]]:
    """Open a terminal; yields it and a function that says lines and returns what was printed."""
    out = io.StringIO()
    lines: asyncio.Queue[str] = asyncio.Queue()
    nursery = Nursery(logging.getLogger("tests.console"))
    waits: list[Dispatcher] = []

    async def settled() -> None:
        await waits[0].idle()

    console = Console(role, lines.get, out, folder, settled)
    parts = Parts(
        store=store,
        registry=Registry((*registry().commands, *EXTRA, SHOW, EXPORT)),
        receivers={"console": console},
        messengers={"console": console},
        nursery=nursery,
        sleep=asyncio.sleep,
        draws=Drawing(),
    )
    waits.append(Dispatcher(parts))
    await store.write(lambda tx: staff.stand_in(tx, role, "终端"))
    await waits[0].start()

    async def say(*said: str) -> str:
        for line in [*said, ""]:
            lines.put_nowait(f"{line}\n" if line else "")
        out.seek(0)
        out.truncate()
        await console.run(waits[0].accept)
        return out.getvalue()

    yield console, say
    await nursery.close(0)
    assert not nursery.failed


async def test_lines_are_answered_in_their_order(store: Store, tmp_path: Path) -> None:
    """Whatever comes through the pipe is answered line by line, as the owner."""
    async with talking(store, tmp_path, Role.OWNER) as (_, say):
        printed = await say("/tally", "计数", "/whoami")
        assert re.findall(r"number \d", printed) == ["number 1", "number 2"]
        assert "身份：店主" in printed


async def test_a_number_presses_that_button(store: Store, tmp_path: Path) -> None:
    """Buttons are numbered; a number beyond them is plain words."""
    async with talking(store, tmp_path, Role.CLERK) as (_, say):
        printed = await say("/show", "2")
        assert "[1] take 1\n[2] take 2\nopen: http://127.0.0.1/p/x" in printed
        assert printed.endswith("[take 2]\n· ok\nchosen 2\n")


async def test_pictures_and_files_are_put_where_it_says(store: Store, tmp_path: Path) -> None:
    """The path is printed; nothing in a name leads out of the folder or steers the terminal."""
    async with talking(store, tmp_path / "shown", Role.OWNER) as (_, say):
        assert "[图 / picture: " in await say("/show bare")
        printed = await say("/show", "/export")
        assert "\x1b" not in printed
        paths = [Path(one) for one in re.findall(r": (/[^\]]+)\]", printed)]
        assert [one.read_bytes() for one in paths] == [b"png", b"1,2\n"]
        assert all(one.parent == tmp_path / "shown" for one in paths)


async def test_a_file_is_sent_by_its_path(store: Store, tmp_path: Path) -> None:
    """`@PATH words` sends a file; one that is not there is refused with its name."""
    (tmp_path / "a photo.jpg").write_bytes(b"12345")
    async with talking(store, tmp_path, Role.CLERK) as (_, say):
        printed = await say(f"@'{tmp_path}/a photo.jpg' /show it", "@/nowhere /show")
        assert "5 bytes, words <it>" in printed
        assert "读不了文件 /nowhere" in printed


async def test_the_role_is_what_as_says(store: Store, tmp_path: Path) -> None:
    """`--as viewer` may do what a viewer may; and the terminal is nobody's first owner."""
    async with talking(store, tmp_path, Role.VIEWER) as (_, say):
        assert "你是只读" in await say("/tally")
    async with talking(store, tmp_path, Role.OWNER) as (_, say):
        assert "员工（0 人）" in await say("/staff")
    assert await store.write(staff.first_owner_code)


async def test_lines_come_from_a_thread_that_holds_nobody_up() -> None:
    """A pipe is read to its end, then the end is told."""
    lines = Lines(io.StringIO("one\ntwo"))
    read: Sequence[str] = [await lines() for _ in range(3)]
    assert read == ["one\n", "two", ""]
