"""A process that answers three updates and dies at a checkpoint: the chat's half of A01 and G03.

What it says goes to a file as well, because a platform remembers what a dead process sent.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from core.domain import checkpoints
from core.domain.staff import Role
from core.messaging import Content, Envelope, Sent, Target
from core.store.engine import open_store
from tests.chat import ChatShop, User
from tests.chat_platform import Platform
from tests.clock import MONDAY_TEN
from tests.handlers.commands import EXTRA

JOIN = "people are here"


class Remembered(Platform):
    """A platform whose memory outlives the process: one line for each thing said."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    async def send(self, target: Target, content: Content, *, priority: int = 5) -> Sent:
        sent = await super().send(target, content, priority=priority)
        self._remember(content)
        return sent

    async def edit(self, sent: Sent, content: Content) -> None:
        assert sent.message
        self._remember(content)

    def _remember(self, content: Content) -> None:
        tokens = {button.label: button.token for row in content.buttons for button in row}
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps([content.text, tokens]) + "\n")


def said(file: Path) -> list[tuple[str, dict[str, str]]]:
    """Return what was said so far: the text and the tokens of its buttons."""
    if not file.exists():
        return []
    return [tuple(json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def main(url: str, folder: str, crash_at: int, *unprotected: str) -> None:
    """Answer the updates, in this life as far as the checkpoint; note the checkpoints passed.

    `unprotected` are the protections that the paired control switches off.
    """
    checkpoints.unprotect(*unprotected)
    Path(folder).mkdir(exist_ok=True)
    asyncio.run(_main(url, Path(folder), crash_at))


async def _main(url: str, folder: Path, crash_at: int) -> None:
    store = open_store(url, lambda: MONDAY_TEN)
    shop = ChatShop(store, *EXTRA)
    shop.platform = Remembered(folder / "said")
    clerk = User(shop, "小李", Role.CLERK, "u1")
    if not (folder / JOIN).exists():
        await clerk.comes()
        (folder / JOIN).touch()
    shop.dispatcher = shop._dispatcher()
    checkpoints.arm(crash_at)
    await shop.dispatcher.start()
    await shop.take(_message(clerk, "k1", "/offer"))
    token = next(tokens["one more"] for text, tokens in said(folder / "said") if text == "choose")
    press = {"token": token, "callback": "c1", "message": "1"}
    await shop.take(
        _message(clerk, "k2", "", happening="press", press=press),
        _message(clerk, "k3", "/tally"),
    )
    (folder / "passed").write_text("\n".join(checkpoints.passed()))
    await shop.close()
    await store.close()


def _message(clerk: User, key: str, text: str, **more: Any) -> Envelope:
    """Return an update under the same key in every life: it comes until it is confirmed."""
    return clerk.update(text, key=f"test:1:{key}", **more)
