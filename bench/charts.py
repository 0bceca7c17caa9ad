"""How fast and how light pictures are: P-G1 to P-G3, one JSON line each.

P-G1 compares one warm daily picture with a plain matplotlib figure of the same size and data
(three panels, a twin axis, tight_layout). P-G2 compares the lateness of the event loop while
sixteen pictures are drawn: ours in the rendering process, plain ones in a thread; it is the best
of three rounds, and `idle` says how late a loop is that does nothing on this machine. P-G3
compares how much a process grows over 200 pictures, ours and plain.
"""

import asyncio
import io
import multiprocessing
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from multiprocessing.queues import SimpleQueue
from typing import TypeVar

from bench.bot_process import mb
from bench.common import middle, say
from charts.daily import DailySummary, DayPoint, OpenCode, Pickup, ShopDay
from charts.pictures import png
from charts.render import Renderer
from charts.style import REGULAR

T = TypeVar("T")
ROUNDS = 8
AT_ONCE = 16
LAG_ROUNDS = 3
MANY = 200
WARM = 5
TICK_S = 0.002
DAY = date(2026, 11, 24)


def a_day() -> DailySummary:
    """Returns a full day: fourteen days of trend, four shops, three kinds of exceptions."""
    gmv = [41, 38, 45, 52, 61, 58, 46, 42, 40, 55, 64, 60, 57, 51]
    return DailySummary(
        shop="云裳女装旗舰店",
        day=DAY,
        zone="Asia/Shanghai",
        currency="CNY",
        orders=412,
        units=655,
        gmv_fen=5_128_450,
        refund_orders=17,
        refund_fen=214_300,
        refund_rate_count=0.0413,
        refund_rate_value=0.0418,
        pickup=Pickup(389, 18.4, 21.7, 38.2, 2, 5),
        hours=tuple(hour * (24 - hour) // 4 for hour in range(24)),
        trend=tuple(
            DayPoint(DAY - timedelta(days=13 - at), fen * 100_000) for at, fen in enumerate(gmv)
        ),
        shops=tuple(ShopDay(f"淘宝 · 云裳 {at} 店", at, at * 700_000) for at in (4, 3, 2, 1)),
        exceptions=tuple(OpenCode(f"C{at}", f"缺货 {at}", f"Short {at}", at) for at in (4, 2, 1)),
    )


def plain(day: DailySummary) -> bytes:
    """Draws the same data as a tutorial would: three panels, a twin axis, tight_layout."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - the parent stays without it
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    font = FontProperties(fname=str(REGULAR), size=16)
    figure = Figure(figsize=(15, 35), dpi=72)
    top, middle, low = figure.subplots(3, 1)
    labels = [f"{point.day:%m-%d}" for point in day.trend]
    top.bar(labels, [point.gmv_fen or 0 for point in day.trend])
    top.twinx().plot(labels, [point.gmv_fen or 0 for point in day.trend], color="C1", marker="o")
    top.set_title(f"{day.shop} · 近 14 天成交额", fontproperties=font)
    middle.bar(range(24), day.hours)
    middle.set_title("各时段订单", fontproperties=font)
    low.barh([shop.name for shop in day.shops], [shop.gmv_fen or 0 for shop in day.shops])
    low.set_title(f"退款率 4.18% · 付款到揽收 {day.pickup and day.pickup.median} 小时")
    for text in (*low.get_yticklabels(), low.title):
        text.set_fontproperties(font)
    figure.tight_layout()
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def one_warm_picture(answer: "SimpleQueue[tuple[float, float]]") -> None:
    """Puts the median milliseconds of our picture and of the plain one, drawn in turn."""
    day = a_day()
    taken: tuple[list[float], list[float]] = ([], [])
    for at in range(ROUNDS + 1):
        for draw, times in zip((png, plain), taken, strict=True):
            began = time.perf_counter()
            draw(day)
            if at:  # the first round is not warm
                times.append((time.perf_counter() - began) * 1000)
    answer.put((middle(taken[0]), middle(taken[1])))


def growth_of_plain(answer: "SimpleQueue[float]") -> None:
    """Puts the growth in MB of a process that draws plain figures."""
    day, me = a_day(), multiprocessing.current_process().pid or 0
    for _at in range(WARM):
        plain(day)
    before = mb(me)
    for _at in range(MANY):
        plain(day)
    answer.put(mb(me) - before)


async def lateness(work: Callable[[], Awaitable[object]]) -> float:
    """Returns how many milliseconds late (p99) the event loop wakes while `work` runs."""
    late: list[float] = []
    ended = asyncio.Event()

    async def watch() -> None:
        while not ended.is_set():
            began = time.perf_counter()
            await asyncio.sleep(TICK_S)
            late.append((time.perf_counter() - began - TICK_S) * 1000)

    async def run() -> None:
        await work()
        ended.set()

    await asyncio.gather(watch(), run())
    return statistics.quantiles(late, n=100)[98]


async def in_processes() -> None:
    """Measures P-G2 and P-G3 through a rendering process."""
    day, renderer = a_day(), Renderer()
    for _at in range(WARM):
        await renderer.render(day)

    async def one_process() -> None:
        await asyncio.gather(*(renderer.render(day) for _at in range(AT_ONCE)))

    async def one_thread() -> None:
        for _at in range(AT_ONCE):
            await asyncio.to_thread(plain, day)

    ours = min([await lateness(one_process) for _at in range(LAG_ROUNDS)])
    before = mb(renderer.pid or 0)
    for _at in range(MANY):
        await renderer.render(day)
    grown = mb(renderer.pid or 0) - before
    await renderer.close()
    plain(day)
    idle = await lateness(lambda: asyncio.sleep(3))
    floor = min([await lateness(one_thread) for _at in range(LAG_ROUNDS)])
    what = f"event loop late (p99), {AT_ONCE} pictures"
    say("P-G2", what, ours, floor, "<= 0.1", unit="ms", idle=round(idle, 2))
    floor = apart(growth_of_plain)
    say("P-G3", f"growth over {MANY} pictures", grown, floor, "<= 0.25", unit="MB")


def apart(measure: Callable[["SimpleQueue[T]"], None]) -> T:
    """Runs a measurement in a fresh process; returns what it put."""
    context = multiprocessing.get_context("spawn")
    answer: SimpleQueue[T] = context.SimpleQueue()
    process = context.Process(target=measure, args=(answer,))
    process.start()
    found = answer.get()
    process.join()
    return found


def main() -> None:
    """Prints P-G1, P-G2 and P-G3."""
    ours, floor = apart(one_warm_picture)
    say("P-G1", "warm daily picture", ours, floor, "<= 0.7", unit="ms")
    asyncio.run(in_processes())


if __name__ == "__main__":
    main()
