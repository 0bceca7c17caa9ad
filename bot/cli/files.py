"""Commands that take files in: import-skus, import-orders."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.out import Out
from bot.works import Shop
from core.adapters.files import presets
from core.domain.errors import BadInput
from core.domain.intake import Mode
from core.domain.mapping import ChannelMap
from jobs import import_files
from jobs import import_skus as goods

UNUSABLE = 2


async def import_orders(shop: Shop, args: Mapping[str, Any], out: Out) -> int:
    """Take the orders of files in; the end says how many were new, changed, quarantined."""
    options = import_files.Options(
        mode=Mode(args["mode"]), dry_run=args["dry_run"], actor="cli", progress=out.progress
    )
    paths = _files(args["files"])
    report = await import_files.import_orders(shop.store, paths, _channel(shop, args), options)
    return _say(out, args, report.to_json(), report.lines(shop.settings.shop.lang))


async def import_skus(shop: Shop, args: Mapping[str, Any], out: Out) -> int:
    """Take a list of goods in: all of it or, with a bad row, none of it."""
    options = goods.SkuOptions(
        stock=args["stock"] or "",
        skip_bad=args["skip_bad"],
        dry_run=args["dry_run"],
        actor="cli",
    )
    report = await goods.import_skus(shop.store, _files([args["file"]])[0], options)
    _say(out, args, report.to_json(), report.lines(shop.settings.shop.lang))
    return 0 if report.imported or args["dry_run"] else UNUSABLE


def _say(out: Out, args: Mapping[str, Any], found: object, lines: list[str]) -> int:
    if args["json"]:
        out.result(found)
    else:
        for line in lines:
            out.line(line)
    return 0


def _files(names: list[str]) -> list[Path]:
    paths = [Path(name) for name in names]
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise BadInput(
            f"找不到文件：{'、'.join(missing)}。", f"There is no file {', '.join(missing)}."
        )
    return paths


def _channel(shop: Shop, args: Mapping[str, Any]) -> ChannelMap:
    """Return the mapping that `--preset` or `--channel` names; `--shop` gives it another name."""
    if args["preset"]:
        found = presets.preset(args["preset"])
    else:
        found = _configured(shop, args["channel"])
    return replace(found, name=args["shop"]) if args["shop"] else found


def _configured(shop: Shop, name: str) -> ChannelMap:
    table = shop.settings.channels.get(name)
    if table is None:
        listed = ", ".join(sorted(shop.settings.channels)) or "-"
        raise BadInput(
            f"设置里没有 [channels.{name}]；现有：{listed}。",
            f"There is no [channels.{name}] in the settings; there are: {listed}.",
        )
    return presets.channel(name, table)
