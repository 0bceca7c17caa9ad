"""Are groups ours only when an owner says so, and what becomes of them?"""

from core.domain.staff import Role
from core.messaging import Happening
from tests.chat import ChatShop


async def test_an_owner_binds_a_group(shop: ChatShop) -> None:
    """Added by the owner we wait to be bound; then staff are answered and topics are on."""
    owner = shop.person("老板", Role.OWNER)
    clerk = shop.person("小李", Role.CLERK)
    group = shop.group()
    await group.happens(Happening.ADDED, owner)
    assert "/bind" in group.messages[-1].text
    await clerk.says("/tally", group=group)
    assert "还没有绑定" in group.messages[-1].text
    await clerk.says("/bind", group=group)
    assert "需要店主身份" in group.messages[-1].text
    await owner.says("/bind", group=group)
    assert "缺货提醒、每日汇总" in group.messages[-1].text
    await clerk.says("/tally", group=group)
    assert group.messages[-1].text == "number 1"


async def test_what_is_not_for_us_is_overheard(shop: ChatShop) -> None:
    """In a group we answer when we are spoken to, not to everything that looks like a command."""
    owner = shop.person("老板", Role.OWNER)
    group = await shop.group().bound_by(owner)
    before = len(group.messages)
    await owner.says("计数", group=group, mentioned=False)
    assert len(group.messages) == before


async def test_private_commands_stay_private(shop: ChatShop) -> None:
    """Invites are not made where others read along."""
    owner = shop.person("老板", Role.OWNER)
    group = await shop.group().bound_by(owner)
    await owner.says("/invite clerk", group=group)
    assert "私聊" in group.messages[-1].text


async def test_topics_are_switched_by_button_and_by_word(shop: ChatShop) -> None:
    """The list is edited in place; in a group only owners and managers change it."""
    owner = shop.person("老板", Role.OWNER)
    clerk = shop.person("小李", Role.CLERK)
    group = await shop.group().bound_by(owner)
    await owner.says("/subscribe", group=group)
    assert group.messages[-1].labels == [
        "✅ 缺货提醒",
        "✅ 每日汇总",
        "⬜ 异常提醒",
        "⬜ 系统提醒",
    ]
    await owner.presses("异常提醒", group=group)
    assert group.messages[-1].labels[2] == "✅ 异常提醒"
    await clerk.presses("异常提醒", group=group)
    assert group.messages[-1].labels[2] == "✅ 异常提醒"
    await clerk.says("订阅 每日汇总")
    clerk.sees("已订阅：每日汇总")
    await clerk.says("/subscribe nonsense")
    clerk.sees("没有“nonsense”这个主题")


async def test_language_is_chosen_per_chat(shop: ChatShop) -> None:
    """English in one chat changes nothing in another; the keyboard follows."""
    clerk = shop.person("小李", Role.CLERK)
    other = shop.person("小王", Role.CLERK)
    await clerk.says("/lang en")
    clerk.sees("English")
    assert clerk.keyboard[-1] == ("More",)
    await clerk.says("/nothing")
    clerk.sees("There is no /nothing")
    await other.says("/nothing")
    other.sees("没有 /nothing")
    await clerk.says("/lang")
    await clerk.presses("中文")
    assert clerk.keyboard[-1] == ("更多",)


async def test_G07_a_group_that_throws_us_out_is_paused_and_the_owners_hear_of_it(
    shop: ChatShop,
) -> None:
    """Kicked: no more notices there, one to the owner; added and bound again: as before."""
    owner = shop.person("老板", Role.OWNER)
    group = await shop.group("仓库群").bound_by(owner)
    await owner.says("/subscribe exceptions", group=group)
    await group.happens(Happening.REMOVED, None)
    assert await _states(shop, group.chat) == ["PAUSED"]
    rows = await shop.rows("SELECT lane, payload FROM outbox WHERE kind = 'alert'")
    assert [row["lane"] for row in rows] == [f"test:{owner.account}"]
    assert "仓库群" in rows[0]["payload"]
    await group.happens(Happening.REMOVED, None)
    assert len(await shop.rows("SELECT id FROM outbox")) == 1
    await group.happens(Happening.ADDED, owner)
    await owner.says("/bind", group=group)
    assert "异常提醒" in group.messages[-1].text


async def test_G07_whoever_blocks_us_and_comes_back_hears_from_us_again(shop: ChatShop) -> None:
    """A blocked private chat is paused; unblocked it is ours as before."""
    clerk = await shop.person("小李", Role.CLERK).comes()
    await shop.take(clerk.update(happening=Happening.REMOVED))
    assert await _states(shop, clerk.account) == ["PAUSED"]
    await shop.take(clerk.update(happening=Happening.ADDED))
    assert await _states(shop, clerk.account) == ["BOUND"]


async def test_G08_a_group_that_moved_keeps_everything(shop: ChatShop) -> None:
    """Both service messages tell it; it happens once and nothing has to be bound again."""
    owner = shop.person("老板", Role.OWNER)
    group = await shop.group().bound_by(owner)
    await owner.says("/offer", group=group)
    for _ in range(2):
        await group.happens(Happening.MOVED, None, text="-100123")
    old, group.chat = group.chat, "-100123"
    assert await _states(shop, old) == []
    assert await _states(shop, group.chat) == ["BOUND"]
    refs = await shop.rows("SELECT chat FROM message_ref WHERE name = 'offer'")
    assert refs == [{"chat": "-100123"}]
    moves = await shop.rows("SELECT act FROM audit WHERE act = 'chat-moved'")
    assert len(moves) == 1
    await owner.says("/tally", group=group)
    assert group.messages[-1].text == "number 1"


async def test_an_unbound_group_is_quiet(shop: ChatShop) -> None:
    """After /unbind nobody is answered there."""
    owner = shop.person("老板", Role.OWNER)
    group = await shop.group().bound_by(owner)
    await owner.says("/unbind", group=group)
    assert "已解绑" in group.messages[-1].text
    await owner.says("/tally", group=group)
    assert "还没有绑定" in group.messages[-1].text


async def _states(shop: ChatShop, chat: str) -> list[str]:
    rows = await shop.rows("SELECT state FROM chat WHERE chat = :chat", chat=chat)
    return [row["state"] for row in rows]
