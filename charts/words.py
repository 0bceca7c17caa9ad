"""Which words of ours stand on the pictures: Chinese first, English complete, in one table."""

from typing import Literal

Lang = Literal["zh", "en"]

NO_DATA = "no_data"

_WORDS: dict[str, tuple[str, str]] = {
    "no_data": ("无数据", "no data"),
    "daily": ("经营日报", "Daily summary"),
    "cutoff": ("日切 {at}", "day starts {at}"),
    "gmv": ("成交额", "GMV"),
    "orders": ("订单", "Orders"),
    "units": ("件数", "Units"),
    "average": ("单均", "Per order"),
    "orders_n": ("{n} 单", "{n} orders"),
    "order_one": ("{n} 单", "{n} order"),
    "vs_day": ("较前一日", "vs day before"),
    "vs_week": ("较上周同日", "vs week before"),
    "before_zero": ("前值为 0", "was 0"),
    "trend": ("近 {n} 天成交额", "GMV, last {n} days"),
    "trend_peak": ("最高 {day} · {value}", "peak {day} · {value}"),
    "refunds": ("退款", "Refunds"),
    "refund_rate_value": ("退款率（金额）", "Rate by value"),
    "refund_rate_count": ("退款率（单数）", "Rate by count"),
    "refund_orders": ("退款单", "Refund orders"),
    "refund_value": ("退款额", "Refund value"),
    "net": ("净成交额", "Net GMV"),
    "pickup": ("付款到揽收", "Pay to pickup"),
    "median": ("中位数", "Median"),
    "mean": ("平均", "Mean"),
    "p90": ("九成以内", "90 % within"),
    "samples": ("样本", "Samples"),
    "apart": ("负值 / 缺失", "Negative / missing"),
    "hours_unit": ("{n} 小时", "{n} h"),
    "by_hour": ("各时段订单", "Orders by hour"),
    "hour_peak": ("高峰 {hour}:00 · {n}", "peak {hour}:00 · {n}"),
    "shops": ("店铺对比", "Shops"),
    "other_shops": ("其余 {n} 家店", "{n} other shops"),
    "exceptions": ("未结异常", "Open exceptions"),
    "none_open": ("没有未结异常", "No open exceptions"),
    "other_codes": ("其余", "Other"),
    "daily_defs": (
        "退款按退款日计 · 揽收 = 首次物流扫描",
        "Refunds by refund date · pickup = first carrier scan",
    ),
    "daily_apart": ("负值与缺失不计入平均", "Negative and missing values stay out of the mean"),
    "kpi": ("经营指标", "Key figures"),
    "from_to": ("{start} 至 {end}", "{start} – {end}"),
    "before": ("上期 {value}", "before {value}"),
    "baseline": ("基线 {value}", "baseline {value}"),
    "points": ("{n} 个百分点", "{n} pp"),
    "same": ("持平", "no change"),
    "kpi_more": ("另有 {n} 项指标未显示", "{n} more not shown"),
    "stock": ("库存看板", "Stock"),
    "skus": ("商品数", "SKUs"),
    "below": ("低于阈值", "Low stock"),
    "sold_out": ("已售完", "Sold out"),
    "on_hand": ("在手", "On hand"),
    "reserved": ("占用", "Reserved"),
    "quarantined": ("隔离", "Held apart"),
    "available": ("可用", "Available"),
    "threshold": ("阈值", "Threshold"),
    "short": ("缺 {n}", "{n} short"),
    "pieces": ("在手件数", "Pieces"),
    "stock_more": ("另有 {n} 个商品未显示", "{n} more SKUs not shown"),
    "stock_empty": ("没有商品", "No SKUs"),
    "stock_defs": ("可用 = 在手 − 占用 − 隔离", "Available = on hand − reserved − held apart"),
    "weekdays": ("周一,周二,周三,周四,周五,周六,周日", "Mon,Tue,Wed,Thu,Fri,Sat,Sun"),
    "months": (
        "1月,2月,3月,4月,5月,6月,7月,8月,9月,10月,11月,12月",
        "Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec",
    ),
    "day": ("{y}年{m}{d}日 {w}", "{w} {d} {m} {y}"),
}


def say(lang: Lang, key: str, **parts: object) -> str:
    """Returns the phrase `key` in `lang`, its `{places}` filled from `parts`."""
    zh, en = _WORDS[key]
    return (zh if lang == "zh" else en).format(**parts)


def every_phrase() -> list[str]:
    """Returns all phrases of both languages, so that a font can be checked against them."""
    return [phrase for pair in _WORDS.values() for phrase in pair]
