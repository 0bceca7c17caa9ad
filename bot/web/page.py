"""What do our pages look like? Plain HTML for a phone: no script, nothing from elsewhere."""

import base64
import hashlib
import html
from typing import Final

from core.services.pages import MINUTES, BuyerData
from core.texts import EN, Text

STYLE: Final = """
:root{color-scheme:light dark;--ink:#1d2129;--soft:#6b7280;--paper:#f4f5f7;--card:#fff;
--line:#e5e7eb;--accent:#c2410c}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#9aa0a6;--paper:#16181c;
--card:#202328;--line:#33373d;--accent:#fb923c}}
*{box-sizing:border-box}
body{margin:0;padding:16px;background:var(--paper);color:var(--ink);
font:16px/1.6 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",
sans-serif}
main{max-width:480px;margin:0 auto;background:var(--card);border:1px solid var(--line);
border-radius:14px;padding:20px}
h1{font-size:18px;margin:0 0 4px}
.where{color:var(--soft);font-size:14px;margin:0 0 12px;overflow-wrap:anywhere}
dl{margin:0}
dt{color:var(--soft);font-size:13px;margin-top:14px}
dd{margin:2px 0 0;font-size:18px;overflow-wrap:anywhere;white-space:pre-wrap;
-webkit-user-select:all;user-select:all}
a{color:var(--accent);text-decoration:none}
.note{color:var(--soft);font-size:13px;border-top:1px solid var(--line);margin:18px 0 0;
padding-top:12px}
"""

_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""The content security policy of our pages: this one style sheet, and nothing else."""

RECEIVER: Final = Text("收件人", "Receiver")
ORDER: Final = Text("订单 {number} · {shop}", "Order {number} · {shop}")
NAME: Final = Text("姓名", "Name")
PHONE: Final = Text("电话", "Phone")
ADDRESS: Final = Text("地址", "Address")
NICK: Final = Text("买家昵称", "Buyer's name at the shop")
BUYER_NOTE: Final = Text("买家留言", "Buyer's note")
SELLER_NOTE: Final = Text("卖家备注", "Our note")
NO_DATA: Final = Text("这个订单没有收件信息。", "There is no receiver on this order.")
RECORDED: Final = Text(
    "本页 {minutes} 分钟内有效，每次查看都有记录。请勿截图外传。",
    "This page works for {minutes} minutes and each look is recorded. Please do not pass it on.",
)
NOTHING: Final = Text("这里没有内容", "There is nothing here")
NOTHING_MORE: Final = Text(
    "链接可能已过期（{minutes} 分钟有效）或不完整。请回到聊天里，在订单卡片上再点一次“看收件人”。",
    "The link may have run out (it works for {minutes} minutes) or is not complete. Go back to the"
    " chat and tap Receiver on the order once more.",
)
BROKEN: Final = Text("页面暂时打不开", "This page cannot be shown now")
BROKEN_MORE: Final = Text("请稍后再试。", "Please try again in a moment.")


def receiver(data: BuyerData, lang: str) -> str:
    """Return the page of an order's receiver."""
    fields = (
        (NAME, data.name),
        (PHONE, data.phone),
        (ADDRESS, data.address),
        (NICK, data.nick),
        (BUYER_NOTE, data.buyer_note),
        (SELLER_NOTE, data.seller_note),
    )
    shown = [_field(label, value, lang) for label, value in fields if value]
    body = f"<dl>{''.join(shown)}</dl>" if shown else f"<p>{NO_DATA.say(lang)}</p>"
    where = html.escape(ORDER.say(lang, number=data.number, shop=data.shop))
    note = RECORDED.say(lang, minutes=MINUTES)
    return _page(RECEIVER, f'<p class="where">{where}</p>{body}<p class="note">{note}</p>', lang)


def _field(label: Text, value: str, lang: str) -> str:
    safe = html.escape(value)
    if label is PHONE and value.replace("-", "").isdigit():
        safe = f'<a href="tel:{safe}">{safe}</a>'
    return f"<dt>{label.say(lang)}</dt><dd>{safe}</dd>"


def nothing(lang: str) -> str:
    """Return the page for whoever has no good link: it tells nothing of what there may be."""
    return _page(NOTHING, f"<p>{NOTHING_MORE.say(lang, minutes=MINUTES)}</p>", lang)


def broken(lang: str) -> str:
    """Return the page for an error of ours."""
    return _page(BROKEN, f"<p>{BROKEN_MORE.say(lang)}</p>", lang)


def _page(title: Text, body: str, lang: str) -> str:
    heading = title.say(lang)
    code = "en" if lang == EN else "zh-CN"
    return (
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">'
        f"<title>{heading}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{heading}</h1>{body}</main></body></html>"
    )
