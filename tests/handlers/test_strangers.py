"""Does anybody who does not work here learn anything at all?"""

import pytest

from core.domain.staff import Role
from core.messaging import Happening
from tests.chat import ChatShop
from tests.clock import MONDAY_TEN
from tests.shop import order


async def test_G12_every_command_is_silence_for_a_stranger(shop: ChatShop) -> None:
    """By slash, by Chinese word, with an argument that exists: nothing is said."""
    await shop.goods.stocks(A1=5)
    await shop.goods.takes_in(order("114-0001", ("A1", 1), paid_at=MONDAY_TEN))
    stranger = shop.person("路人", None)
    for command in shop.registry.commands:
        for text in (f"/{command.name}", command.zh, f"/{command.name} 114-0001", command.en):
            await stranger.says(text)
            stranger.sees_nothing()
    for text in ("114-0001", "0001", "A1", "/nothing", "你好"):
        await stranger.says(text)
        stranger.sees_nothing()
    rows = await shop.rows("SELECT DISTINCT outcome FROM inbox")
    assert rows == [{"outcome": "STRANGER"}]


async def test_G12_control_a_member_of_staff_is_answered(shop: ChatShop) -> None:
    """The same words from somebody who works here are answered."""
    viewer = shop.person("看客", Role.VIEWER)
    for text in ("/help", "帮助", "/nothing"):
        await viewer.says(text)
        assert viewer.news


async def test_G12_a_forwarded_button_is_silence(shop: ChatShop) -> None:
    """A stranger who presses a real button sees it stop spinning, and nothing else."""
    clerk = shop.person("小李", Role.CLERK)
    await clerk.says("/offer")
    shown, token = clerk.button("one more") or pytest.fail("no button")
    stranger = shop.person("路人", None)
    await stranger.presses_token(token, shown)
    stranger.sees_nothing()
    assert shop.platform.toasts[-1][1] == ""
    assert not await shop.rows("SELECT nonce FROM button_press")


async def test_G12_we_leave_a_group_that_a_stranger_adds_us_to(shop: ChatShop) -> None:
    """Added by a stranger, or spoken to in a group that nobody of ours knows: we go, silently."""
    stranger = shop.person("路人", None)
    theirs, other = shop.group("羊毛群"), shop.group("另一个群")
    await theirs.happens(Happening.ADDED, stranger)
    await stranger.says("/order 1", group=other)
    assert shop.platform.left == [theirs.chat, other.chat]
    assert not theirs.messages
    assert not other.messages


async def test_G12_strangers_in_our_group_get_nothing(shop: ChatShop) -> None:
    """In a bound group only staff are answered; we stay."""
    owner = shop.person("老板", Role.OWNER)
    group = await shop.group().bound_by(owner)
    before = len(group.messages)
    stranger = shop.person("路人", None)
    for command in shop.registry.commands:
        await stranger.says(f"/{command.name} 1", group=group)
    assert len(group.messages) == before
    assert not shop.platform.left


async def test_G15_words_without_a_person_behind_them_are_nobodys(shop: ChatShop) -> None:
    """An anonymous admin, a channel, a forwarded command: no sender, so no right."""
    owner = shop.person("老板", Role.OWNER)
    group = await shop.group().bound_by(owner)
    before = len(group.messages)
    await shop.take(owner.update("/invite owner", group, user=None))
    await shop.take(owner.update("/tally", group, user=None))
    await shop.take(owner.update("/tally", user=None))
    assert len(group.messages) == before
    owner.sees_nothing()
    assert not shop.platform.left


@pytest.mark.parametrize("role", list(Role))
async def test_S5_every_command_is_denied_to_every_other_role(shop: ChatShop, role: Role) -> None:
    """The table role x command, made from the registry: what is not granted is refused."""
    person = shop.person("某人", role)
    for command in shop.registry.commands:
        await person.says(f"/{command.name}")
        denied = "身份，你是" in person.last.text
        assert denied == (role not in command.roles), command.name
