"""Does a link show its page to its person for ten minutes, and nothing to anybody else?"""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import ClientSession

from bot.sections import WebSettings
from bot.web import Web
from core.domain.errors import NotAllowed
from core.domain.intake import Receiver
from core.domain.staff import Person, Role
from core.services import Tx, pages
from core.store import people
from core.store.door import Store
from tests.clock import MINUTE, SettableClock
from tests.shop import TestShop, order

CODE = "AAAAAAAAAAAAAAAAAAAAAA"
EVIL = '<script>alert(1)</script>"&'


@pytest.fixture
async def web(store: Store, clock: SettableClock) -> AsyncIterator[Web]:
    """Return our server on a free port."""
    server = Web(store, WebSettings(port=0), clock)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def link(store: Store, role: Role = Role.CLERK, code: str = CODE) -> Person:
    """Make a link to an order's receiver for a new person."""
    made = order("TB0001", ("A", 1))
    who = Receiver("王小明", "13800134567", f"杭州 {EVIL}")
    await TestShop(store).takes_in(replace(made, receiver=who, buyer_note="放门口"))

    def make(tx: Tx) -> Person:
        person = Person(people.add(tx, "小李", role), "小李", role)
        order_id = tx.value("SELECT id FROM orders")
        pages.make(tx, code, pages.Link(pages.RECEIVER, order_id, person), "test")
        return person

    return await store.write(make)


async def test_a_link_shows_the_receiver_and_writes_it_down(
    store: Store, web: Web, client: ClientSession
) -> None:
    """The page has name, phone and address, escaped; each look is a row of the trail."""
    person = await link(store)
    text = ""
    for _ in range(2):
        async with client.get(f"{web.base}/p/{CODE}") as answer:
            text = await answer.text()
            assert answer.status == 200
    for shown in ("王小明", 'href="tel:13800134567"', "杭州", "放门口", "TB0001", 'lang="zh-CN"'):
        assert shown in text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    rows = await store.read(
        lambda tx: tx.all("SELECT actor, object, detail FROM audit WHERE act = 'revealed'")
    )
    assert [(row["actor"], row["object"]) for row in rows] == [
        (f"person:{person.id}", "order:1")
    ] * 2
    assert "王小明" not in rows[0]["detail"]


async def test_every_answer_keeps_and_loads_nothing(
    store: Store, web: Web, client: ClientSession
) -> None:
    """Good page, bad code, unknown address and health carry the same protecting headers."""
    await link(store)
    for path in (f"/p/{CODE}", "/p/wrong", "/nowhere", "/healthz"):
        async with client.get(web.base + path) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'")
            assert "unsafe" not in policy
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            text = await answer.text()
            assert "http://" not in text
            assert "https://" not in text


async def test_strangers_and_late_comers_get_the_same_plain_page(
    store: Store, web: Web, client: ClientSession, clock: SettableClock
) -> None:
    """A guess, a link that ran out and a person who left: one kind page, and no hint."""
    person = await link(store)
    said = set()
    async with client.get(f"{web.base}/p/{CODE[:-1]}B") as answer:
        assert answer.status == 404
        said.add(await answer.text())
    clock.forward(10 * MINUTE)
    async with client.get(f"{web.base}/p/{CODE}") as answer:
        assert answer.status == 404
        said.add(await answer.text())
    clock.forward(-MINUTE)
    await store.write(
        lambda tx: tx.run("UPDATE person SET role = 'viewer' WHERE id = :id", id=person.id)
    )
    async with client.get(f"{web.base}/p/{CODE}") as answer:
        said.add(await answer.text())
    await store.write(
        lambda tx: tx.run(
            "UPDATE person SET role = 'clerk', active = 0 WHERE id = :id", id=person.id
        )
    )
    async with client.get(f"{web.base}/p/{CODE}") as answer:
        said.add(await answer.text())
    (text,) = said
    assert "再点一次" in text
    assert "王小明" not in text
    seen = await store.read(
        lambda tx: tx.value("SELECT COUNT(*) AS n FROM audit WHERE act = 'revealed'")
    )
    assert seen == 0


async def test_a_link_is_not_opened_by_looking_at_its_head(
    store: Store, web: Web, client: ClientSession
) -> None:
    """A chat's link preview that asks for the head alone reveals nothing and is not recorded."""
    await link(store)
    async with client.head(f"{web.base}/p/{CODE}") as answer:
        assert answer.status == 405
    assert await store.read(lambda tx: tx.value("SELECT opened_at FROM page_link")) is None


async def test_a_role_without_the_right_gets_no_link(store: Store) -> None:
    """A viewer cannot have a link made, and the code itself is never stored."""
    with pytest.raises(NotAllowed):
        await link(store, Role.VIEWER)
    await link(store)
    kept = await store.read(lambda tx: tx.all("SELECT * FROM page_link"))
    assert CODE not in str([dict(row) for row in kept])


async def test_english_browsers_read_english(
    store: Store, web: Web, client: ClientSession
) -> None:
    """The browser's language is used; Chinese is the default."""
    await link(store)
    async with client.get(f"{web.base}/p/{CODE}", headers={"Accept-Language": "en-GB"}) as answer:
        text = await answer.text()
    assert "Receiver" in text
    assert "收件人" not in text
    async with client.get(f"{web.base}/p/x", headers={"Accept-Language": "de"}) as answer:
        assert "nothing here" in await answer.text()


async def test_health_says_whether_the_database_answers(
    store: Store, web: Web, client: ClientSession, clock: SettableClock
) -> None:
    """200 and the time since the start while all is well; 503 once the database is gone."""
    clock.forward(5 * MINUTE)
    async with client.get(f"{web.base}/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok", "up_seconds": 300})
    await store.close()
    async with client.get(f"{web.base}/healthz") as answer:
        assert answer.status == 503


async def test_long_and_strange_codes_are_only_wrong(web: Web, client: ClientSession) -> None:
    """Whatever stands in the address, the answer is the plain page."""
    for code in ("x" * 5000, "%00", "..%2f..%2fetc", "😀", "'--"):
        async with client.get(f"{web.base}/p/{code}") as answer:
            assert answer.status in {404, 400}, code
            assert "王小明" not in await answer.text()
