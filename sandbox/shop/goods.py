"""What the make-believe shop sells, and the words its buyers use."""

from typing import NamedTuple


class Goods(NamedTuple):
    """One SKU: code, name, price in fen, how often it sells, pieces on the shelf at the start."""

    code: str
    name: str
    price_fen: int
    weight: int
    on_hand: int


GOODS = (
    Goods("TS-W-M", "纯棉短袖T恤 白色 M", 5900, 20, 160),
    Goods("TS-W-L", "纯棉短袖T恤 白色 L", 5900, 16, 120),
    Goods("TS-B-M", "纯棉短袖T恤 黑色 M", 5900, 14, 110),
    Goods("TS-B-L", "纯棉短袖T恤 黑色 L", 5900, 12, 90),
    Goods("JN-26", "高腰直筒牛仔裤 26码", 12900, 9, 60),
    Goods("JN-27", "高腰直筒牛仔裤 27码", 12900, 8, 48),
    Goods("JN-28", "高腰直筒牛仔裤 28码", 12900, 6, 36),
    Goods("DR-RED-S", "碎花连衣裙 红色 S", 18900, 6, 30),
    Goods("DR-RED-M", "碎花连衣裙 红色 M", 18900, 6, 24),
    Goods("DR-BLU-M", "碎花连衣裙 蓝色 M", 18900, 5, 18),
    Goods("HD-GRY-L", "连帽卫衣 灰色 L", 13900, 5, 26),
    Goods("HD-NVY-L", "连帽卫衣 藏青 L", 13900, 4, 14),
    Goods("SH-LIN-M", "亚麻衬衫 米色 M", 9900, 4, 22),
    Goods("SC-SILK", "真丝方巾 牡丹", 8800, 3, 9),
    Goods("HAT-STR", "草编遮阳帽", 4900, 3, 12),
    Goods("BAG-CAN", "帆布托特包", 6900, 3, 16),
    Goods("SK-5P", "中筒棉袜 五双装", 2990, 8, 70),
    Goods("BLT-BRN", "牛皮腰带 棕色", 7900, 2, 6),
)

FAMILY_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN_NAMES = ("伟", "芳", "娜", "敏", "静", "强", "磊", "洋", "艳", "勇", "杰", "娟", "涛", "明",
               "霞", "秀英", "思琪", "子涵", "欣怡", "浩然")  # fmt: skip
NICKS = ("小鹿", "橙子汽水", "风吹麦浪", "momo", "不吃香菜", "晚安猫", "山有木兮", "阿蛋",
         "tiantian", "西瓜味的夏天", "慢慢来", "江南雨", "Luna", "咕噜咕噜")  # fmt: skip
PLACES = (
    "浙江省杭州市余杭区文一西路{n}号",
    "江苏省苏州市工业园区星湖街{n}号",
    "上海市浦东新区张杨路{n}弄",
    "广东省深圳市南山区科技园路{n}号",
    "广东省广州市天河区体育西路{n}号",
    "四川省成都市武侯区人民南路{n}号",
    "湖北省武汉市洪山区珞喻路{n}号",
    "北京市朝阳区建国路{n}号",
    "陕西省西安市雁塔区长安南路{n}号",
    "福建省厦门市思明区湖滨南路{n}号",
)
BUYER_NOTES = ("", "", "", "", "", "", "请尽快发货", "送人的，请包好一点", "周五生日，麻烦快一点")
