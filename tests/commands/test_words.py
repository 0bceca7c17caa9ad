"""Do words of others stay harmless, and do all our sentences exist in both languages?"""

import importlib
import pkgutil
import string
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

import handlers
from core.domain.order import Phase
from core.texts import Text
from handlers.common import money, plain, tail
from handlers.phases import PHASES

EVIL = "<b>x</b> & ](tg://user?id=1) @everyone \u202egnp.exe\u2066 \u200b\x00"


@given(st.text(max_size=300), st.integers(2, 80))
@example(EVIL, 60)
@example("😀" * 4000, 60)
@example("👨‍👩‍👧 family", 60)
def test_G17_words_of_others_are_one_short_plain_line(text: str, limit: int) -> None:
    """Whatever a buyer calls themselves: one line, no ping, no turned text, never too long."""
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert "\n" not in shown
    assert "@" not in shown
    assert all(unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} for sign in shown)
    assert plain(shown, limit) == shown


def test_harmless_words_are_not_touched() -> None:
    """Names, brackets, markup and emoji are shown as they are."""
    for text in ("小明爱吃鱼", "<b>x</b> & [y](z)", "😀 T-shirt", "¥99.90"):
        assert plain(text) == text


def test_every_text_of_ours_is_in_both_languages() -> None:
    """The Chinese has Chinese, the English none, and both ask for the same fields."""
    seen = 0
    for module in pkgutil.walk_packages(handlers.__path__, "handlers."):
        for name, value in vars(importlib.import_module(module.name)).items():
            for text in _texts(value):
                seen += 1
                where = f"{module.name}.{name}"
                assert not any("\u4e00" <= sign <= "\u9fff" for sign in _bare(text.en)), where
                assert _fields(text.zh) == _fields(text.en), where
    assert seen > 150


def _texts(value: object) -> list[Text]:
    if isinstance(value, Text):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    return []


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def _bare(text: str) -> str:
    """Leave out the labels of buttons, which an English text may quote as they are shown."""
    for label in ("查订单", "打面单", "标异常", "更多"):
        text = text.replace(label, "")
    return text


def test_every_phase_has_a_name_and_numbers_keep_their_end() -> None:
    """No phase is shown as a code; a long number is shown by its end, money with its sign."""
    assert set(PHASES) == set(Phase)
    assert tail("TB2026030200017788") == "…00017788"
    assert tail("1234567890") == "1234567890"
    assert money(123456, "CNY", "zh") == "¥1,234.56"
