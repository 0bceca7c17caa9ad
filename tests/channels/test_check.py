"""C21: a new channel by configuration alone, and twelve ways to write it wrongly."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.channels import channels_of
from bot.cli.channel_check import check_channel
from bot.out import Terminal
from bot.sections import NetworkSettings, Settings
from core.adapters.marketplaces.check import check
from core.adapters.marketplaces.configurations import laid, shipped
from core.adapters.marketplaces.http_json import HttpJson, Means
from core.adapters.marketplaces.pace import Pace
from core.domain.channel import Rate
from core.store.door import Store
from sandbox.marketplaces.douyin import Douyin
from tests.channels.shops import NURSERY, Naps, described, lost_and_double, opened, poll_of, value
from tests.clock import MINUTE, SettableClock

KEYS = {"app_key": "12345678", "secret": "sandbox-secret", "access_token": "t", "mode": "live"}


async def sample(clock: SettableClock) -> bytes:
    """Return an answer of the platform as somebody would record it: three orders."""
    market = Douyin(clock=clock)
    kept: list[bytes] = []

    def keep(reply: Any) -> Any:
        kept.append(reply.body)
        return reply

    async with opened(market) as http:
        market.offer("A", 100, price_fen=5_990)
        market.offer("B", 100, price_fen=2_500)
        for pieces in (1, 2, 3):
            clock.forward(MINUTE)
            market.sell({"A": pieces, "B": 2})
        clock.forward(5 * MINUTE)
        told = described(market)
        market.faults.add("keep", spoil=keep)
        poll = poll_of_nobody(told, http, clock)
        await poll.changes(clock() - 10 * MINUTE, clock(), 0)
    return kept[0]


def poll_of_nobody(told: Any, http: Any, clock: SettableClock) -> Any:
    """Return the driver alone, with no database behind it."""
    return HttpJson(told, Means(http.send, clock, Pace(Rate(), lambda: 0.0, Naps(clock))))


def douyin(over: Mapping[str, Any]) -> dict[str, Any]:
    """Return Douyin's table with something else in it."""
    return laid(laid(shipped("douyin"), KEYS), over)


DEFECTS: dict[str, tuple[Mapping[str, Any], str]] = {
    "pieces and price swapped": (
        {
            "line": {
                "pieces": "sku_order_list[*].goods_price",
                "amount_fen": {"path": "sku_order_list[*].item_num", "as": "fen"},
            }
        },
        "line.pieces",
    ),
    "a required field left out": ({"order": {"status": None}}, "order.status"),
    "a path that is not there": ({"order": {"platform_no": "order_sn"}}, "order_sn"),
    "seconds read as milliseconds": (
        {"order": {"placed_at": {"path": "create_time", "as": "unix_ms"}}},
        "create_time",
    ),
    "fen read as yuan": ({"order": {"gmv_fen": "pay_amount"}}, "order.gmv_fen"),
    "a status that is not listed": ({"status": {"2": None}}, "order_status"),
    "a status that is none of ours": ({"status": {"2": "BEZAHLT"}}, "status.2"),
    "an unknown converter": (
        {"order": {"paid_at": {"path": "pay_time", "as": "seconds"}}},
        "order.paid_at",
    ),
    "the wrong list of lines": (
        {"line": {"outer_code": "items[*].code", "pieces": "items[*].item_num"}},
        "line",
    ),
    "an unknown signing profile": ({"api": {"signing": "tiktok"}}, "api.signing"),
    "windows without overlap": ({"api": {"windows": {"overlap_s": 0}}}, "api.windows.overlap_s"),
    "no page in the question": (
        {"api": {"changes": {"arguments": {"page": 0}}}},
        "api.changes.arguments",
    ),
    "a path that makes no sense": ({"api": {"changes": {"total": "data.[total"}}}, "total"),
    "placed and paid swapped": (
        {"order": {"placed_at": {"path": "exp_ship_time", "as": "unix_s"}}},
        "order.paid_at",
    ),
}


def without_none(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table without the keys that are None: they were left out."""
    return {
        key: without_none(one) if isinstance(one, Mapping) else one
        for key, one in table.items()
        if one is not None
    }


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS.keys())
async def test_C21_a_dry_run_shows_what_is_wrong(
    clock: SettableClock, defect: tuple[Mapping[str, Any], str]
) -> None:
    """Each defect is found before anything runs, and named by its key in both languages."""
    over, key = defect
    found = check("douyin2", without_none(douyin(over)), await sample(clock), clock())
    assert not found.good
    told = [(one.key, one.zh, one.en) for one in found.errors]
    told += [(one.column, one.reason_zh, one.reason_en) for one in found.bad]
    assert any(key in place for place, _, _ in told), told
    assert all(zh and en and zh != en for _, zh, en in told)


async def test_C21_control_the_right_description_says_nothing(clock: SettableClock) -> None:
    """Control: the shipped description maps all three orders; its card has the right sums."""
    found = check("douyin2", douyin({}), await sample(clock), clock())
    assert found.good, found.errors
    assert [order.gmv_fen for order in found.orders] == [22_970, 16_980, 10_990]
    assert found.proposed["order"]["platform_no"] == "order_id"
    assert found.proposed["order"]["placed_at"] == {"path": "create_time", "as": "unix_s"}
    assert found.proposed["line"]["pieces"] == "sku_order_list[*].item_num"


async def test_C21_a_wrong_channel_stays_off_and_the_others_run(
    store: Store, clock: SettableClock
) -> None:
    """Beside a channel that cannot be read, a right one polls as ever."""
    market = Douyin(clock=clock)
    async with opened(market) as http:
        market.offer("A", 10)
        market.sell("A")
        clock.forward(5 * MINUTE)
        wrong = without_none(douyin({"order": {"status": None}}))
        place = market.root.removeprefix("http://")
        settings = Settings(
            network=NetworkSettings([place]),
            channels={
                "wrong": wrong,
                "right": douyin({"api": {"base_url": market.root}}),
            },
        )
        channels = channels_of(settings, store, NURSERY)
        assert list(channels.wrong) == ["wrong"]
        assert [poll.channel.name for poll in channels.polls] == ["right"]
        await channels.close()
        await poll_of(store, market, http).catch_up()
        assert await lost_and_double(store, market) == (set(), set())
        assert await value(store, "SELECT COUNT(*) AS n FROM orders") == 1


async def test_the_command_prints_it_for_people_and_for_programs(
    clock: SettableClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`channel check`: exit code 0 and a card, or 1 and the errors; as JSON the same."""
    file = tmp_path / "sample.json"
    file.write_bytes(await sample(clock))
    asked = {"name": "douyin", "sample": str(file), "json": False}
    assert check_channel(Settings(), asked, Terminal(), clock()) == 0
    assert "A × 3 ¥179.70" in capsys.readouterr().out
    wrong = Settings(channels={"mine": douyin({"order": {"gmv_fen": "pay_amount"}})})
    asked |= {"name": "mine", "json": True}
    assert check_channel(wrong, asked, Terminal(), clock()) == 1
    told = json.loads(capsys.readouterr().out)
    assert not told["good"]
    assert told["errors"][0]["key"] == "order.gmv_fen"
