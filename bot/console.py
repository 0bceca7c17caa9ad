"""The terminal as a chat: typed lines come in, answers are printed, buttons have numbers."""

import asyncio
import json
import re
import secrets
import shlex
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TextIO

from core.domain.errors import BadInput
from core.domain.staff import Role
from core.messaging import (
    Attachment,
    ChatKind,
    ChatLimits,
    Content,
    Envelope,
    FileRef,
    Happening,
    Incoming,
    Press,
    Sent,
    Target,
    Who,
)
from core.ports import Accept

PLATFORM: Final = "console"
LIMITS: Final = ChatLimits(text=1_000_000, caption=1_000_000, buyer_data=True)
PROMPT: Final = "> "
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

ReadLine = Callable[[], Awaitable[str]]
"""Returns the next typed line, "" at the end."""


class Console:
    """One person at a terminal; implements `core.ports.Receiver` and `core.ports.Messenger`.

    Args:
        role: What the person is in the shop; whoever holds the database may choose.
        read_line: Where lines come from.
        out: Where answers go.
        folder: Where pictures and files are put.
        settled: Waits until everything said so far is answered.
    """

    platform = PLATFORM
    limits = LIMITS

    def __init__(
        self,
        role: Role,
        read_line: ReadLine,
        out: TextIO,
        folder: Path,
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        self._role = role
        self._read_line = read_line
        self._out = out
        self._folder = folder
        self._settled = settled
        self._session = secrets.token_hex(4)
        self._said = 0
        self._shown = 0
        self._buttons: list[tuple[str, str, str]] = []  # token, message, label
        self._menu: tuple[tuple[str, ...], ...] = ()

    # ---- what is typed -------------------------------------------------------------------

    async def run(self, accept: Accept) -> None:
        """Take lines until there are no more; each is answered before the next is read."""
        while True:
            if self._out.isatty():
                self._out.write(PROMPT)
                self._out.flush()
            line = await self._read_line()
            if not line:
                return
            if line.strip():
                await accept([self._envelope(line.strip())])
                await self._settled()

    def _envelope(self, line: str) -> Envelope:
        self._said += 1
        key = f"{PLATFORM}:{self._session}:{self._said}"
        raw: dict[str, str] = {"key": key, "role": self._role, "text": line}
        if line.isdecimal() and 0 < int(line) <= len(self._buttons):
            token, message, label = self._buttons[int(line) - 1]
            raw |= {"text": "", "token": token, "message": message}
            self._print(f"[{label}]")
        elif line.startswith("@"):
            path, text = _file_and_words(line[1:])
            raw |= {"text": text, "file": path}
        return Envelope(key, f"{PLATFORM}:{self._role}", json.dumps(raw))

    def parse(self, raw: str) -> Incoming:
        """Understand one line as it was kept."""
        said = json.loads(raw)
        target = Target(PLATFORM, said["role"])
        press = None
        if "token" in said:
            press = Press(said["token"], said["key"], Sent(target, said["message"]))
        files: tuple[FileRef, ...] = ()
        if "file" in said:
            files = (FileRef(PLATFORM, said["file"], Path(said["file"]).name, 0),)
        return Incoming(
            key=said["key"],
            target=target,
            kind=ChatKind.PRIVATE,
            who=Who(PLATFORM, said["role"], said["role"]),
            happening=Happening.PRESS if press else Happening.MESSAGE,
            text=said["text"],
            files=files,
            press=press,
        )

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """Return the bytes of a file named as `@PATH words`.

        Raises:
            BadInput: There is no such file, or it is larger than `limit` bytes.
        """
        try:
            data = await asyncio.to_thread(_read, file.file)
        except OSError as error:
            raise BadInput(
                f"读不了文件 {file.file}（{error.strerror}）。",
                f"The file {file.file} cannot be read ({error.strerror}).",
            ) from None
        if len(data) > limit:
            raise BadInput(
                f"文件 {file.name} 太大:最多 {limit // 1024} KB。",
                f"The file {file.name} is too large: at most {limit // 1024} KB.",
            )
        return data

    def invite_link(self, code: str) -> str:
        """Return "": nobody can be brought to this terminal by a link."""
        del code
        return ""

    # ---- what is answered ----------------------------------------------------------------

    async def send(self, target: Target, content: Content, *, priority: int = 5) -> Sent:
        """Print a message; its buttons get numbers, its picture or file becomes a file."""
        del priority
        self._shown += 1
        sent = Sent(target, str(self._shown))
        self._show(sent, content)
        return sent

    async def edit(self, sent: Sent, content: Content) -> None:
        """Print a message anew: a terminal takes nothing back."""
        self._show(sent, content)

    async def answer(self, press: Press, text: str) -> None:
        """Print the short line about a pressed button."""
        del press
        if text:
            self._print(f"· {text}")

    async def delete(self, sent: Sent) -> None:
        """Do nothing: what is printed stays."""

    async def leave(self, target: Target) -> None:
        """Do nothing: there are no groups here."""

    def _show(self, sent: Sent, content: Content) -> None:
        self._buttons = []
        lines = [content.words] if content.words else []
        if content.picture and content.picture.png:
            path = self._keep(Attachment(f"{sent.message}.png", content.picture.png))
            lines.append(f"[图 / picture: {path}] {content.picture.alt.partition(chr(10))[0]}")
        if content.file:
            lines.append(f"[文件 / file: {self._keep(content.file)}]")
        lines += [self._row(sent, content, number) for number in range(len(content.buttons))]
        if content.menu is not None and content.menu != self._menu:
            self._menu = content.menu
            lines.append("  ".join(f"<{key}>" for row in content.menu for key in row))
        self._print("\n".join(lines))

    def _row(self, sent: Sent, content: Content, number: int) -> str:
        said = []
        for button in content.buttons[number]:
            if button.url:
                said.append(f"{button.label}: {button.url}")
                continue
            self._buttons.append((button.token, sent.message, button.label))
            said.append(f"[{len(self._buttons)}] {button.label}")
        return "  ".join(said)

    def _keep(self, file: Attachment) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]", "_", Path(file.name).name) or "file"
        path = self._folder / f"{self._session}-{name}"
        path.write_bytes(file.data)
        return path

    def _print(self, text: str) -> None:
        """Print without control characters: a buyer's name cannot steer the terminal."""
        self._out.write(_UNSEEN.sub("�", text.replace("\r\n", "\n")) + "\n")
        self._out.flush()


def _read(path: str) -> bytes:
    return Path(path).expanduser().read_bytes()


def _file_and_words(line: str) -> tuple[str, str]:
    """Split `PATH words`; a path with spaces stands in quotes."""
    try:
        path, *rest = shlex.split(line)
    except ValueError:
        path, *rest = line.split()
    return path, " ".join(rest)


class Lines:
    """Reads lines in a thread of its own, which never keeps the program from ending."""

    def __init__(self, source: TextIO) -> None:
        self._source = source
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._thread: threading.Thread | None = None

    async def __call__(self) -> str:
        """Return the next line, "" at the end."""
        if self._thread is None:
            loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._read, args=(loop,), daemon=True)
            self._thread.start()
        return await self._queue.get()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        line = "-"
        while line:
            line = self._source.readline()
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._queue.put_nowait, line)
