"""The commands of the terminal, as programs: exit codes, JSON, and kind refusals."""

import asyncio
import json
import sqlite3
import time
from pathlib import Path

import pytest

from sandbox.bot_api import NO_FLOOD, BotApi
from tests.flows.service import Folder
from tests.flows.test_first_day import CHANNEL, ORDERS, SKUS


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "skus.csv").write_text(SKUS, "utf-8")
    (tmp_path / "orders.csv").write_text(ORDERS, "gb18030")
    return Folder(tmp_path, more=CHANNEL)


def _orders(folder: Folder, *more: str) -> tuple[str, ...]:
    return ("import-orders", "--channel", "taobao", str(folder.path / "orders.csv"), *more)


async def test_a_dry_run_counts_and_writes_nothing(folder: Folder) -> None:
    """--dry-run tells what would be new; the import then does it; the second changes nothing."""
    _, dry, _ = await folder.run(*_orders(folder, "--dry-run", "--json"))
    assert json.loads(dry)["tally"]["new"] == 2
    _, first, _ = await folder.run(*_orders(folder, "--json"))
    assert json.loads(first)["tally"]["new"] == 2
    _, again, _ = await folder.run(*_orders(folder, "--json"))
    tally = json.loads(again)["tally"]
    assert (tally["new"], tally["changed"], tally["unchanged"]) == (0, 0, 2)


async def test_verify_ends_with_1_and_names_the_breach(folder: Folder) -> None:
    """A database whose stock was changed behind our back is found out, in words and in JSON."""
    await folder.run("import-skus", str(folder.path / "skus.csv"), "--stock", "add")
    with sqlite3.connect(folder.path / "shop.db") as database:
        database.execute("UPDATE stock SET on_hand = on_hand + 1")
    database.close()
    code, out, _ = await folder.run("verify")
    assert (code, "✗ I1" in out) == (1, True)
    code, out, _ = await folder.run("verify", "--json")
    found = json.loads(out)
    assert (code, found["clean"]) == (1, False)
    assert [one["id"] for one in found["invariants"] if one["breaches"]] == ["I1"]


async def test_the_report_of_a_day_has_its_keys(folder: Folder) -> None:
    """`report day --json` prints exactly the documented keys."""
    await folder.run(*_orders(folder))
    code, out, err = await folder.run("report", "day", "2026-11-24", "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert list(found) == [
        "date", "zone", "orders", "units", "gmv_fen", "refund_orders", "refund_fen",
        "refund_rate_count", "refund_rate_value", "pay_to_pickup_h",
    ]  # fmt: skip
    assert (found["orders"], found["units"], found["gmv_fen"]) == (2, 3, 17700)
    assert list(found["pay_to_pickup_h"]) == ["n", "median", "mean", "p90", "negative", "missing"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("import-orders", "--channel", "nope", "skus.csv"), "[channels.nope]"),
        (("import-orders", "--preset", "nope", "skus.csv"), "olist"),
        (("import-orders", "--preset", "olist", "nowhere.csv"), "nowhere.csv"),
        (("report", "day", "yesterday"), "2026-03-02"),
        (("report", "kpi", "--from", "2026-02-01", "--to", "2026-01-01"), "--to"),
        (("report", "day", "2026-03-02", "--shop", "无此店"), "无此店"),
    ],
)
async def test_what_cannot_be_used_is_said_in_one_sentence(
    folder: Folder, arguments: tuple[str, ...], sentence: str
) -> None:
    """Bad input ends with 2 and a sentence in both languages, never with a traceback."""
    (folder.path / "skus.csv").touch()
    arguments = tuple(str(folder.path / one) if one == "skus.csv" else one for one in arguments)
    code, out, err = await folder.run(*arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 2


async def test_settings_tell_all_mistakes_at_once(folder: Folder) -> None:
    """Two wrong keys are two sentences, before anything starts."""
    with (folder.path / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\n[shop]\nzone = "Mars/Olympus"\nnmae = "x"\n')
    code, _, err = await folder.run("run")
    assert code == 2
    assert ("Mars/Olympus" in err, "nmae" in err) == (True, True)


async def test_a_command_beside_the_service_is_done_by_the_service(folder: Folder) -> None:
    """While the service runs, commands go through its socket, open to its owner alone."""
    async with BotApi(limits=NO_FLOOD) as telegram:
        shop = Folder(folder.path, telegram, CHANNEL)
        async with shop.service() as process:
            await shop.owner_code(process)
            socket = shop.path / "shop.db.sock"
            assert socket.stat().st_mode & 0o777 == 0o600
            code, out, err = await shop.run(*_orders(shop, "--as", "live", "--json"))
            assert (code, err) == (0, "")
            assert json.loads(out)["tally"]["new"] == 2
            code, out, _ = await shop.run("invite", "--role", "clerk")
            assert (code, "https://t.me/zhanggui_bot?start=" in out) == (0, True)
            code, _, err = await shop.run("import-orders", "--preset", "olist", "nowhere.csv")
            assert (code, "nowhere.csv" in err) == (2, True)
            code, _, err = await shop.run("console", stdin="今日\n")
            assert (code, "另一个掌柜服务正在使用这个数据库" in err) == (2, True)
        assert not socket.exists()


async def test_the_second_copy_of_the_service_refuses(folder: Folder) -> None:
    """Two services never share a database: the second says so and ends with 2 (A16)."""
    async with BotApi(limits=NO_FLOOD) as telegram:
        shop = Folder(folder.path, telegram)
        async with shop.service() as process:
            await shop.owner_code(process)
            code, _, err = await shop.run("run")
            assert (code, "Another copy of the service" in err) == (2, True)


async def test_the_console_answers_from_a_pipe(folder: Folder) -> None:
    """Lines piped in are answered like a chat, buttons have numbers, and the end is an end."""
    await folder.run("import-skus", str(folder.path / "skus.csv"), "--stock", "add")
    await folder.run(*_orders(folder, "--as", "live"))
    code, out, _ = await folder.run("console", "--as", "clerk", stdin="查订单 3333\n库存 jn-26\n")
    assert code == 0
    assert "2600111122223333" in out
    assert "JN-26" in out


async def test_help_is_there_at_once(folder: Folder) -> None:
    """`--help` imports nothing heavy: it is done long before a chat library would be."""
    began = time.monotonic()
    code, out, _ = await folder.run("--help")
    assert (code, "import-orders" in out) == (0, True)
    probe = "import sys, bot.__main__ as m; m.parser(); print(*sorted(sys.modules))"
    process = await asyncio.create_subprocess_exec(
        "python", "-c", probe, cwd=Path(__file__).parents[2], stdout=asyncio.subprocess.PIPE
    )
    modules = (await process.communicate())[0].decode().split()
    heavy = {"sqlalchemy", "aiogram", "telegram", "matplotlib", "pydantic", "dbos", "asyncio"}
    assert not heavy & set(modules)
    assert time.monotonic() - began < 20
