"""The `zhanggui` command: arguments in, exit code out. What a command does stands in `bot.cli`.

Nothing heavy is imported here: `zhanggui --help` answers at once.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ROLES = ("owner", "manager", "clerk", "warehouse", "viewer")


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    top = argparse.ArgumentParser(
        prog="zhanggui",
        description="掌柜：群聊里的订单与库存管家 / the shopkeeper in the chat",
    )
    top.add_argument(
        "--config", type=Path, metavar="FILE", help="设置文件 / settings (default: config.toml)"
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _service(commands)
    _files(commands)
    _checks(commands)
    _channels(commands)
    return top


Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse gives its type no public name


def _add(
    commands: "Commands[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=text, description=text)


def _service(commands: "Commands[argparse.ArgumentParser]") -> None:
    _add(commands, "run", "启动机器人、定时任务和网页 / start the bot, the jobs and the pages")
    demo = _add(commands, "demo", "模拟店铺和浏览器聊天页 / a make-believe shop and a chat page")
    demo.add_argument("--port", type=int, default=8765, help="聊天页端口 / port of the chat page")
    demo.add_argument(
        "--folder", type=Path, help="数据放在哪里 / where to keep it (default: a temporary folder)"
    )
    console = _add(commands, "console", "在终端里聊天 / the terminal as a chat")
    console.add_argument("--as", dest="role", choices=ROLES, default="owner", help="身份 / role")
    console.add_argument("--lang", choices=("zh", "en"), help="语言 / language")
    invite = _add(commands, "invite", "打印一个邀请 / print an invitation")
    invite.add_argument("--role", choices=ROLES, default="owner", help="身份 / role")


def _files(commands: "Commands[argparse.ArgumentParser]") -> None:
    skus = _add(commands, "import-skus", "导入商品表 / import goods")
    skus.add_argument("file", type=Path, help="csv, csv.gz, xlsx")
    skus.add_argument(
        "--stock",
        choices=("add", "count"),
        help="数量列：入库或盘点 / the quantity column is a receipt or a count",
    )
    skus.add_argument("--skip-bad", action="store_true", help="跳过坏行 / leave bad rows out")
    orders = _add(commands, "import-orders", "导入订单文件 / import order files")
    orders.add_argument("files", nargs="+", type=Path, metavar="FILE", help="csv, csv.gz, xlsx")
    which = orders.add_mutually_exclusive_group(required=True)
    which.add_argument("--preset", help="内置格式 / a built-in format, e.g. online-retail, olist")
    which.add_argument("--channel", help="设置里的渠道 / a [channels.NAME] of the settings")
    orders.add_argument("--shop", default="", help="店铺名 / shop (default: the preset's name)")
    orders.add_argument(
        "--as",
        dest="mode",
        choices=("history", "live"),
        default="history",
        help="history 只存档；live 锁库存并提醒 / live locks stock and raises alerts",
    )
    for one in (skus, orders):
        one.add_argument(
            "--dry-run", action="store_true", help="只检查不写 / check, write nothing"
        )
        one.add_argument("--json", action="store_true", help="输出 JSON / print JSON")


def _checks(commands: "Commands[argparse.ArgumentParser]") -> None:
    _add(commands, "migrate", "把数据库升到本版本 / bring the database up to this version")
    verify = _add(commands, "verify", "逐条验证不变量 / check the invariants; exit 1 on a breach")
    verify.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    report = _add(commands, "report", "经营数字 / the figures of a day or of several")
    kinds = report.add_subparsers(dest="kind", metavar="KIND", required=True)
    day = _add(kinds, "day", "一天 / one day")
    day.add_argument("day", metavar="YYYY-MM-DD")
    kpi = _add(kinds, "kpi", "一段时间 / several days")
    kpi.add_argument("--from", dest="first", required=True, metavar="YYYY-MM-DD")
    kpi.add_argument("--to", dest="last", required=True, metavar="YYYY-MM-DD")
    for one in (day, kpi):
        one.add_argument("--shop", default="", help="只看一个店铺 / one shop only")
        one.add_argument("--json", action="store_true", help="输出 JSON / print JSON")


def _channels(commands: "Commands[argparse.ArgumentParser]") -> None:
    channel = _add(commands, "channel", "接入平台店铺 / connect a marketplace shop")
    actions = channel.add_subparsers(dest="action", metavar="ACTION", required=True)
    sign = _add(actions, "sign", "按签名方式算出签名 / print the signature of given inputs")
    sign.add_argument("profile", help="taobao, jd, pinduoduo, douyin, … / FILE.toml")
    sign.add_argument(
        "--input", type=Path, required=True, metavar="FILE", help="JSON: params, secret"
    )
    authorize = _add(
        actions, "authorize", "让店主授权并保存令牌 / have the owner let us in, keep the token"
    )
    authorize.add_argument("name", help="[channels.NAME]")
    check = _add(actions, "check", "用样本试渠道的映射 / try a channel's mapping on a sample")
    check.add_argument("name", help="[channels.NAME] / taobao, jd, pinduoduo, douyin")
    check.add_argument("sample", type=Path, help="JSON: 平台的回答或订单 / an answer or orders")
    for one in (sign, check):
        one.add_argument("--json", action="store_true", help="输出 JSON / print JSON")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 well, 1 found something, 2 unusable input."""
    args = parser().parse_args(argv)
    from bot.cli.start import start  # noqa: PLC0415 - not for --help

    return start(args)


if __name__ == "__main__":
    sys.exit(main())
