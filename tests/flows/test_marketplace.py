"""A marketplace shop from its settings to a stored order: the service as people run it."""

import asyncio
import json
import sqlite3
from pathlib import Path

from sandbox.marketplaces.pinduoduo import Pinduoduo
from sandbox.marketplaces.taobao import Taobao
from tests.flows.service import PATIENCE_S, Folder

SETTINGS = """
[network]
allow_private = ["{place}"]

[channels.flagship]
platform = "taobao"
app_key = "{key}"
secret = "{secret}"
access_token = "{token}"
mode = "live"
create_skus = true
[channels.flagship.api]
base_url = "{url}"
windows = {{ lag_s = 0 }}

[channels.wrong]
platform = "pinduoduo"
app_key = "{key}"
secret = "{secret}"
access_token = "{token}"
order = {{ platform_no = {{ path = "order_sn", as = "number" }} }}
"""


def settings(market: Taobao | Pinduoduo) -> str:
    """Return the settings of a shop, and of one whose mapping is wrong."""
    return SETTINGS.format(
        place=market.root.removeprefix("http://"),
        key=market.app_key,
        secret=market.app_secret,
        token=market.session,
        url=market.url,
    )


async def test_a_shop_is_polled_and_a_wrong_channel_keeps_only_itself_off(tmp_path: Path) -> None:
    """An order sold on the marketplace is stored; the wrong mapping is told as an exception."""
    async with Taobao() as market:
        market.offer("A", 10)
        trade = market.sell("A", 3, note="快点")
        folder = Folder(tmp_path, more=settings(market))
        asked = asyncio.Event()
        market.faults.then_do(lambda _: asked.set(), methods="taobao.trade.fullinfo.get")
        async with folder.service():
            async with asyncio.timeout(PATIENCE_S):
                await asked.wait()
            await until_stored(tmp_path / "shop.db", trade.number)
        with sqlite3.connect(tmp_path / "shop.db") as database:
            rows = database.execute(
                "SELECT subject, note FROM exception WHERE open = 1"
            ).fetchall()
        database.close()
        told = {subject: note for subject, note in rows if subject.startswith("channel:")}
        assert list(told) == ["channel:wrong"]
        assert "channels.wrong.order.platform_no" in told["channel:wrong"]
        code, out, _ = await folder.run("verify", "--json")
        assert code == 0
        assert json.loads(out)["clean"]
        assert not market.book.violations()


async def until_stored(file: Path, number: str) -> None:
    """Wait until an order is in the database."""
    async with asyncio.timeout(PATIENCE_S):
        stored = False
        while not stored:
            stored = await asyncio.to_thread(found, file, number)


def found(file: Path, number: str) -> bool:
    """Look for an order in the file of a running service."""
    if not file.exists():
        return False
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)
    try:
        sql = "SELECT 1 FROM orders WHERE platform_no = ?"
        return database.execute(sql, (number,)).fetchone() is not None
    except sqlite3.OperationalError:  # the service is making its tables
        return False
    finally:
        database.close()
