"""G17: whatever a buyer writes is shown as it is: no markup, no ping, no refusal."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.send_ptb import render
from bot.send_ptb.messenger import LIMITS, PtbMessenger
from core.messaging import ChatLimits, Content, Target, measure
from sandbox.bot_api import BotApi, Person

NASTY = [
    "<b>x</b>",
    "a & b &amp; c",
    "](tg://user?id=1)",
    "[x](tg://user?id=1)",
    "*x* _y_ `z` ~w~ ||v|| \\ # > !",
    "@everyone",
    "@zhanggui_bot",
    "\u202egnp.exe",
    "<3",
    "{{7*7}} ${x}",
    "/start CODE",
    "😀" * 2_000,
    "e\u0301" * 50,
    "\u200f\u200e\u2066x",
    "tab\tnul-free\r\nend",
    "半个\ud83d字符",
]
texts = st.one_of(
    st.text(max_size=300),
    st.text(st.characters(codec=None), max_size=80),
    st.lists(st.sampled_from(NASTY[:10]), max_size=6).map("".join),
)


def shown(parts: list[Content]) -> str:
    return "".join(render.words(part) for part in parts)


def plain(text: str) -> str:
    """The ink of a text: what is left without spaces, controls and marks of direction."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    invisible = re.compile(r"[\s\x00-\x1f\u2028-\u202e\u2060]")
    return invisible.sub("", whole)


@given(title=texts, text=texts, room=st.integers(70, 400))
@settings(deadline=None, max_examples=300)
def test_G17_what_is_shown_is_what_was_said(title: str, text: str, room: int) -> None:
    """Any text comes out letter by letter, in parts that fit, bold exactly over its title."""
    limits = ChatLimits(text=room + 210, caption=room)
    parts = render.parts(Content(text=text, title=title), limits, group=True)
    said = plain(title[:200]) + plain(text)
    assert plain(shown(parts)) == (said or "…")
    for part in parts:
        words = render.words(part)
        assert 0 < measure(words, LIMITS) <= limits.text
        for bold in render.entities(part, limits):
            cut = words.encode("utf-16-le")[: bold["length"] * 2].decode("utf-16-le")
            assert (bold["offset"], cut, bold["type"]) == (0, part.title, "bold")
    assert not render._MENTION.search(shown(parts))


@pytest.fixture
async def said(telegram: BotApi) -> Person:
    """A person to whom everything nasty was said, as title, text and button."""
    person = telegram.person("王")
    await person.start()
    return person


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
async def test_G17_nothing_is_refused_or_marked_up(
    said: Person, messenger: PtbMessenger, nasty: str
) -> None:
    """A strict server takes every one; its only entity is our bold, nobody is mentioned."""
    await messenger.send(Target("telegram", str(said.id)), Content(text=nasty, title="备注"))
    everything = said.chat.messages(by_bot=True)
    assert plain("".join(one.text for one in everything)) == plain("备注" + nasty)
    kinds = {entity["type"] for one in everything for entity in one.raw.get("entities", [])}
    assert kinds <= {"bold", "bot_command"}


async def test_G17_control_the_same_name_as_html_is_refused(
    telegram: BotApi, settings: object, messenger: PtbMessenger
) -> None:
    """Why there is no parse mode: with one, the name "<3" makes Telegram refuse the message."""
    from telegram.error import BadRequest  # noqa: PLC0415 - only this control speaks markup

    person = telegram.person("王")
    await person.start()
    with pytest.raises(BadRequest):
        await messenger._bot.send_message(person.id, "买家 <3", parse_mode="HTML")
