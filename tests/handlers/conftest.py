"""What tests of the chat may ask for."""

from collections.abc import AsyncIterator

import pytest

from core.store.door import Store
from tests.chat import ChatShop
from tests.handlers.commands import EXTRA


@pytest.fixture
async def shop(store: Store) -> AsyncIterator[ChatShop]:
    """Return a shop whose staff talk to the bot, on each kind of database."""
    opened = await ChatShop(store, *EXTRA).open()
    yield opened
    await opened.close()
    assert not opened.nursery.failed
