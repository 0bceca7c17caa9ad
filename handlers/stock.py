"""/stock, /receive, /count, /adjust: what is on the shelves, and what was done to them?"""

import re
from collections.abc import Callable
from typing import Any, Final

from core.domain.errors import BadInput
from core.domain.staff import EVERYONE, STOCK_KEEPERS
from core.messaging import Content, Reply
from core.services import Tx, stock_work
from core.services.stock_work import Deed, Level
from core.texts import Text
from handlers.common import PAGE, hint, page_of, pager, picks, plain
from handlers.registry import Action, Ask, Command, Desk, Menu

SEARCHED: Final = 20
NOT_FOUND: Final = Text(
    "没有商品“{words}”。可以发编码、名称或拼音首字母，例如：库存 TS-01",
    'No product "{words}". Send a code, a name or its pinyin. Example: /stock TS-01',
)
SEVERAL: Final = Text("“{words}”有 {n} 个商品", '"{words}": {n} products')
LOW: Final = Text("库存偏低 {n} 个商品", "{n} products run low")
ALL_WELL: Final = Text(
    "没有库存偏低的商品。查单个商品：库存 编码或名称",
    "Nothing runs low. For one product: /stock CODE or name",
)
SHORT_LINE: Final = Text("可用 {free}", "{free} free")
LACKS: Final = Text("，缺 {short}", ", {short} short")
BELOW: Final = Text("，低于 {low}", ", below {low}")
DETAIL: Final = Text(
    "可用 {free} 件（在架 {on_hand}，已锁 {reserved}，隔离 {quarantined}）",
    "{free} free ({on_hand} on hand, {reserved} held, {quarantined} quarantined)",
)
THRESHOLD: Final = Text("预警线：{low} 件", "Warns below {low}")
IS_LOW: Final = Text("⚠ 低于预警线，请补货", "⚠ Below the threshold: restock")
WAITING: Final = Text("已付款订单还缺 {short} 件", "Paid orders lack {short}")
SERVICE: Final = Text("服务或邮费，不占库存", "A service or postage: holds no stock")

HOW_RECEIVE: Final = Text("请写：入库 编码 数量，例如：入库 TS-01 20", "Write /receive CODE PIECES, e.g. /receive TS-01 20")  # fmt: skip  # noqa: E501
HOW_COUNT: Final = Text("请写：盘点 编码 实数，例如：盘点 TS-01 18", "Write /count CODE PIECES, e.g. /count TS-01 18")  # fmt: skip  # noqa: E501
HOW_ADJUST: Final = Text(
    "请写：调整 编码 +数量或-数量 原因，例如：调整 TS-01 -2 破损",
    "Write /adjust CODE +N or -N and why, e.g. /adjust TS-01 -2 broken",
)
RECEIPT: Final = Text(
    "{act} {code} {name}\n在架 {before} → {after}，可用 {free} · {who}",
    "{act} {code} {name}\non hand {before} → {after}, {free} free · {who}",
)
FILLED: Final = Text("已补给等货订单 {n} 件", "{n} pieces went to orders that waited")
AT_RISK: Final = Text(
    "盘亏：{n} 个订单失去已锁的货，已列入异常", "{n} orders lost pieces they held: see exceptions"
)
STILL_SHORT: Final = Text("订单还缺 {n} 件", "orders still lack {n}")
ACTS: Final = {
    "receive": Text("已入库", "Received"),
    "count": Text("已盘点", "Counted"),
    "adjust": Text("已调整", "Adjusted"),
}

_TWO: Final = re.compile(r"(.+?)\s+(\d+)\s*(?:件|个|pcs)?", re.DOTALL)
_THREE: Final = re.compile(r"(.+?)\s*(?:\s|(?=[+＋−-]\d))([+＋−-]\d+)\s*(?:件|个|pcs)?\s*(.*)", re.DOTALL)  # fmt: skip  # noqa: E501


async def run(ask: Ask, desk: Desk) -> Reply:
    """Answer a search, a pick, or the list of what runs low."""
    if ask.action and ask.action.verb == "sku":
        sku_id = ask.action.object_id
        level = await desk.read(lambda tx: stock_work.get(tx, sku_id))
        return _detail(ask, [level] if level else [], "")
    words = ask.words.strip()
    if not words:
        return await _low(ask, desk)
    found = await desk.read(lambda tx: stock_work.find(tx, words, SEARCHED))
    if len(found) > 1:
        return _several(ask, desk, words, found)
    return _detail(ask, found, words)


def _detail(ask: Ask, found: list[Level], words: str) -> Reply:
    if not found:
        return Reply(Content(text=NOT_FOUND.say(ask.lang, words=plain(words))))
    level = found[0]
    title = f"{plain(level.code, 40)} {plain(level.name)}".strip()
    if not level.holds_stock:
        return Reply(Content(title=title, text=SERVICE.say(ask.lang)))
    lines = [
        DETAIL.say(
            ask.lang,
            free=level.free,
            on_hand=level.on_hand,
            reserved=level.reserved,
            quarantined=level.quarantined,
        ),
        WAITING.say(ask.lang, short=level.short) if level.short else "",
        THRESHOLD.say(ask.lang, low=level.low_at),
        IS_LOW.say(ask.lang) if level.low else "",
    ]
    return Reply(Content(title=title, text="\n".join(line for line in lines if line)))


def _several(ask: Ask, desk: Desk, words: str, found: list[Level]) -> Reply:
    heading = SEVERAL.say(ask.lang, words=plain(words), n=len(found))
    return Reply(_list(ask, desk, heading, found[:PAGE], len(found[:PAGE])))


async def _low(ask: Ask, desk: Desk) -> Reply:
    offset = page_of(ask) * PAGE
    found, total = await desk.read(lambda tx: stock_work.running_low(tx, PAGE, offset))
    turned = ask.action is not None
    if not found:
        return Reply(Content(text=ALL_WELL.say(ask.lang)), edit=turned)
    heading = LOW.say(ask.lang, n=total)
    return Reply(_list(ask, desk, heading, found, total), edit=turned)


def _list(ask: Ask, desk: Desk, heading: str, found: list[Level], total: int) -> Content:
    lines = [f"{at}. {_line(one, ask.lang)}" for at, one in enumerate(found, start=1)]
    lines.append(hint(ask, total))
    buttons = (
        *picks(ask, desk, [Action("sku", one.sku_id) for one in found]),
        *pager(ask, desk, "stock-low", total),
    )
    return Content(title=heading, text="\n".join(lines), buttons=buttons)


def _line(level: Level, lang: str) -> str:
    said = SHORT_LINE.say(lang, free=level.free)
    if level.short:
        said += LACKS.say(lang, short=level.short)
    if level.low:
        said += BELOW.say(lang, low=level.low_at)
    return f"{plain(level.code, 30)} {plain(level.name, 24)} · {said}"


# ---- writes ----------------------------------------------------------------------------------


async def receive(ask: Ask, desk: Desk) -> Reply:
    """`/receive CODE PIECES`: goods came in."""
    return await _do(ask, desk, "receive", stock_work.receive, _deed(ask, _TWO, HOW_RECEIVE))


async def count(ask: Ask, desk: Desk) -> Reply:
    """`/count CODE PIECES`: so many are really there."""
    return await _do(ask, desk, "count", stock_work.count, _deed(ask, _TWO, HOW_COUNT))


async def adjust(ask: Ask, desk: Desk) -> Reply:
    """`/adjust CODE ±PIECES REASON`: found, lost or broken."""
    deed = _deed(ask, _THREE, HOW_ADJUST)
    if not deed.reason:
        raise BadInput(*HOW_ADJUST)
    return await _do(ask, desk, "adjust", stock_work.adjust, deed)


def _deed(ask: Ask, shape: re.Pattern[str], how: Text) -> Deed:
    """Read what is to be done; the request's key makes it count once."""
    said = shape.fullmatch(ask.words.strip())
    if not said:
        raise BadInput(*how)
    code, pieces, *reason = said.groups()
    number = int(pieces.replace("＋", "+").replace("−", "-"))
    return Deed(f"chat:{ask.source}", code.strip(), number, ask.actor, "".join(reason).strip())


async def _do(
    ask: Ask, desk: Desk, act: str, work: Callable[[Tx, Deed], dict[str, Any]], deed: Deed
) -> Reply:
    done = await desk.write(ask, lambda tx: work(tx, deed))
    lines = [
        RECEIPT.say(
            ask.lang,
            act=ACTS[act],
            code=plain(done["code"], 40),
            name=plain(done["name"], 30),
            before=done["before"],
            after=done["after"],
            free=done["free"],
            who=plain(ask.person.name, 20),
        ),
        FILLED.say(ask.lang, n=done["filled"]) if done["filled"] else "",
        AT_RISK.say(ask.lang, n=done["at_risk"]) if done.get("at_risk") else "",
        STILL_SHORT.say(ask.lang, n=done["short"]) if done["short"] else "",
    ]
    return Reply(Content(text="\n".join(line for line in lines if line)))


COMMANDS: Final = (
    Command(
        name="stock",
        zh="库存",
        en="Stock",
        help_zh="按编码、名称或拼音查库存；不写则列出偏低的商品",
        help_en="stock of a product by code, name or pinyin; without one, what runs low",
        roles=EVERYONE,
        run=run,
        words=("查库存",),
        verbs=("sku", "stock-low"),
        menu=Menu.MORE,
    ),
    Command(
        name="receive",
        zh="入库",
        en="Receive",
        help_zh="到货入库：入库 编码 数量",
        help_en="goods came in: /receive CODE PIECES",
        roles=STOCK_KEEPERS,
        run=receive,
        words=("收货",),
        example="TS-01 20",
    ),
    Command(
        name="count",
        zh="盘点",
        en="Count",
        help_zh="按实数盘点：盘点 编码 实数",
        help_en="set to what was counted: /count CODE PIECES",
        roles=STOCK_KEEPERS,
        run=count,
        example="TS-01 18",
    ),
    Command(
        name="adjust",
        zh="调整",
        en="Adjust",
        help_zh="调整库存并写原因：调整 编码 -2 破损",
        help_en="correct stock, with a reason: /adjust CODE -2 broken",
        roles=STOCK_KEEPERS,
        run=adjust,
        words=("调整库存",),
        example="TS-01 -2 破损",
    ),
)
"""What this module answers."""
