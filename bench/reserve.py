"""How fast are pieces reserved? P-R1 to P-R5 of the performance goals, against bare drivers.

Every variant writes the same rows (allocation, stock level, ledger) with the same durability.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg

from bench.common import middle, rounds, say
from bench.reserve_floors import (
    BATCH,
    NOW,
    bare_psycopg,
    bare_sqlite,
    core_one_by_one,
    loop_psycopg,
)
from core.store import reserve
from core.store.door import Store
from core.store.engine import open_store
from core.store.engine_sqlite import connect
from core.store.migrate import migrate
from core.store.reserve import Want
from core.store.tx import Tx
from tests.postgres import SPEEDY, Cluster, find

CALLERS = 64
PLENTY = 1_000_000
SKUS = 1_000
LOSSY = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
SLOW_SHARE = 20  # the slow floors get this part of the orders

DURABLE = (  # as a shop runs it: a commit is on the disk
    *((name, value) for name, value in SPEEDY if name not in LOSSY),
    ("shared_buffers", "512MB"),
)

Run = Callable[[Store, list[Want]], Awaitable[None]]


def seed(tx: Tx, orders: int, skus: int) -> list[Want]:
    """Write orders of one line each over `skus` SKUs with plenty of stock; return their wants."""
    tx.run(
        "INSERT INTO shop (id, name, channel, zone, currency, created_at)"
        " VALUES (1, 'bench', 'file', 'Asia/Shanghai', 'CNY', :now)",
        now=NOW,
    )
    tx.run(
        "INSERT INTO warehouse (id, code, name, created_at) VALUES (1, 'MAIN', '主仓', :now)",
        now=NOW,
    )
    numbers = range(1, skus + 1)
    tx.many(
        "INSERT INTO sku (id, code, code_key, created_at, updated_at)"
        " VALUES (:id, :code, :code, 0, 0)",
        [{"id": n, "code": f"sku{n}"} for n in numbers],
    )
    tx.many(
        "INSERT INTO stock (sku_id, warehouse_id, on_hand) VALUES (:id, 1, :plenty)",
        [{"id": n, "plenty": PLENTY} for n in numbers],
    )
    _seed_orders(tx, orders)
    return [Want(n, n, n % skus + 1, 1, 1, NOW + n) for n in range(1, orders + 1)]


def _seed_orders(tx: Tx, orders: int) -> None:
    axes = "platform_status, refund, stock, fulfilment, callback, lineage"
    tx.many(
        f"INSERT INTO orders (id, shop_id, platform_no, digest, mode, {axes}, placed_at, gmv_fen,"
        " units, counted, buyer_nick, tail, seen_at, updated_at) VALUES (:id, 1, :no, :digest,"
        " 'live', 'PAID', 'NONE', 'NONE', 'NEW', 'NONE', 'NORMAL', 0, 100, 1, 1, '', :no, 0, 0)",
        [{"id": n, "no": str(n), "digest": b""} for n in range(1, orders + 1)],
    )
    tx.many(
        "INSERT INTO order_line (id, order_id, no, outer_code, title, pieces, amount_fen)"
        " VALUES (:id, :id, 1, 'x', 'x', 1, 100)",
        [{"id": n} for n in range(1, orders + 1)],
    )


# ---- ours ------------------------------------------------------------------------------------


async def in_batches(store: Store, wants: list[Want]) -> None:
    """Reserve through `write`, a batch of 200 a call."""
    for at in range(0, len(wants), BATCH):
        part = wants[at : at + BATCH]
        await store.write(partial(reserve.reserve_many, wants=part, actor="bench"))


async def by_callers(store: Store, wants: list[Want], callers: int = CALLERS) -> list[float]:
    """Reserve one by one through `write_each` from many callers; return each one's seconds."""
    waits: list[float] = []
    queue = iter(wants)

    async def caller() -> None:
        for want in queue:
            began = time.perf_counter()
            await store.write_each(reserve.reserve_each, want)
            waits.append(time.perf_counter() - began)

    await asyncio.gather(*(caller() for _ in range(callers)))
    return waits


async def _by_64(store: Store, wants: list[Want]) -> None:
    await by_callers(store, wants)


async def _by_16(store: Store, wants: list[Want]) -> None:
    await by_callers(store, wants, 16)


# ---- one measurement -------------------------------------------------------------------------


class Databases:
    """Seeded databases to copy from: a fresh one for every measurement."""

    def __init__(self, folder: Path, orders: int) -> None:
        self.folder = folder
        self.orders = orders
        self.cluster = Cluster(source, DURABLE) if (source := find({})) else None
        self._serial = 0
        self._wants: dict[int, list[Want]] = {}
        for skus in (1, SKUS):
            url = f"sqlite:///{folder / f'seed-{skus}.db'}"
            migrate(url)
            self._wants[skus] = asyncio.run(_seeded(url, orders, skus))
        if self.cluster:
            self._pg = {skus: self.cluster.create() for skus in (1, SKUS)}
            for skus, name in self._pg.items():
                migrate(self.cluster.url(name))
                asyncio.run(_seeded(self.cluster.url(name), orders, skus))

    def sqlite(self, skus: int = SKUS) -> Path:
        """Return a fresh copy of the SQLite file."""
        self._serial += 1
        to = self.folder / f"run-{self._serial}.db"
        shutil.copyfile(self.folder / f"seed-{skus}.db", to)
        return to

    @contextmanager
    def postgres(self, skus: int = SKUS) -> Iterator[str]:
        """Give the URL of a fresh copy of the PostgreSQL database."""
        assert self.cluster is not None
        name = self.cluster.create(self._pg[skus])
        try:
            yield self.cluster.url(name)
        finally:
            self.cluster.drop(name)

    def wants(self, skus: int = SKUS) -> list[Want]:
        """Return what the orders want."""
        return self._wants[skus]


async def _seeded(url: str, orders: int, skus: int) -> list[Want]:
    store = open_store(url, lambda: NOW)
    wants = await store.write(lambda tx: seed(tx, orders, skus))
    await store.close()
    return wants


def rate(url: str, run: Run, wants: list[Want]) -> float:
    """Return orders a second through the store."""

    async def measure() -> float:
        store = open_store(url, lambda: NOW)
        began = time.perf_counter()
        await run(store, wants)
        seconds = time.perf_counter() - began
        held = await store.read(lambda tx: tx.value("SELECT SUM(reserved) FROM stock"))
        assert held == len(wants), f"{held} reserved of {len(wants)}"
        await store.close()
        return len(wants) / seconds

    return asyncio.run(measure())


def timed(work: Callable[[], object], count: int) -> float:
    """Return how many orders a second `work` does."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def sqlite_lines(made: Databases, repeats: int) -> None:
    """P-R1, P-R2, P-R5 on SQLite."""
    wants, few = made.wants(), made.wants()[: made.orders // SLOW_SHARE]

    def floor() -> float:
        connection = connect(made.sqlite())
        try:
            return timed(lambda: bare_sqlite(connection, wants), len(wants))
        finally:
            connection.close()

    found = rounds(
        {
            "floor": floor,
            "batch": lambda: rate(f"sqlite:///{made.sqlite()}", in_batches, wants),
            "callers": lambda: rate(f"sqlite:///{made.sqlite()}", _by_64, wants),
            "spread16": lambda: rate(f"sqlite:///{made.sqlite()}", _by_16, wants),
            "hot16": lambda: rate(f"sqlite:///{made.sqlite(1)}", _by_16, made.wants(1)),
            "core": lambda: timed(
                lambda: asyncio.run(core_one_by_one(made.sqlite(), few)), len(few)
            ),
        },
        repeats,
    )
    mid = {name: middle(values) for name, values in found.items()}
    bare = "sqlite3, 200 orders a transaction"
    say(
        "P-R1",
        "orders/s, 64 callers, SQLite",
        mid["callers"],
        mid["floor"],
        ">= 0.3",
        floor_is=bare,
    )
    say(
        "P-R1",
        "orders/s, 64 callers, SQLite",
        mid["callers"],
        mid["core"],
        ">= 30",
        floor_is="SQLAlchemy Core on aiosqlite, one order a transaction",
    )
    say(
        "P-R2",
        "orders/s, batches of 200, SQLite",
        mid["batch"],
        mid["floor"],
        ">= 0.25",
        floor_is=bare,
    )
    say(
        "P-R5",
        "orders/s on one hot SKU, 16 callers, SQLite",
        mid["hot16"],
        mid["spread16"],
        ">= 0.8",
        floor_is="the same over 1,000 SKUs",
    )


def postgres_lines(made: Databases, repeats: int) -> None:
    """P-R3, P-R4, P-R5 on PostgreSQL."""
    wants, few = made.wants(), made.wants()[: made.orders // SLOW_SHARE]
    waits: dict[str, list[float]] = {"many": [], "one": []}

    def bare(work: Callable[..., None], part: list[Want]) -> float:
        with made.postgres() as url, psycopg.connect(url, autocommit=True) as connection:
            return timed(lambda: work(connection, part), len(part))

    def ours(run: Run, part: list[Want], skus: int = SKUS) -> float:
        with made.postgres(skus) as url:
            return rate(url, run, part)

    def noting(name: str, callers: int) -> Run:
        async def run(store: Store, part: list[Want]) -> None:
            waits[name].extend(await by_callers(store, part, callers))

        return run

    found = rounds(
        {
            "floor": lambda: bare(bare_psycopg, wants),
            "loop": lambda: bare(loop_psycopg, few),
            "batch": lambda: ours(in_batches, wants),
            "callers": lambda: ours(noting("many", CALLERS), wants),
            "one": lambda: ours(noting("one", 1), few),
            "spread16": lambda: ours(_by_16, wants),
            "hot16": lambda: ours(_by_16, made.wants(1), 1),
        },
        repeats,
    )
    mid = {name: middle(values) for name, values in found.items()}
    bare_set = "psycopg, one set-based statement per 200"
    say(
        "P-R3",
        "orders/s, batches of 200, PostgreSQL",
        mid["batch"],
        mid["floor"],
        ">= 0.7",
        floor_is=bare_set,
    )
    say(
        "P-R3",
        "orders/s, batches of 200, PostgreSQL",
        mid["batch"],
        mid["loop"],
        ">= 25",
        floor_is="psycopg, one order a transaction",
    )
    say(
        "P-R4",
        "orders/s, 64 callers, PostgreSQL",
        mid["callers"],
        mid["floor"],
        ">= 0.5",
        floor_is=bare_set,
    )
    say(
        "P-R4",
        "p99 seconds, 64 callers, PostgreSQL",
        _p99(waits["many"]),
        _p99(waits["one"]),
        "<= 3",
        floor_is="p99 of one caller",
    )
    say(
        "P-R5",
        "orders/s on one hot SKU, 16 callers, PostgreSQL",
        mid["hot16"],
        mid["spread16"],
        ">= 0.8",
        floor_is="the same over 1,000 SKUs",
    )


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = Databases(Path(folder), chosen.orders)
        sqlite_lines(made, chosen.rounds)
        if made.cluster:
            postgres_lines(made, chosen.rounds)
            made.cluster.stop()


if __name__ == "__main__":
    main()
