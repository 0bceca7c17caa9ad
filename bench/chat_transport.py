"""How many echoes a second do our gateways carry? P-C4, against both libraries bare.

Every run is a fresh bot process against a fresh stub server; `cpu_ms` is the bot's own processor
time per update (start-up left out), the steadiest figure on a busy machine.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from bench.bot_process import cpu_seconds
from bench.common import middle, rounds, say
from bench.echo_bots import BOTS

CHATS: Final = 500
CARRIERS: Final = (("ptb_ours", "our transport in PTB"), ("ours", "both our gateways"))
FLOORS: Final = (("ptb", ">= 5.0"), ("aiogram", ">= 1.2"))


def run(bot: str, updates: int, cpu: list[float]) -> float:
    """Return the echoes per second of one fresh bot, and add its CPU ms per update to `cpu`."""
    stub = subprocess.Popen(
        [sys.executable, "-m", "bench.bot_api_stub", str(updates), str(CHATS)],
        stdout=subprocess.PIPE,
        text=True,
    )
    tell = _teller(stub)
    echo = subprocess.Popen(
        [sys.executable, "-m", "bench.echo_bots", bot, tell()], stderr=subprocess.DEVNULL
    )
    try:
        tell()  # the first updates went out
        before = cpu_seconds(echo.pid)
        seconds = float(json.loads(tell())["seconds"])
        cpu.append((cpu_seconds(echo.pid) - before) / updates * 1000)
    finally:
        for process in (echo, stub):
            process.kill()
            process.wait()
    return updates / seconds


def _teller(stub: subprocess.Popen[str]) -> Callable[[], str]:
    lines = stub.stdout
    if lines is None:
        raise RuntimeError("the stub has no output")
    return lambda: lines.readline().strip()


def main(arguments: Sequence[str] = ()) -> None:
    """Measure all bots in turn and print one line per floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=1_500)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    cpu: dict[str, list[float]] = {bot: [] for bot in BOTS}
    found = rounds(
        {bot: partial(run, bot, options.updates, cpu[bot]) for bot in BOTS}, options.rounds
    )
    for carrier, name in CARRIERS:
        for floor, goal in FLOORS:
            say(
                "P-C4",
                f"echoes/s, {name} against bare {floor}",
                middle(found[carrier]),
                middle(found[floor]),
                goal,
                cpu_ms=round(middle(cpu[carrier]), 3),
                floor_cpu_ms=round(middle(cpu[floor]), 3),
                updates=options.updates,
                rounds=options.rounds,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
