"""`channel check`: what a channel would make of a sample, before anything runs."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.out import Out
from bot.sections import Settings
from core.adapters.marketplaces.check import Doubt, Finding, check
from core.adapters.marketplaces.configurations import names
from core.domain.errors import BadInput
from core.domain.intake import OrderIn

MOST_BYTES = 32 << 20
ZONE = "Asia/Shanghai"


def check_channel(settings: Settings, args: Mapping[str, Any], out: Out, now: int) -> int:
    """Print errors, what is missing, a proposed map and a dry-run card; 1 if anything is wrong."""
    name = args["name"]
    table = _table(settings, name)
    found = check(name, table, _sample(Path(args["sample"])), now)
    if args["json"]:
        out.result(to_json(found))
    else:
        for line in lines(found, str(table.get("zone", ZONE))):
            out.line(line)
    return int(not found.good)


def _table(settings: Settings, name: str) -> Mapping[str, Any]:
    """Return the channel of the settings, or the platform of that name."""
    if name in settings.channels:
        return settings.channels[name]
    if name in names():
        return {"platform": name}
    listed = ", ".join([*settings.channels, *names()])
    raise BadInput(
        f"没有渠道或平台“{name}”；现有：{listed}。",
        f"There is no channel or platform {name!r}; there are: {listed}.",
    )


def _sample(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        why = error.strerror or "?"
        raise BadInput(f"读不了 {file}：{why}。", f"{file} cannot be read: {why}.") from None
    if len(data) > MOST_BYTES:
        raise BadInput(f"{file} 超过 32 MB。", f"{file} is larger than 32 MB.")
    return data


def to_json(found: Finding) -> dict[str, Any]:
    """Return a finding as plain values."""
    return {
        "good": found.good,
        "errors": [asdict(one) for one in found.errors],
        "quarantined": [
            {"order": one.platform_no, "key": one.column, "zh": one.reason_zh, "en": one.reason_en}
            for one in found.bad
        ],
        "missing": [asdict(one) for one in found.missing],
        "proposed": found.proposed,
        "orders": [_plain(order) for order in found.orders],
    }


def _plain(order: OrderIn) -> dict[str, Any]:
    """Return what an order became, without its source and without its receiver."""
    left_out = ("raw", "digest", "receiver")
    return {name: value for name, value in asdict(order).items() if name not in left_out}


def lines(found: Finding, zone: str) -> list[str]:
    """Say a finding in words, in both languages."""
    said = [f"✗ {_said(one)}" for one in found.errors]
    said += [
        f"✗ {one.platform_no or '?'} {one.column}：{one.reason_zh} / {one.reason_en}"
        for one in found.bad
    ]
    said += [f"· {_said(one)}" for one in found.missing]
    if found.orders:
        said += ["", "试运行 / dry run:", *_card(found.orders[0], zone)]
    if found.proposed and not found.good:
        said += ["", "建议的映射 / a proposed map:", *_toml(found.proposed)]
    fit, wrong = len(found.orders), len(found.errors) + len(found.bad)
    return [*said, "", f"{fit} 单可用，{wrong} 处有误 / {fit} orders fit, {wrong} faults"]


def _said(one: Doubt) -> str:
    return f"{one.key}：{one.zh} / {one.en}"


def _card(order: OrderIn, zone: str) -> list[str]:
    held = " · 平台审核中 / held" if order.held else ""
    card = [
        f"  {order.platform_no} · {order.status} · {order.refund}{held}",
        f"  ¥{_yuan(order.gmv_fen)} · 邮费 / postage ¥{_yuan(order.postage_fen)}",
    ]
    times = {"下单 / placed": order.placed_at, "付款 / paid": order.paid_at}
    times["修改 / modified"] = order.modified_at
    card += [f"  {name} {_moment(at, zone)}" for name, at in times.items() if at is not None]
    card += [
        f"  {line.outer_code} × {line.pieces} ¥{_yuan(line.amount_fen)} {line.title}"
        for line in order.lines
    ]
    return card


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _moment(at: int, zone: str) -> str:
    moment = dt.datetime.fromtimestamp(at // 1000, ZoneInfo(zone))
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _toml(proposed: Mapping[str, Mapping[str, Any]]) -> list[str]:
    written = []
    for section, fields in proposed.items():
        written.append(f"[{section}]")
        for name, value in fields.items():
            if isinstance(value, str):
                written.append(f"{name} = {json.dumps(value)}")
            else:
                inside = ", ".join(f"{key} = {json.dumps(one)}" for key, one in value.items())
                written.append(f"{name} = {{ {inside} }}")
    return written
