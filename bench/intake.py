"""How fast do orders come in? P-I1, P-I2 and P-I4, against bare sqlite3 writing the same rows.

Both sides write to the same schema with the same indexes, a commit of 1,000 orders at a time,
WAL and synchronous=FULL. Rates are per second of processor time, all threads together.
"""

import asyncio
import gc
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from bench.common import middle, rounds, say
from bench.payload import START, channel, texts
from core.adapters.payloads import OrderPayloads
from core.domain.intake import Mode
from core.services import files, intake
from core.store.door import Store
from core.store.engine import open_store
from core.store.engine_sqlite import connect
from core.store.migrate import migrate

ORDERS = 10_000
MANY = 100_000
PAGE = 1_000
ROUNDS = 5
TABLES = ("orders", "order_raw", "receiver", "order_line", "order_event")


async def take(store: Store, source: OrderPayloads, page: list[bytes]) -> int:
    """Do what a poll does with one page; return how many orders were new or changed."""
    how = intake.How(Mode.HISTORY, "bench", create_skus=True)
    shop = await store.write(
        lambda tx: files.ensure_shop(tx, "bench", "bench", "Asia/Shanghai", "CNY")
    )
    batch = source.of_texts(page)
    numbers = [draft.number for draft in batch.drafts]
    stored = await store.read(lambda tx: files.digests(tx, shop.id, numbers))
    fresh = [draft for draft in batch.drafts if stored.get(draft.number) != draft.digest]
    if not fresh:
        return 0
    tally = await store.write(lambda tx: intake.take_in(tx, shop, source.page(fresh), how))
    return tally.new + tally.changed


def pages(orders: list[bytes]) -> Iterator[list[bytes]]:
    """Yield pages of orders."""
    for start in range(0, len(orders), PAGE):
        yield orders[start : start + PAGE]


class Bench:
    """A folder of databases, the orders as they arrive, and the rows that they become."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self._count = 0
        migrate(f"sqlite:///{self._template}")
        self.orders = texts(ORDERS)
        self.full = self._new()
        self._product(self.full, ORDERS)
        with sqlite3.connect(self.full) as connection:
            self.rows = {
                name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES
            }
        connection.close()

    def _new(self) -> Path:
        self._count += 1
        path = self._folder / f"{self._count}.db"
        shutil.copyfile(self._template, path)
        return path

    def _product(self, path: Path, expected: int) -> float:
        async def run() -> float:
            store = open_store(f"sqlite:///{path}", lambda: START)
            source = OrderPayloads(channel(), "bench")
            began = time.process_time()
            done = 0
            for page in pages(self.orders):
                done += await take(store, source, page)
            spent = time.process_time() - began
            await store.close()
            if done != expected:
                raise AssertionError(f"{done} orders instead of {expected}")
            return ORDERS / spent

        return asyncio.run(run())

    def product(self) -> float:
        """Orders per second from raw bytes into an empty database."""
        path = self._new()
        try:
            return self._product(path, ORDERS)
        finally:
            path.unlink()

    def product_again(self) -> float:
        """Orders per second when all of them are there already."""
        return self._product(self.full, 0)

    def bare(self) -> float:
        """Orders per second through executemany, the rows ready made."""
        path = self._new()
        connection = connect(path)
        connection.execute("PRAGMA foreign_keys = OFF")  # the rows name SKUs that are not there
        statements = _statements(self.rows)
        began = time.process_time()
        for start in range(0, ORDERS, PAGE):
            connection.execute("BEGIN IMMEDIATE")
            for name, statement in statements.items():
                per_order = len(self.rows[name]) // ORDERS
                part = slice(start * per_order, (start + PAGE) * per_order)
                connection.executemany(statement, self.rows[name][part])
            connection.execute("COMMIT")
        spent = time.process_time() - began
        connection.close()
        path.unlink()
        return ORDERS / spent

    def bare_again(self) -> float:
        """Orders per second through a bare decode, a hash and one look-up per page."""
        connection = connect(self.full, read_only=True)
        began = time.process_time()
        for page in pages(self.orders):
            known = {}
            for text in page:
                number = orjson.loads(text)["trade"]["tid"]
                known[number] = blake2b(text, digest_size=16).digest()
            found = dict(
                map(
                    tuple,
                    connection.execute(
                        "SELECT o.platform_no, o.digest FROM json_each(?) AS n CROSS JOIN orders"
                        " AS o WHERE o.shop_id = 1 AND o.platform_no = n.value",
                        [json.dumps(list(known))],
                    ),
                )
            )
            if len(found) != len(page):
                raise AssertionError("orders are missing")
        spent = time.process_time() - began
        connection.close()
        return ORDERS / spent


def _statements(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, str]:
    return {
        name: f"INSERT INTO {name} VALUES ({', '.join('?' * len(listed[0]))})"
        for name, listed in rows.items()
    }


# ---- memory: each side in a process of its own ------------------------------------------------


def _memory(field: str) -> int:
    """Return a figure of this process in KB (Linux)."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition(f"{field}:")[2].split()[0])


def _peak(work: Callable[[Path, int], None], orders: int, path: Path) -> int:
    """Return by how many KB the peak grew while the orders streamed through."""
    work(path, PAGE)  # imports, connections and code are not what is measured
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak begins here
    before = _memory("VmRSS")
    work(path, orders)
    return _memory("VmHWM") - before


def _stream_product(path: Path, orders: int) -> None:
    async def run() -> None:
        store = open_store(f"sqlite:///{path}", lambda: START)
        source = OrderPayloads(channel(), "bench")
        for start in range(0, orders, PAGE):
            await take(store, source, texts(PAGE, start))
        await store.close()

    asyncio.run(run())


def _stream_bare(path: Path, orders: int) -> None:
    connection = connect(path)
    connection.execute("CREATE TABLE IF NOT EXISTS floor (no TEXT PRIMARY KEY, raw TEXT) STRICT")
    connection.execute("CREATE TABLE IF NOT EXISTS part (no TEXT, at INTEGER, raw TEXT) STRICT")
    for start in range(0, orders, PAGE):
        page = [(str(start + at), text.decode()) for at, text in enumerate(texts(PAGE, start))]
        lines = [(no, at, raw[:300]) for no, raw in page for at in (1, 2)]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT OR REPLACE INTO floor VALUES (?, ?)", page)
        connection.executemany("INSERT INTO part VALUES (?, ?, ?)", lines)
        connection.execute("COMMIT")
    connection.close()


STREAMS = {"product": _stream_product, "bare": _stream_bare}


def _peak_in_child(which: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "peak.db"
        migrate(f"sqlite:///{path}")
        command = [sys.executable, "-m", "bench.intake", which, str(MANY), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        found = rounds({"product": bench.product, "bare": bench.bare}, ROUNDS)
        speed = {name: middle(values) for name, values in found.items()}
        what = "intake from raw bytes, orders/s, SQLite"
        say("P-I1", what, speed["product"], speed["bare"], ">= 0.45")
        found = rounds({"product": bench.product_again, "bare": bench.bare_again}, ROUNDS)
        speed = {name: middle(values) for name, values in found.items()}
        what = "re-poll of unchanged orders, orders/s, SQLite"
        say("P-I2", what, speed["product"], speed["bare"], ">= 0.6")
    peak = {name: _peak_in_child(name) for name in STREAMS}
    what = f"peak memory over {MANY:,} streamed orders, MB"
    say("P-I4", what, peak["product"], max(peak["bare"], 0.1), "<= 2")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(str(_peak(STREAMS[sys.argv[1]], int(sys.argv[2]), Path(sys.argv[3]))))
    else:
        main()
