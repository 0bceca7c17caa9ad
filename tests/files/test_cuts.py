"""Property: however a file is cut between orders, and in whatever order it comes, all is equal."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.store.engine import open_store
from tests.clock import SettableClock
from tests.sheets import Line, csv_file, everything, retail, take

ORDERS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["A1", "a1", "POST", "B2"]),
            st.integers(-3, 5).filter(bool),
            st.sampled_from(["0.0", "1.005", "2.5"]),
        ),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=6,
)


def _invoice(at: int, order: list[tuple[str, int, str]]) -> list[Line]:
    """Return an invoice's rows; every fifth is a refund document."""
    if at % 5 == 4:
        return [retail(f"C{500 + at}", code, -abs(pieces), price) for code, pieces, price in order]
    return [retail(f"{500 + at}", code, pieces, price) for code, pieces, price in order]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(orders=ORDERS, data=st.data())
async def test_any_cut_in_any_order_gives_the_same_tables(
    sqlite_template: Path, orders: list[list[tuple[str, int, str]]], data: st.DataObject
) -> None:
    """Shuffled pieces, some of them twice, leave the tables of the whole file."""
    lines = [_invoice(at, order) for at, order in enumerate(orders)]
    cut = data.draw(st.integers(0, len(lines)))
    pieces = [piece for piece in (lines[:cut], lines[cut:]) if piece]
    pieces = data.draw(st.permutations([*pieces, pieces[0]]))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        whole = csv_file(home / "whole.csv", [row for order in lines for row in order])
        files = [
            csv_file(home / f"{at}.csv", [row for order in piece for row in order])
            for at, piece in enumerate(pieces)
        ]
        assert await _after(home, sqlite_template, [whole]) == await _after(
            home, sqlite_template, files
        )


async def _after(home: Path, template: Path, files: list[Path]) -> object:
    database = home / f"{len(files)}.db"
    shutil.copyfile(template, database)
    store = open_store(f"sqlite:///{database}", SettableClock())
    for file in files:
        await take(store, [file], "online-retail")
    found = await everything(store)
    await store.close()
    return found
