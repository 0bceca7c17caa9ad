"""How texts are read: markup, commands and links, and what Telegram takes away."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bot_api.entities import read, units


def spans(text: str, entities: list[dict[str, Any]]) -> list[tuple[str, str]]:
    coded = text.encode("utf-16-le")
    return [
        (e["type"], coded[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le"))
        for e in entities
    ]


@pytest.mark.parametrize(
    ("mode", "source", "text", "found"),
    [
        ("HTML", "👍<b>粗<i>斜</i></b>", "👍粗斜", [("bold", "粗斜"), ("italic", "斜")]),
        ("HTML", "&lt;b&gt; &amp; &copy;", "<b> & &copy;", []),
        ("HTML", '<a href="https://a.cn/?x=1&amp;y">看</a>', "看", [("text_link", "看")]),
        ("HTML", "<pre>a\n b</pre>", "a\n b", [("pre", "a\n b")]),
        ("MarkdownV2", "👍 *粗 _斜_* \\.", "👍 粗 斜 .", [("bold", "粗 斜"), ("italic", "斜")]),
        ("MarkdownV2", "`a*b` __下__", "a*b 下", [("code", "a*b"), ("underline", "下")]),
        ("MarkdownV2", "[看](https://a.cn)", "看", [("text_link", "看")]),
        ("Markdown", "*粗* 1.5", "粗 1.5", [("bold", "粗")]),
        ("", "<b>x</b> ](tg://user?id=1)", "<b>x</b> ](tg://user?id=1)", []),
        (
            "",
            "/order@shop_bot 看 https://a.cn/x。",
            None,
            [("bot_command", "/order@shop_bot"), ("url", "https://a.cn/x。")],
        ),
        ("", " \u202eabc\x00d\n", "abc d", []),
    ],
)
def test_text_is_read_as_telegram_reads_it(
    mode: str, source: str, text: str | None, found: list[tuple[str, str]]
) -> None:
    """Each case: markup and source, then what is seen and what is marked in it."""
    words, entities = read(source, mode)
    assert words == (source if text is None else text)
    assert spans(words, entities) == found


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf"])))
def test_escaped_html_is_seen_as_it_was(text: str) -> None:
    """Whatever people type, escaped, comes out unchanged but for blanks at the ends."""
    words, _ = read(html.escape(text), "HTML", find=False)
    assert words == html.unescape(text.strip()) or words == text.strip()
    assert units(words) == len(words.encode("utf-16-le")) // 2


def test_given_entities_move_with_the_trimmed_text() -> None:
    """Blanks before the text are taken away and the marks keep standing where they stood."""
    words, entities = read("  粗体 ", "", [{"type": "bold", "offset": 2, "length": 2}])
    assert (words, spans(words, entities)) == ("粗体", [("bold", "粗体")])
