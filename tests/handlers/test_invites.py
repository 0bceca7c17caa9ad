"""Does exactly the invited person get in, once, in time?"""

import asyncio
import re

import pytest

from core.domain.checkpoints import unprotect
from core.domain.staff import Role
from core.services import staff
from core.services.staff import SINGLE_USE
from tests.chat import ChatShop
from tests.clock import HOUR, MINUTE, SettableClock

CODE = re.compile(r"/start ([A-Za-z0-9_-]{1,64})\b")


async def invited(shop: ChatShop, role: str = "clerk") -> str:
    """Let an owner invite somebody; returns the code."""
    owner = shop.person("老板", Role.OWNER)
    await owner.says(f"/invite {role}")
    found = CODE.search(owner.sees("15 分钟"))
    assert found
    assert f"https://chat.example/join?start={found[1]}" in owner.last.text
    return found[1]


async def test_an_invited_clerk_sees_three_buttons_first(shop: ChatShop) -> None:
    """One link, one person, one role; the first thing seen is the console of that role."""
    code = await invited(shop)
    guest = shop.person("小李", None)
    await guest.says(f"/start {code}")
    guest.sees("小李，欢迎", "客服")
    assert guest.keyboard[-1] == ("更多",)
    await guest.says("/whoami")
    guest.sees("身份：客服")


async def test_the_code_alone_is_enough(shop: ChatShop) -> None:
    """Where no deep link can be opened, the code is sent as text."""
    code = await invited(shop, "仓库")
    guest = shop.person("阿强", None)
    await guest.says(code)
    guest.sees("仓库")


async def test_first_start_makes_an_owner(shop: ChatShop, clock: SettableClock) -> None:
    """The owner's first code is good for a day; with an owner there is no such code any more."""
    code = await shop.store.write(staff.first_owner_code)
    assert code
    clock.forward(23 * HOUR)
    boss = shop.person("老板", None)
    await boss.says(f"/start {code}")
    boss.sees("店主", "/invite")
    assert await shop.store.write(staff.first_owner_code) is None


async def test_S8_only_the_hash_is_stored(shop: ChatShop) -> None:
    """The code is 128 bits of the alphabet of deep links and stands nowhere in the database."""
    code = await invited(shop)
    assert staff.CODE.fullmatch(code)
    tables = ("invite", "command", "audit", "inbox", "setting")
    for table in tables:
        rows = await shop.rows(f"SELECT * FROM {table}")  # noqa: S608 - names from above
        assert code not in str(rows)


async def test_G14_an_invite_lets_one_person_in(shop: ChatShop) -> None:
    """The second user of a code is refused kindly and stays a stranger."""
    code = await invited(shop)
    await shop.person("小李", None).says(f"/start {code}")
    late = shop.person("小偷", None)
    await late.says(f"/start {code}")
    late.sees("已被使用过")
    await late.says("/whoami")
    late.sees_nothing()


async def test_G14_two_at_the_same_moment_one_gets_in(shop: ChatShop) -> None:
    """A race for one code has one winner."""
    code = await invited(shop)
    guests = [shop.person(f"人{n}", None) for n in range(8)]
    await asyncio.gather(
        *(shop.dispatcher.accept([one.update(f"/start {code}")]) for one in guests)
    )
    await shop.idle()
    assert sum("欢迎" in one.last.text for one in guests) == 1


async def test_G14_control_without_single_use_two_get_in(shop: ChatShop) -> None:
    """With the protection off the second user gets in as well."""
    code = await invited(shop)
    unprotect(SINGLE_USE)
    try:
        for name in ("小李", "小偷"):
            guest = shop.person(name, None)
            await guest.says(f"/start {code}")
            guest.sees("欢迎")
    finally:
        unprotect()


async def test_G14_an_invite_runs_out(shop: ChatShop, clock: SettableClock) -> None:
    """After fifteen minutes a code is refused kindly."""
    code = await invited(shop)
    clock.forward(15 * MINUTE)
    guest = shop.person("小李", None)
    await guest.says(f"/start {code}")
    guest.sees("已过期")


async def test_G14_an_invite_is_refused_in_a_group(shop: ChatShop) -> None:
    """In a group it lets nobody in; whoever holds a code is told where it works."""
    code = await invited(shop)
    owner = shop.person("老板二", Role.OWNER)
    group = await shop.group().bound_by(owner)
    guest = shop.person("小李", None)
    await guest.says(f"/start {code}", group=group)
    assert "私聊" in group.messages[-1].text
    before = len(group.messages)
    await guest.says(f"/start {'A' * 22}", group=group)
    assert len(group.messages) == before
    await guest.says(f"/start {code}")
    guest.sees("欢迎")


@pytest.mark.parametrize("code", ["A" * 22, "short", "A" * 64, "' OR 1=1 --", ""])
async def test_G14_a_code_that_nobody_made_is_silence(shop: ChatShop, code: str) -> None:
    """A guess teaches nothing."""
    guest = shop.person("小偷", None)
    await guest.says(f"/start {code}")
    guest.sees_nothing()


async def test_an_invite_is_not_used_up_by_somebody_who_works_here(shop: ChatShop) -> None:
    """An owner who tries a link keeps the role, and the link stays good."""
    code = await invited(shop)
    clerk = shop.person("老员工", Role.MANAGER)
    await clerk.says(f"/start {code}")
    clerk.sees("已经是店里的人")
    guest = shop.person("小李", None)
    await guest.says(f"/start {code}")
    guest.sees("欢迎")


async def test_a_join_that_is_run_again_greets_again(shop: ChatShop) -> None:
    """A crash between the effect and the reply: the guest is in, once, and is greeted."""
    code = await invited(shop)
    guest = shop.person("小李", None)
    await guest.says(f"/start {code}")
    await shop.store.write(
        lambda tx: tx.run(
            "UPDATE inbox SET done_at = NULL WHERE lane = :lane", lane=f"test:{guest.account}"
        )
    )
    await shop.restart()
    await shop.idle()
    assert [one.text.count("欢迎") for one in guest.news] == [1, 1]
    assert len(await shop.rows("SELECT id FROM person WHERE name = '小李'")) == 1


async def test_whoever_is_removed_is_a_stranger(shop: ChatShop) -> None:
    """Owners let people go by two presses; the last owner cannot be removed."""
    owner = shop.person("老板", Role.OWNER)
    clerk = await shop.person("小李", Role.CLERK).comes()
    await owner.says("/staff")
    owner.sees("小李", "客服")
    await owner.presses("移除 小李")
    owner.sees("确定移除 小李")
    await owner.presses("确定移除")
    owner.sees("已移除 小李")
    await clerk.says("/whoami")
    clerk.sees_nothing()
    assert owner.here
    await owner.says(f"/staff {owner.here.id} clerk")
    owner.sees("唯一的店主")


async def test_what_owners_do_is_in_the_trail(shop: ChatShop) -> None:
    """Invite, join, change of role: each with who did it."""
    code = await invited(shop)
    guest = shop.person("小李", None)
    await guest.says(f"/start {code}")
    rows = await shop.rows("SELECT actor, act FROM audit WHERE act IN ('invite', 'join')")
    people = {row["name"]: row["id"] for row in await shop.rows("SELECT id, name FROM person")}
    assert [(row["act"], row["actor"]) for row in rows] == [
        ("invite", f"person:{people['老板']}"),
        ("join", f"person:{people['小李']}"),
    ]


async def test_only_owners_invite(shop: ChatShop) -> None:
    """A manager is told whose right it is."""
    manager = shop.person("店长", Role.MANAGER)
    await manager.says("/invite clerk")
    manager.sees("需要店主身份")
