"""The write door: who is told, and in which order."""

import asyncio

import pytest

from core.store.door import Store
from core.store.tx import Tx


def _signal(tx: Tx) -> None:
    tx.signals.add("news")


async def test_listeners_hear_of_a_commit_before_its_caller(store: Store) -> None:
    """Whoever awaits a write finds no cache that the write made stale, however threads run."""
    heard = 0

    def hear() -> None:
        nonlocal heard
        heard += 1

    store.listen("news", hear)
    for turn in range(1, 201):
        await store.write(_signal)
        assert heard == turn


async def test_one_bad_item_does_not_fail_its_neighbours(store: Store) -> None:
    """Items that share a call are tried alone when the call fails; only the bad one is refused."""

    def batch(tx: Tx, items: list[int]) -> list[int]:
        if 3 in items:
            raise ValueError("3 is bad")
        return [item * tx.now for item in items]

    results = await asyncio.gather(
        *(store.write_each(batch, item) for item in range(6)), return_exceptions=True
    )
    assert [isinstance(one, ValueError) for one in results] == [n == 3 for n in range(6)]


async def test_a_command_gives_its_first_answer_again(store: Store) -> None:
    """The same key does nothing twice, and what became of it can be asked."""
    counter = 0

    def command(tx: Tx) -> dict[str, int]:
        nonlocal counter
        counter += 1
        return {"answer": counter, "at": tx.now}

    first = await store.write(command, key="telegram:1:5")
    assert await store.write(command, key="telegram:1:5") == first
    assert counter == 1
    outcome = await store.outcome("telegram:1:5")
    assert outcome is not None
    assert await store.outcome("telegram:1:6") is None


async def test_what_fails_leaves_nothing(store: Store) -> None:
    """A refusal undoes all it wrote, and its key may be used again."""

    def refuse(tx: Tx) -> None:
        tx.run("INSERT INTO setting (name, value, updated_at) VALUES ('x', 'y', :now)", now=tx.now)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.write(refuse, key="k")
    assert await store.read(lambda tx: tx.value("SELECT COUNT(*) FROM setting")) == 0
    assert await store.outcome("k") is None


async def test_a_reader_cannot_write(store: Store) -> None:
    """The reading door is for reading alone, on both databases."""
    with pytest.raises(Exception, match=r"readonly|read-only"):
        await store.read(lambda tx: tx.run("DELETE FROM setting"))
