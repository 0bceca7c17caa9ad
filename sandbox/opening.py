"""What people say when the play begins: each waits for the bot's answer before the next speaks."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from sandbox.bot_api import BotApi, NotSeen
from sandbox.bot_api.people import Person, Room

log = logging.getLogger("zhanggui.sandbox")

PATIENCE_S = 60.0
Line = Mapping[str, Any]
"""`{"person", "chat"? (a group), "say"?, "act"?: "add_bot"}`; no chat means the private one."""


async def perform(
    telegram: BotApi,
    people: Mapping[str, Person],
    groups: Mapping[str, Room],
    lines: Sequence[Line],
) -> None:
    """Have people say their lines in order."""
    for line in lines:
        person = people[line["person"]]
        room = groups[line["chat"]] if "chat" in line else person.chat
        if line.get("act") == "add_bot":
            await person.add_bot(room)
        if "say" in line:
            said = await person.send(room, line["say"])
            with suppress(NotSeen):  # a bot that stays silent must not stop the play
                await room.wait_for(lambda message: True, PATIENCE_S, after=said)  # noqa: ARG005 - any answer will do
    log.info("the opening is over (%d lines, %s)", len(lines), telegram.url)
