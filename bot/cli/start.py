"""How a command is carried out: read the settings, then here, or by the service that runs."""

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path
from typing import Any

from bot import config
from bot.out import Terminal
from bot.sections import Settings
from bot.works import WRITES, Shop, find
from core.domain.errors import Refusal
from core.domain.staff import Role

UNUSABLE = 2


def start(args: argparse.Namespace) -> int:
    """Carry a parsed command out; return the exit code. Refusals become one kind sentence."""
    try:
        settings = config.load(args.config)
        return _carry_out(args, settings)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal.zh}\n{refusal.en}\n")
        return UNUSABLE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `zhanggui report … | head`
        sys.stderr.close()
        return 0


def _carry_out(args: argparse.Namespace, settings: Settings) -> int:
    arguments = {
        name: _plain(value)
        for name, value in vars(args).items()
        if name not in ("config", "command")
    }
    if args.command == "run":
        from bot.app import serve  # noqa: PLC0415 - each command imports what it needs

        return serve(settings)
    if args.command == "demo":
        from bot.demo import play  # noqa: PLC0415

        return play(args.port, args.folder)
    if args.command == "console":
        from bot.cli.talk import talk  # noqa: PLC0415

        return asyncio.run(talk(settings, Role(args.role), args.lang or settings.shop.lang))
    if args.command == "migrate":
        from bot.cli.checks import migrate  # noqa: PLC0415

        return migrate(settings, Terminal())
    if args.command == "channel":
        return _channel(args, settings)
    return asyncio.run(_work(args.command, arguments, settings))


def _channel(args: argparse.Namespace, settings: Settings) -> int:
    if args.action == "sign":
        from bot.cli.channels import sign  # noqa: PLC0415 - each command imports what it needs

        return sign(args.profile, args.input, Terminal(), as_json=args.json)
    if args.action == "authorize":
        from bot.cli.authorize import authorize  # noqa: PLC0415

        return authorize(
            settings, args.name, Terminal(), lambda more: _work("keep-grant", dict(more), settings)
        )
    from bot.cli.channel_check import check_channel  # noqa: PLC0415
    from bot.database import now_ms  # noqa: PLC0415

    return check_channel(settings, vars(args), Terminal(), now_ms())


def _plain(value: object) -> Any:
    """Make an argument fit for another process: whole paths, as text."""
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value


async def _work(name: str, arguments: dict[str, Any], settings: Settings) -> int:
    from bot import control  # noqa: PLC0415 - each command imports what it needs
    from bot.database import opened, working_alone  # noqa: PLC0415

    work, writes = find(name), name in WRITES
    out = Terminal()
    if writes:
        answer = await control.ask(settings.database.url, name, arguments, out)
        if answer is not None:
            return answer
    async with opened(settings) as store:
        alone = working_alone(store, settings) if writes else contextlib.nullcontext()
        async with alone:
            return await work(Shop(settings, store), arguments, out)
