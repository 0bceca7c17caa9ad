"""Is a button good for exactly what it says, for whom it says, and once?"""

import asyncio
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.checkpoints import unprotect
from core.domain.staff import Role
from core.domain.token import Claims, read, sign
from core.services.buttons import ONCE
from tests.chat import ChatShop, User
from tests.clock import DAY, MINUTE, SettableClock

KEY = b"k" * 32
ALPHABET = string.ascii_letters + string.digits + "-_"
CLAIMS = st.builds(
    Claims,
    verb=st.integers(0, 2**24 - 1),
    object_id=st.integers(0, 2**48 - 1),
    version=st.integers(-(2**31), 2**31 - 1).map(abs).filter(lambda n: n < 2**31),
    argument=st.integers(-(2**31), 2**31 - 1),
    roles=st.frozensets(st.sampled_from(list(Role))),
    expires_at=st.integers(0, 2**32 - 1).map(lambda seconds: seconds * 1000),
    person_id=st.integers(0, 2**31),
    nonce=st.binary(min_size=7, max_size=7),
)


@given(CLAIMS)
def test_a_token_carries_what_was_put_in(claims: Claims) -> None:
    """Sixty-four signs that every platform takes, and all of the meaning."""
    token = sign(KEY, claims)
    assert len(token) == 64
    assert set(token) <= set(ALPHABET)
    assert read(KEY, token) == claims


@given(CLAIMS, st.integers(0, 63), st.sampled_from(ALPHABET))
def test_G11_a_token_changed_in_one_sign_is_nothing(claims: Claims, at: int, sign_: str) -> None:
    """No sign of a token can be exchanged, and no other key makes it."""
    token = sign(KEY, claims)
    forged = token[:at] + sign_ + token[at + 1 :]
    assert (read(KEY, forged) is None) == (forged != token)
    assert read(b"x" * 32, token) is None


@given(st.text(max_size=80))
def test_G11_no_text_is_a_token(text: str) -> None:
    """Whatever a client sends in place of a token is refused without an error."""
    assert read(KEY, text) is None


def test_a_number_that_does_not_fit_is_an_error_of_ours() -> None:
    """Nothing is cut silently."""
    claims = Claims(1, 2**48, 0, 0, frozenset(), 0, 0, b"1234567")
    with pytest.raises(ValueError, match="cannot hold"):
        sign(KEY, claims)


async def offered(shop: ChatShop, name: str = "小李", role: Role = Role.CLERK) -> User:
    user = shop.person(name, role)
    await user.says("/offer")
    return user


async def test_a_button_does_its_work_in_place(shop: ChatShop) -> None:
    """The message under the button is edited; no new one is sent."""
    clerk = await offered(shop)
    await clerk.presses("one more")
    clerk.sees("number 1")
    assert clerk.last.edits == 1
    assert not clerk.news


async def test_a_double_tap_acts_once_and_says_who_was_first(shop: ChatShop) -> None:
    """The second press changes nothing and says by whom and when it was done."""
    clerk = await offered(shop)
    shown, token = clerk.button("one more") or pytest.fail("no button")
    await clerk.presses_token(token, shown)
    await clerk.presses_token(token, shown)
    clerk.sees("你已在 03-02 10:00:00 处理过")
    other = shop.person("小王", Role.CLERK)
    await other.presses_token(token, shown)
    other.sees("小李 已在 03-02 10:00:00 处理过")
    assert await _tally(shop) == 1


async def test_control_without_the_nonce_a_double_tap_acts_twice(shop: ChatShop) -> None:
    """With the protection off the same button counts twice."""
    clerk = await offered(shop)
    shown, token = clerk.button("one more") or pytest.fail("no button")
    unprotect(ONCE)
    try:
        await clerk.presses_token(token, shown)
        await clerk.presses_token(token, shown)
    finally:
        unprotect()
    assert await _tally(shop) == 2


async def test_G10_a_hundred_people_press_at_once(shop: ChatShop) -> None:
    """One effect, and everybody gets an answer."""
    first = await offered(shop)
    shown, token = first.button("one more") or pytest.fail("no button")
    crowd = [await shop.person(f"客服{n}", Role.CLERK).comes() for n in range(100)]
    presses = [one.press_of(token, shown) for one in crowd]
    await asyncio.gather(*(shop.dispatcher.accept([press]) for press in presses))
    await shop.idle()
    assert await _tally(shop) == 1
    assert len(shop.platform.toasts) == 100
    assert sum("处理过" in text for _, text in shop.platform.toasts) == 99


async def test_a_button_that_only_looks_may_be_pressed_again(shop: ChatShop) -> None:
    """Paging and opening a card use nothing up; the button's values arrive as they were."""
    clerk = await offered(shop)
    shown, token = clerk.button("look") or pytest.fail("no button")
    for _ in range(3):
        await clerk.presses_token(token, shown)
        clerk.sees("looked", "object_id=7, version=3, argument=-2")


async def test_G11_somebody_elses_button_is_refused_and_noted(shop: ChatShop) -> None:
    """A button made for one person does nothing for another."""
    clerk = await offered(shop)
    shown, token = clerk.button("only mine") or pytest.fail("no button")
    other = shop.person("小王", Role.OWNER)
    await other.presses_token(token, shown)
    other.sees("给别人的")
    await _refused(shop, "NotAllowed")
    await clerk.presses_token(token, shown)
    assert await _tally(shop) == 1


async def test_G11_a_button_of_thirty_days_ago_is_refused(
    shop: ChatShop, clock: SettableClock
) -> None:
    """A button runs out by its own date: a minute, a day."""
    clerk = await offered(shop)
    shown, soon = clerk.button("soon over") or pytest.fail("no button")
    _, later = clerk.button("one more") or pytest.fail("no button")
    clock.forward(MINUTE + 1)
    await clerk.presses_token(soon, shown)
    clerk.sees("已过期")
    clock.forward(30 * DAY)
    await clerk.presses_token(later, shown)
    clerk.sees("已过期")
    await _refused(shop, "Stale", "Stale")


async def test_G11_a_forged_button_is_refused(shop: ChatShop) -> None:
    """A token with one sign changed, and any other text, does nothing."""
    clerk = await offered(shop)
    shown, token = clerk.button("one more") or pytest.fail("no button")
    changed = ("A" if token[10] != "A" else "B").join((token[:10], token[11:]))
    for forged in (changed, "order:1:cancel", "", "' OR 1=1 --", "😀" * 16):
        await clerk.presses_token(forged, shown)
        clerk.sees("按钮无效")
    await _refused(shop, *["NotAllowed"] * 5)


async def test_G11_the_role_counts_at_the_press(shop: ChatShop) -> None:
    """A role that the button does not name, or that was taken away since, cannot press it."""
    clerk = await offered(shop)
    shown, token = clerk.button("owners") or pytest.fail("no button")
    viewer = shop.person("看客", Role.VIEWER)
    await viewer.presses_token(token, shown)
    viewer.sees("你是只读")
    assert clerk.here
    owner = await shop.person("老板", Role.OWNER).comes()
    await owner.says(f"/staff {clerk.here.id} 只读")
    owner.sees("现在是只读")
    await clerk.presses_token(token, shown)
    clerk.sees("你是只读")


async def test_a_refused_press_leaves_the_button_usable(shop: ChatShop) -> None:
    """The nonce is claimed in the transaction of the effect: no effect, no claim."""
    clerk = shop.person("小李", Role.CLERK)
    await clerk.says("/question")
    await clerk.says("wrong")
    assert not await shop.rows("SELECT nonce FROM button_press")


async def _tally(shop: ChatShop) -> int:
    rows = await shop.rows("SELECT value FROM setting WHERE name = 'tests.tally'")
    return int(rows[0]["value"]) if rows else 0


async def _refused(shop: ChatShop, *why: str) -> None:
    rows = await shop.rows("SELECT detail FROM audit WHERE act = 'refused' ORDER BY id")
    assert [f'"why": "{one}"' in row["detail"] for one, row in zip(why, rows, strict=True)] == [
        True
    ] * len(why)
