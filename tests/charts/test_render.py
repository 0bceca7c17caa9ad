"""Whether pictures are drawn apart from the parent, apart from each other, and without growth."""

import asyncio
import gc
import io
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from matplotlib.figure import Figure
from PIL import Image

from charts.pictures import png
from charts.render import Renderer, RenderError
from charts.stock import StockPanel
from tests.charts.samples import DAY, EVERY, KPI, ONE_HUGE_ORDER, ORDINARY, STOCK, ZONE

SMALL = StockPanel("一号仓", DAY, "08:00", ZONE, STOCK.rows[:1])


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def renderer() -> AsyncIterator[Renderer]:
    """One rendering process for the file: starting it costs a second."""
    one = Renderer()
    await one.start()
    yield one
    await one.close()


def title(picture: bytes) -> str:
    """The title that the file carries for screen readers."""
    with Image.open(io.BytesIO(picture)) as image:
        return str(image.info["Title"])


def resident_mb(pid: int) -> float:
    """Memory of a process in MB."""
    found = subprocess.run(
        [shutil.which("ps") or "ps", "-o", "rss=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(found.stdout) / 1024


async def spawn(code: str) -> str:
    """Runs Python code in a fresh process; returns what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    out, _none = await process.communicate()
    assert process.returncode == 0
    return out.decode().strip()


@pytest.mark.asyncio(loop_scope="module")
async def test_every_chart_becomes_a_picture_for_a_phone(renderer: Renderer) -> None:
    """Each kind gives a PNG 1080 pixels wide that carries its words as its description."""
    for chart in EVERY.values():
        with Image.open(io.BytesIO(await renderer.render(chart))) as image:
            assert image.size[0] == 1080
            assert image.info["Description"] == chart.words()


async def test_parent_never_imports_matplotlib() -> None:
    """The parent renders a picture and still has no matplotlib, numpy or Pillow in memory."""
    code = (
        "import asyncio, sys\n"
        "from charts.render import Renderer\n"
        "from tests.charts.samples import STOCK\n"
        "async def main():\n"
        "    one = Renderer()\n"
        "    print((await one.render(STOCK))[1:4].decode())\n"
        "    await one.close()\n"
        "asyncio.run(main())\n"
        "print(sorted({'matplotlib', 'numpy', 'PIL'} & set(sys.modules)))\n"
    )
    assert await spawn(code) == "PNG\n[]"


@pytest.mark.asyncio(loop_scope="module")
async def test_I30_same_input_gives_same_bytes(renderer: Renderer) -> None:
    """Neither clock, process, hash seed nor what was drawn before changes a byte."""
    again = Renderer()
    try:
        for chart in (ORDINARY, KPI):
            first = await renderer.render(chart)
            await renderer.render(STOCK)
            assert await renderer.render(replace(chart)) == first
            assert await again.render(chart) == first
            assert b"tIME" not in first
            assert b"matplotlib" not in first.lower()
    finally:
        await again.close()


def test_J06_groups_get_their_own_charts_from_8_threads() -> None:
    """Drawn side by side by 8 threads, each picture equals the one drawn alone."""
    groups = [replace(SMALL, place=f"群 {at}") for at in range(16)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(png, groups))
    assert [title(picture).split(" · ")[0] for picture in together] == [
        group.place for group in groups
    ]
    assert together == [png(group) for group in groups]


def test_J06_control_pyplot_mixes_the_figures_of_two_callers() -> None:
    """The same with the shared state of pyplot: one caller's title lands on the other's figure."""
    code = (
        "import threading, matplotlib; matplotlib.use('agg')\n"
        "import matplotlib.pyplot as plt\n"
        "made = threading.Barrier(2); figures = {}\n"
        "def draw(name):\n"
        "    figures[name] = plt.figure(); plt.subplot(); made.wait(); plt.title(name)\n"
        "callers = [threading.Thread(target=draw, args=(name,)) for name in 'ab']\n"
        "[caller.start() for caller in callers]; [caller.join() for caller in callers]\n"
        "print({n: f.axes[0].get_title() for n, f in figures.items()} == {'a': 'a', 'b': 'b'})\n"
    )
    assert asyncio.run(spawn(code)) == "False"


@pytest.mark.asyncio(loop_scope="module")
async def test_J06_waiting_callers_get_their_own_picture(renderer: Renderer) -> None:
    """Thirty callers at once through one process: none gets another's picture."""
    groups = [replace(SMALL, place=f"群 {at}") for at in range(30)]
    pictures = await asyncio.gather(*(renderer.render(group) for group in groups))
    assert [title(picture).split(" · ")[0] for picture in pictures] == [
        group.place for group in groups
    ]


@pytest.mark.asyncio(loop_scope="module")
async def test_J07_memory_stays_flat(renderer: Renderer) -> None:
    """Sixty more charts in one process: it grows by less than 20 MB."""
    for _at in range(10):
        await renderer.render(ORDINARY)
    before = resident_mb(renderer.pid or 0)
    for at in range(60):
        await renderer.render(ORDINARY if at % 10 == 0 else replace(SMALL, place=str(at)))
    assert resident_mb(renderer.pid or 0) - before < 20


def test_J07_no_figure_outlives_its_picture() -> None:
    """Nothing holds on to a figure: what is left after a render is free for the collector."""
    png(SMALL)
    gc.collect()
    assert not [thing for thing in gc.get_objects() if isinstance(thing, Figure)]


def test_J07_control_pyplot_keeps_every_figure() -> None:
    """Ten figures of the same size, never closed, hold well over the 20 MB that we allow."""
    code = (
        "import os, subprocess, matplotlib; matplotlib.use('agg')\n"
        "import matplotlib.pyplot as plt\n"
        "ps = ['ps', '-o', 'rss=', '-p', str(os.getpid())]\n"
        "def mb(): return int(subprocess.check_output(ps)) / 1024\n"
        "def draw(): plt.figure(figsize=(15, 35), dpi=72).canvas.draw()\n"
        "draw(); before = mb()\n"
        "[draw() for _ in range(10)]\n"
        "print(mb() - before > 60, len(plt.get_fignums()))\n"
    )
    assert asyncio.run(spawn(code)) == "True 11"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_killed_process_is_replaced(renderer: Renderer) -> None:
    """After kill -9 the next picture comes from a new process, and is the same."""
    before = await renderer.render(SMALL)
    killed = renderer.pid or 0
    os.kill(killed, signal.SIGKILL)
    assert await renderer.render(SMALL) == before
    assert renderer.pid not in {None, killed}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_drawing_that_hangs_is_ended(renderer: Renderer) -> None:
    """Too slow means an error that says so, and the next caller gets a picture."""
    with pytest.raises(RenderError, match="no answer within 0 s"):
        await renderer.render(ONE_HUGE_ORDER, timeout_s=0)
    assert await renderer.render(SMALL)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_chart_that_fails_leaves_the_process_alive(renderer: Renderer) -> None:
    """A broken chart is refused with the reason; the process stays."""
    await renderer.render(SMALL)
    pid = renderer.pid
    broken = replace(SMALL, theme="sepia")  # type: ignore[arg-type]
    with pytest.raises(RenderError, match="StockPanel could not be drawn: KeyError: 'sepia'"):
        await renderer.render(broken)
    assert renderer.pid == pid


@pytest.mark.asyncio(loop_scope="module")
async def test_close_ends_the_process() -> None:
    """Nothing of ours runs on after close."""
    one = Renderer()
    await one.start()
    pid = one.pid or 0
    await one.close()
    assert one.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert "render" not in {thread.name for thread in threading.enumerate()}
