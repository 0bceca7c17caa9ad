"""Commands that only tests have: one that counts, and some that misbehave."""

from core.domain.errors import BadInput
from core.domain.staff import CLERKS, EVERYONE
from core.messaging import Button, Content, Reply
from core.services import Tx
from core.store import settings
from handlers.registry import Action, Ask, Command, Desk, Menu


def add_one(tx: Tx) -> int:
    """Count in the database; returns the new number."""
    settings.first(tx, "tests.tally", "0")
    tx.run(
        "UPDATE setting SET value = CAST(CAST(value AS bigint) + 1 AS text)"
        " WHERE name = 'tests.tally'"
    )
    return int(settings.first(tx, "tests.tally", "0"))


async def tally(ask: Ask, desk: Desk) -> Reply:
    """Count one, by words or by button."""
    number = await desk.write(ask, add_one)
    return Reply(Content(text=f"number {number}"), edit=ask.action is not None)


async def offer(ask: Ask, desk: Desk) -> Reply:
    """Offer buttons of every kind."""
    buttons = (
        Button("one more", desk.token(ask, Action("tally.more"))),
        Button("only mine", desk.token(ask, Action("tally.more"), personal=True)),
        Button("soon over", desk.token(ask, Action("tally.more"), minutes=1)),
        Button("look", desk.token(ask, Action("tally.look", 7, 3, -2))),
        Button("owners", desk.token(ask, Action("tally.owned"))),
    )
    return Reply(Content(text="choose", buttons=(buttons,)), remember="offer")


async def look(ask: Ask, desk: Desk) -> Reply:
    """Show what the button carried; changes nothing."""
    return Reply(Content(text=f"{ask.action}"), edit=True, toast="looked")


async def broken(ask: Ask, desk: Desk) -> Reply:
    """Fail with a secret in the message."""
    raise RuntimeError("the secret of the house")


async def long(ask: Ask, desk: Desk) -> Reply:
    """Answer with more than fits into one message."""
    return Reply(Content(text="\n".join(f"{n} 😀 {ask.words}" for n in range(2_000))))


async def question(ask: Ask, desk: Desk) -> Reply:
    """Ask for a word of two letters, then say it."""
    if ask.action is None:
        token = desk.token(ask, Action("question.answer", 5))
        return Reply(Content(text="which word?"), expects=token)
    if len(ask.words) != 2:
        raise BadInput("两个字母", "two letters")
    said = ask.words
    object_id = ask.action.object_id

    def keep(tx: Tx) -> str:
        return settings.first(tx, "tests.word", f"{said}{object_id}")

    return Reply(Content(text=f"kept {await desk.write(ask, keep)}"))


async def repeat(ask: Ask, desk: Desk) -> Reply:
    """Say the words again."""
    return Reply(Content(text=f"said <{ask.words}>"))


EXTRA = (
    Command("tally", "计数", "Tally", "数", "Count", CLERKS, tally, verbs=("tally.more",)),
    Command("offer", "出按钮", "Offer", "按钮", "Buttons", EVERYONE, offer),
    Command("look", "看一眼", "Look", "看", "Look", EVERYONE, look, verbs=("tally.look",)),
    Command("owned", "店主的", "Owned", "店主", "Owned", CLERKS, look, verbs=("tally.owned",)),
    Command("broken", "坏的", "Broken", "坏", "Fails", EVERYONE, broken),
    Command("long", "长的", "Long", "长", "Long", EVERYONE, long),
    Command(
        "question",
        "问一下",
        "Question",
        "问",
        "Ask",
        CLERKS,
        question,
        verbs=("question.answer",),
    ),
    Command(
        "repeat",
        "跟我说",
        "Repeat",
        "说",
        "Repeat",
        EVERYONE,
        repeat,
        menu=Menu.MAIN,
        example="word",
    ),
)
