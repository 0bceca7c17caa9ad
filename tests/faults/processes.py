"""How a fault test runs a piece of the program as a process of its own that may be killed."""

import asyncio
import multiprocessing
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess

KILLED = -9
ENOUGH_S = 90

_fork = multiprocessing.get_context("forkserver")
_fork.set_forkserver_preload(  # seconds of imports each time
    ["dbos", "tests.faults.sender", "tests.faults.crash_chat"]
)


def begin(main: Callable[..., None], *args: object) -> ForkServerProcess:
    """Start `main(*args)` in a process that has the imports already and nothing else of ours."""
    process = _fork.Process(target=main, args=args, daemon=True)
    process.start()
    return process


async def ended(process: ForkServerProcess) -> int | None:
    """Wait for the process; returns its exit code, KILLED if it died of kill -9.

    All looks at it come from this thread: of two that ask at once, one finds the answer gone.
    """
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(process.sentinel, over.set)
    try:
        async with asyncio.timeout(ENOUGH_S):
            await over.wait()
    except TimeoutError:
        return None
    finally:
        loop.remove_reader(process.sentinel)
    return process.exitcode
