"""What the rendering process does: draws what comes through the pipe until the pipe closes."""

import gc
import signal
from multiprocessing.connection import Connection

from charts.pictures import Chart, png
from charts.style import self_test

Answer = bytes | str  # the picture, or why there is none


def serve(pipe: "Connection[Answer, Chart | None]") -> None:
    """Says hello once the fonts hold, then answers each chart with its picture.

    The hello is an empty string, or a sentence that says which glyphs are missing. The process
    ends when None comes or when the parent has gone.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes us
    missing = self_test()
    try:
        pipe.send(f"the fonts in charts/fonts lack {''.join(missing)}" if missing else "")
        while (chart := pipe.recv()) is not None:
            pipe.send(_draw(chart))
            gc.collect()  # figures are cycles: left to themselves they pile up for megabytes
    except (EOFError, OSError):  # the parent is gone: nobody waits for an answer
        return


def _draw(chart: Chart) -> Answer:
    try:
        return png(chart)
    except Exception as error:  # noqa: BLE001 - one bad chart must not end the process
        return f"{type(error).__name__}: {error}"
