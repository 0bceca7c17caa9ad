"""Where pictures are drawn: one long-lived process of its own, so that the event loop never waits.

The parent never imports matplotlib (it stays 100 MB smaller). Charts are drawn one after the
other; a child that dies or hangs is replaced, and a chart whose child died is tried once more.
"""

import asyncio
import contextlib
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import TypeVar

from charts.pictures import Chart
from charts.worker import Answer, serve

T = TypeVar("T")
_START_LIMIT_S = 60.0  # matplotlib reads every font of a machine once, on its first start
_STOP_LIMIT_S = 5.0


class RenderError(Exception):
    """A picture could not be drawn; the figures can still be said with `chart.words()`."""


@dataclass(frozen=True, slots=True)
class _Child:
    process: SpawnProcess
    pipe: "Connection[Chart | None, Answer]"


class Renderer:
    """The rendering process and the way to it; use `start` once, `close` at the end.

    A thread of its own holds the pipe, because waiting on it would stop the event loop.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "render")
        self._child: _Child | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the child, or None if none runs."""
        return self._child.process.pid if self._child else None

    async def start(self) -> None:
        """Starts the child and waits until its fonts are checked.

        Raises:
            RenderError: The child did not start, or a glyph of ours is missing.
        """
        await self._do(self._ready)

    async def render(self, chart: Chart, timeout_s: float = 20.0) -> bytes:
        """Returns the PNG bytes of `chart`; the same chart always gives the same bytes.

        Args:
            chart: What to draw.
            timeout_s: How long the drawing itself may take; the wait in line is not counted.

        Raises:
            RenderError: The chart failed, took too long, or its process died twice.
        """
        return await self._do(lambda: self._draw(chart, timeout_s))

    async def close(self) -> None:
        """Ends the child after the charts that wait; nothing can be rendered afterwards."""
        await self._do(self._stop)
        self._thread.shutdown(wait=False)

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _draw(self, chart: Chart, timeout_s: float) -> bytes:
        for _attempt in range(2):
            child = self._ready()
            try:
                child.pipe.send(chart)
                answer = self._answer(child, timeout_s)
            except (EOFError, OSError):  # killed from outside, or out of memory
                self._kill()
                continue
            if isinstance(answer, str):
                raise RenderError(f"{type(chart).__name__} could not be drawn: {answer}")
            return answer
        raise RenderError(f"{type(chart).__name__}: the rendering process died twice over it")

    def _answer(self, child: _Child, timeout_s: float) -> Answer:
        if not child.pipe.poll(timeout_s):
            self._kill()
            raise RenderError(f"no answer within {timeout_s:g} s: the rendering process was ended")
        return child.pipe.recv()

    def _ready(self) -> _Child:
        if self._child and self._child.process.is_alive():
            return self._child
        self._kill()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs,), name="render", daemon=True)
        process.start()
        theirs.close()  # else the end of the child would not end the pipe
        child = self._child = _Child(process, ours)
        try:
            complaint = self._answer(child, _START_LIMIT_S)
        except (EOFError, OSError) as error:
            self._kill()
            raise RenderError("the rendering process ended while it started") from error
        if complaint:
            self._kill()
            raise RenderError(f"the rendering process cannot draw our words: {complaint!s}")
        return child

    def _stop(self) -> None:
        if self._child and self._child.process.is_alive():
            with contextlib.suppress(OSError):  # it may end at this very moment
                self._child.pipe.send(None)
                self._child.process.join(_STOP_LIMIT_S)
        self._kill()

    def _kill(self) -> None:
        child, self._child = self._child, None
        if child:
            child.pipe.close()
            child.process.kill()
            child.process.join()
            child.process.close()
