"""How the two font files of this folder were cut from Noto Sans SC.

Run once by hand, from the project root, on the unpacked npm package
`@expo-google-fonts/noto-sans-sc`::

    python -m charts.fonts.make_subset PATH/TO/package
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
LATIN = [chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180))]
MARKS = "▲▼△▽↑↓←→●○■□◆◇★☆✓〓·•…–—‘’“”−×÷±≤≥≈≠‰°¥￥€£₩™①②③④⑤⑥⑦⑧⑨⑩"
# Headings, labels and units: everything that is drawn bold. Names typed by people are not.
BOLD_WORDS = """
今日昨周月年时小分钟秒天上下午经营日报摘要汇总走势趋近最高峰平均中位数九成百元角万亿单件笔个家店铺门仓库
成交额销售订付款退率按值净客价揽收发货出入到超卖准确显示错误自动化周转成本人工耗材赔异常未结没有无数据缺断
低于阈值可用占用在手现存锁定预警补货盘点健康共其余更多较前期同比环变持涨跌升降好坏负缺失样本全部各对比排行
指标面板看板掌柜库存一览二三四五六七八九十零已正差短待处理接完率热力图漏斗快递员渠道星系统线之前后基区间
，。：、（）！？／％＋－
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
    few = {*LATIN, *MARKS, *"".join(BOLD_WORDS.split())}
    many = {*few, *gb2312(), *"".join(extra.split())}
    for folder, weight, characters in (("400Regular", "Regular", many), ("700Bold", "Bold", few)):
        source = package / folder / f"NotoSansSC_{folder}.ttf"
        target = HERE / f"NotoSansSC-{weight}.subset.ttf"
        held = cut(source, target, characters)
        sys.stdout.write(f"{target.name}: {held} characters, {target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
