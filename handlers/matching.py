"""/match: say once which SKU a shop's unknown code means; it is remembered."""

import re
from typing import Final

from core.domain.errors import BadInput
from core.domain.staff import WORKERS
from core.messaging import Content, Reply
from core.services import matching
from core.texts import Text
from handlers.common import plain
from handlers.registry import Ask, Command, Desk, Menu

HOW: Final = Text(
    "请写异常编号和商品编码，例如：认商品 12 TS-W-M。编号见“异常”。",
    "Write the exception's number and the SKU: /match 12 TS-W-M. See /exceptions for the number.",
)
DONE: Final = Text(
    "已记住：“{outer}” = {sku}。补上 {lines} 行，涉及 {orders} 单；以后自动匹配。",
    'Remembered: "{outer}" = {sku}. {lines} lines of {orders} orders are matched;'
    " from now on it is automatic.",
)
_WORDS: Final = re.compile(r"#?(\d{1,9})\s*[=＝:：]?\s*(\S.*)")


async def run(ask: Ask, desk: Desk) -> Reply:
    """Learn what a code means."""
    said = _WORDS.fullmatch(ask.words.strip())
    if said is None:
        raise BadInput(*HOW)
    exception_id, code = int(said[1]), said[2]
    done = await desk.write(
        ask, lambda tx: matching.learn(tx, exception_id, code, (ask.actor, ask.source))
    )
    text = DONE.say(
        ask.lang,
        outer=plain(done["outer"], 40),
        sku=done["sku"],
        lines=done["lines"],
        orders=done["orders"],
    )
    return Reply(Content(text=text))


COMMANDS: Final = (
    Command(
        name="match",
        zh="认商品",
        en="Match",
        help_zh="店铺里的陌生商品是哪个 SKU：认商品 异常编号 编码",
        help_en="which SKU a shop's unknown product is: /match EXCEPTION SKU",
        roles=WORKERS,
        run=run,
        words=("匹配商品",),
        menu=Menu.HIDDEN,
        example="12 TS-W-M",
    ),
)
"""What this module answers."""
