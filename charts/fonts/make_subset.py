"""How the two font files of this folder were cut from Noto Sans SC.

Run once by hand, from the project root, on the unpacked npm package
`@expo-google-fonts/noto-sans-sc`::

    python -m charts.fonts.make_subset PATH/TO/package
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from charts.words import every_phrase

HERE = Path(__file__).parent
LATIN = [chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180))]
MARKS = "▲▼△▽↑↓←→●○■□◆◇★☆✓〓·•…–—‘’“”−×÷±≤≥≈≠‰°¥￥€£₩™①②③④⑤⑥⑦⑧⑨⑩"
# What is drawn bold besides the phrases of charts.words: units and words of the field.
BOLD_WORDS = """
今日昨周月年时小分钟秒天上下午摘要汇总趋元角万亿笔门仓销售客价发出入超卖准确显示错误自动化周转成本人工耗材赔
锁定预警补盘健康共涨跌升降全部排行待处理接完热力图漏斗快递员渠道星系统区间掌柜，。：、（）！？／％＋－
"""


def gb2312() -> Iterator[str]:
    """Yields the 7,445 characters of GB 2312: 6,763 hanzi, kana, Greek, Cyrillic and marks."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:  # an empty cell of the table
                continue


def cut(source: Path, target: Path, characters: set[str]) -> int:
    """Writes the part of `source` that draws `characters`; returns how many it really holds."""
    keep = subset.Options(
        layout_features=["kern"],
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 13],
        drop_tables=["BASE", "STAT", "vhea", "vmtx"],  # vertical setting is not used
    )
    font = TTFont(source, recalcTimestamp=False)
    cutter = subset.Subsetter(keep)
    cutter.populate(unicodes=[ord(character) for character in characters])
    cutter.subset(font)
    font.save(target)
    return len(font.getBestCmap())


def main(package: Path) -> None:
    """Cuts both files; `package` is the unpacked npm package."""
    extra = (HERE / "extra.txt").read_text(encoding="utf-8")
    few = {*LATIN, *MARKS, *"".join((*every_phrase(), *BOLD_WORDS.split()))}
    many = {*few, *gb2312(), *"".join(extra.split())}
    for folder, weight, characters in (("400Regular", "Regular", many), ("700Bold", "Bold", few)):
        source = package / folder / f"NotoSansSC_{folder}.ttf"
        target = HERE / f"NotoSansSC-{weight}.subset.ttf"
        held = cut(source, target, characters)
        sys.stdout.write(f"{target.name}: {held} characters, {target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
