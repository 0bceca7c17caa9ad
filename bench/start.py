"""How long does a start take, and how much memory? P-C5, against aiogram alone.

The service is `zhanggui run` with a token, until its first getUpdates; the worker is the same
without a chat platform, until it says so. Every start is a fresh process on a fresh copy of an
empty database.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Final

from bench.bot_process import mb
from bench.common import middle, rounds, say
from bench.echo_bots import TOKEN
from core.store.migrate import migrate

PYTHON: Final = (sys.executable, "-m")
Command = Callable[[str], list[str]]
"""From the port of the stub to the words that start a bot."""


def aiogram(memory: list[float]) -> float:
    """Start aiogram alone, as its own documentation does; return seconds to getUpdates."""
    return _until_asked(lambda port: [*PYTHON, "bench.echo_bots", "aiogram", port], None, memory)


def service(template: Path, memory: list[float]) -> float:
    """Start `zhanggui run` with a token; return seconds to getUpdates."""
    with tempfile.TemporaryDirectory() as folder:
        return _until_asked(lambda port: _configured(template, Path(folder), port), folder, memory)


def worker(template: Path, memory: list[float]) -> float:
    """Start `zhanggui run` without a chat platform; return seconds until it works."""
    with tempfile.TemporaryDirectory() as folder:
        command = _configured(template, Path(folder), "")
        began = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder
        )
        try:
            _line(process.stdout)
            took = time.perf_counter() - began
            memory.append(mb(process.pid))
        finally:
            process.kill()
            process.wait()
    return took


def _configured(template: Path, folder: Path, port: str) -> list[str]:
    """Write a configuration into `folder`; return the command that serves it."""
    shutil.copyfile(template, folder / "shop.db")
    chat = f'[chat.telegram]\ntoken = "{TOKEN}"\napi_base = "http://127.0.0.1:{port}"\n'
    lines = f'[database]\nurl = "sqlite:///{folder}/shop.db"\n[web]\nport = 0\n'
    config = folder / "config.toml"
    config.write_text(lines + (chat if port else ""), encoding="utf-8")
    config.chmod(0o600)  # it holds a token: the service insists
    return [str(Path(sys.executable).with_name("zhanggui")), "run"]


def _until_asked(command: Command, folder: str | None, memory: list[float]) -> float:
    stub = subprocess.Popen(
        [*PYTHON, "bench.bot_api_stub", "1", "1"], stdout=subprocess.PIPE, text=True
    )
    asked = command(_line(stub.stdout))
    began = time.perf_counter()
    bot = subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        _line(stub.stdout)  # the first getUpdates
        took = time.perf_counter() - began
        memory.append(mb(bot.pid))
    finally:
        for process in (bot, stub):
            process.kill()
            process.wait()
    return took


def _line(output: IO[str] | None) -> str:
    if output is None:
        raise RuntimeError("the process has no output")
    return output.readline().strip()


def main(arguments: Sequence[str] = ()) -> None:
    """Start all three in turn and print start times and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    memory: dict[str, list[float]] = {"aiogram": [], "service": [], "worker": []}
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        migrate(f"sqlite:///{template}")
        found = rounds(
            {
                "aiogram": partial(aiogram, memory["aiogram"]),
                "service": partial(service, template, memory["service"]),
                "worker": partial(worker, template, memory["worker"]),
            },
            options.rounds,
        )
    for what, figures, name, goal in (
        ("service, seconds to its first getUpdates", found, "service", "<= 1.3"),
        ("worker without a chat platform, seconds", found, "worker", "<= 0.4"),
        ("worker without a chat platform, MB", memory, "worker", "<= 0.7"),
    ):
        floor = middle(figures["aiogram"])
        say("P-C5", what, middle(figures[name]), floor, goal, floor_is="aiogram alone")


if __name__ == "__main__":
    main(sys.argv[1:])
