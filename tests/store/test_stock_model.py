"""The stock engine against a model that serves one piece at a time (D02)."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.domain.order import PlatformStatus
from core.services import allocation
from core.store.engine import open_store
from core.store.invariants import breaches
from tests.clock import MONDAY_TEN
from tests.shop import TestShop, order

T = TypeVar("T")
CODES = ("cup", "lid")
PIECES = st.integers(1, 4)


@dataclass
class Line:
    """What the model knows of one order: who was paid when, and what it got."""

    code: str
    pieces: int
    paid_at: int
    serial: int
    got: int = 0
    state: str = "open"


@dataclass
class Model:
    """Serves one piece at a time to the order paid first."""

    on_hand: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CODES, 0))
    lines: dict[str, Line] = field(default_factory=dict)

    def free(self, code: str) -> int:
        """Return the pieces of a code that nobody holds."""
        return self.on_hand[code] - sum(one.got for one in self.waiting(code))

    def waiting(self, code: str) -> list[Line]:
        """Return open orders of a code, paid first first."""
        found = [one for one in self.lines.values() if one.code == code and one.state == "open"]
        return sorted(found, key=lambda one: (one.paid_at, one.serial))

    def serve(self, code: str) -> None:
        """Give free pieces away."""
        for one in self.waiting(code):
            take = min(one.pieces - one.got, self.free(code))
            one.got += max(take, 0)

    def count(self, code: str, counted: int) -> None:
        """Set a level; the orders paid last lose what is missing."""
        self.on_hand[code] = counted
        for one in reversed(self.waiting(code)):
            one.got -= min(one.got, max(0, -self.free(code)))
        self.serve(code)


class StockMachine(RuleBasedStateMachine):
    """Plays random events on engine and model and compares them after each."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name) / "model.db"
        shutil.copyfile(self.template, file)
        self._loop = asyncio.new_event_loop()
        self._model = Model()
        self._serial = 0
        self._store = self._run(self._open(f"sqlite:///{file}"))
        self._shop = TestShop(self._store)
        self._run(self._shop.stocks(**dict.fromkeys(CODES, 0)))

    async def _open(self, url: str) -> Any:
        return open_store(url, lambda: MONDAY_TEN)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)

    @rule(code=st.sampled_from(CODES), pieces=PIECES)
    def receive(self, code: str, pieces: int) -> None:
        """Goods arrive."""
        self._model.on_hand[code] += pieces
        self._model.serve(code)
        self._run(self._shop.stocks(**{code: pieces}))

    @rule(code=st.sampled_from(CODES), pieces=PIECES, paid=st.integers(0, 5), twice=st.booleans())
    def pay(self, code: str, pieces: int, paid: int, *, twice: bool) -> None:
        """A paid order comes in, perhaps twice."""
        self._serial += 1
        number = str(self._serial)
        self._model.lines[number] = Line(code, pieces, MONDAY_TEN + paid, self._serial)
        self._model.serve(code)
        one = order(number, (code, pieces), paid_at=MONDAY_TEN + paid)
        for _ in range(1 + twice):
            self._run(self._shop.takes_in(one))

    def _end(self, pick: int, state: str, change: Callable[[Line], None]) -> None:
        number = sorted(self._model.lines)[pick % len(self._model.lines)]
        line = self._model.lines[number]
        status = PlatformStatus.CLOSED if state == "closed" else PlatformStatus.PLATFORM_SHIPPED
        if line.state == "open":
            change(line)
            line.state = state
            self._model.serve(line.code)
        one = order(
            number, (line.code, line.pieces), paid_at=line.paid_at, status=status, version=2
        )
        self._run(self._shop.takes_in(one))

    @precondition(lambda self: self._model.lines)
    @rule(pick=st.integers(0, 50))
    def cancel(self, pick: int) -> None:
        """An order is closed before it ships."""
        self._end(pick, "closed", lambda _: None)

    @precondition(lambda self: self._model.lines)
    @rule(pick=st.integers(0, 50))
    def ship(self, pick: int) -> None:
        """An order's goods leave the house."""

        def leave(line: Line) -> None:
            self._model.on_hand[line.code] -= line.got

        self._end(pick, "shipped", leave)

    @rule(code=st.sampled_from(CODES), counted=st.integers(0, 8))
    def count(self, code: str, counted: int) -> None:
        """Somebody counts a shelf."""
        self._serial += 1
        event = f"count:{self._serial}"
        self._model.count(code, counted)
        pair = self._run(self._shop.pair(code))
        work = self._store.write(lambda tx: allocation.count(tx, event, pair, counted, "person:1"))
        self._run(work)

    @invariant()
    def same(self) -> None:
        """Engine and model agree piece by piece, and the promises hold."""
        held = self._run(self._shop.held())
        for number, line in self._model.lines.items():
            if line.state == "open":
                assert held[number][1:] == (line.got, line.pieces - line.got)
        for code in CODES:
            assert self._run(self._shop.level(code))[0] == self._model.on_hand[code]
        assert not self._run(self._store.read(breaches))

    def teardown(self) -> None:
        """Close the database."""
        self._run(self._store.close())
        self._loop.close()
        self._folder.cleanup()


def test_D02_any_order_of_events_ends_as_one_piece_at_a_time_would(sqlite_template: Path) -> None:
    """Receipts, payments, cancellations, shipments and counts in any order agree with it."""
    StockMachine.template = sqlite_template
    StockMachine.TestCase.settings = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],  # shrinking a database's history takes minutes
        suppress_health_check=[HealthCheck.too_slow],
    )
    result = StockMachine.TestCase().run()
    if result and (result.errors or result.failures):
        pytest.fail("\n".join(text for _, text in result.errors + result.failures))
