"""Whose words are they? Forged, forwarded, anonymous and edited messages carry no right."""

import json
from typing import Any

import pytest

from bot.receive_aiogram.parse import parse
from bot.receive_aiogram.words import Me
from core.messaging import Incoming

ME = Me("42", "zhanggui_bot")
WANG = {"id": 7, "is_bot": False, "first_name": "王"}
GROUP = {"id": -100, "type": "supergroup", "title": "发货群"}
CHANNEL = {"id": -200, "type": "channel", "title": "频道"}


def told(kind: str = "message", **more: Any) -> Incoming | None:
    body = {"message_id": 5, "date": 1, "chat": GROUP, "from": WANG, "text": "/flag 1"} | more
    return parse(json.dumps({"update_id": 1, kind: body}), ME)


def test_an_own_message_carries_its_sender() -> None:
    """The control of this file: the plain form of the same message is the user's."""
    plain = told()
    assert plain is not None
    assert plain.who is not None
    assert plain.who.user == "7"


@pytest.mark.parametrize(
    "forged",
    [
        {"sender_chat": GROUP, "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
        {"sender_chat": CHANNEL},
        {"via_bot": {"id": 9, "is_bot": True, "first_name": "gif"}},
        {"forward_origin": {"type": "user", "date": 1, "sender_user": WANG}},
        {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "王"}},
        {"is_automatic_forward": True},
        {"from": {"id": 8, "is_bot": True, "first_name": "other bot"}},
        {"edit_date": 2},
    ],
    ids=["anonymous-admin", "as-channel", "inline", "forward", "hidden", "auto", "bot", "edited"],
)
def test_G15_what_others_put_in_a_mouth_has_no_sender(forged: dict[str, Any]) -> None:
    """S12: the text is seen, but nobody stands behind it, so nobody's right goes with it."""
    incoming = told(**forged)
    assert incoming is not None
    assert incoming.who is None


@pytest.mark.parametrize("kind", ["edited_message", "channel_post", "edited_channel_post"])
def test_G15_edits_and_channel_posts_are_nothing(kind: str) -> None:
    """They do not even reach the handlers."""
    assert told(kind) is None
    assert told(chat=CHANNEL) is None


@pytest.mark.parametrize(
    ("text", "mentioned", "left"),
    [
        ("/order 1", True, "/order 1"),
        ("/order@zhanggui_bot 1", True, "/order 1"),
        ("/order@ZHANGGUI_bot", True, "/order"),
        ("/order@other_bot 1", False, "/order@other_bot 1"),
        ("@zhanggui_bot 查订单 1", True, "查订单 1"),
        ("查订单 @Zhanggui_Bot 1", True, "查订单 1"),
        ("@zhanggui_bot2 查订单", False, "@zhanggui_bot2 查订单"),
        ("a@zhanggui_bot.cn", False, "a@zhanggui_bot.cn"),
        ("大家好", False, "大家好"),
        ("/路径", False, "/路径"),
    ],
)
def test_words_for_us_in_a_group(text: str, mentioned: bool, left: str) -> None:  # noqa: FBT001
    """Commands and our name count; other bots' commands and look-alike names do not."""
    incoming = told(text=text)
    assert incoming is not None
    assert (incoming.mentioned, incoming.text) == (mentioned, left)


def test_an_answer_to_us_is_for_us() -> None:
    """A reply to our message counts as spoken to us; a reply to another person does not."""
    ours = {"message_id": 4, "date": 1, "chat": GROUP, "text": "?"}
    us = {"id": 42, "is_bot": True, "first_name": "掌柜"}
    to_us = told(text="1", reply_to_message=ours | {"from": us})
    to_wang = told(text="1", reply_to_message=ours | {"from": WANG})
    assert to_us is not None
    assert to_wang is not None
    assert (to_us.mentioned, to_wang.mentioned) == (True, False)
    assert to_us.reply_to is not None
    assert to_us.reply_to.message == "4"


def test_halves_of_characters_and_nul_are_taken_out() -> None:
    """What no database and no other chat takes does not come in, the rest of the text does."""
    incoming = told(text="a\ud83db\0c😀")
    assert incoming is not None
    assert incoming.text == "a\ufffdbc😀"
