"""How is a Chinese name typed on a keyboard? The one user of pypinyin."""

from functools import lru_cache


@lru_cache(65_536)
def pinyin_of(name: str) -> tuple[str, str]:
    """Return a name's pinyin without tones or spaces, and its initials ("hongcha", "hc").

    What is not Chinese stays as it is, in small letters; a plain ASCII name needs neither.
    """
    if name.isascii():
        return "", ""
    import pypinyin  # noqa: PLC0415 - its dictionary takes 0.1 s to load

    syllables = pypinyin.lazy_pinyin(name)
    first = pypinyin.lazy_pinyin(name, style=pypinyin.Style.FIRST_LETTER)
    return _joined(syllables), _joined(first)


def _joined(parts: list[str]) -> str:
    return "".join("".join(parts).casefold().split())
