"""Does our code keep the rules that no linter knows? Each check is shown to bite, too."""

import pytest

from tests.arch import rules
from tests.arch.sources import ROOT, Check, breaches, found_in, python_files

CLOCK_HOMES = {ROOT / "bot" / "database.py"}
"""Where the real clock is made; everything else is handed it."""

MONEY_ONLY = {ROOT / "core" / "domain" / "money.py"}


def test_I12_money_never_meets_a_float() -> None:
    """Money is integer fen in every package."""
    assert not breaches(rules.float_money, python_files())


def test_I12_the_money_module_knows_no_float() -> None:
    """Parsing and rounding of amounts is integer work from end to end."""
    files = tuple(file for file in python_files() if file in MONEY_ONLY)
    assert not breaches(rules.any_float, files)


def test_I12_no_float_column() -> None:
    """The tables cannot hold a float, whatever the code does."""
    files = python_files("core/store/tables", "core/store/migrations")
    assert not breaches(rules.float_column, files)


def test_nobody_reads_the_wall_clock() -> None:
    """Only the file that makes the clock reads it; the make-believe world has its own time."""
    ours = python_files("bot", "charts", "core", "handlers", "jobs")
    files = tuple(file for file in ours if file not in CLOCK_HOMES)
    assert not breaches(rules.wall_clock, files)


def test_no_test_sleeps_or_skips() -> None:
    """Tests wait for events, and one that cannot run is reported, not passed over."""
    files = python_files("tests")
    assert not breaches(rules.sleeping, files)
    assert not breaches(rules.skipping, files)


def test_refusals_are_said_in_both_languages() -> None:
    """Chinese first, English complete."""
    assert not breaches(rules.half_said, python_files())


def test_texts_are_kept_in_both_languages() -> None:
    """Every text shown to people has its other language, with the same fields to fill in."""
    assert not breaches(rules.uneven_texts, python_files())


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (rules.float_money, "total = paid_fen / 100"),
        (rules.float_money, "total = order.paid_fen * 1.06"),
        (rules.float_money, "total = float(paid_fen)"),
        (rules.float_money, "paid_fen: float = 0"),
        (rules.float_money, "def pay(paid_fen: float) -> None: ..."),
        (rules.any_float, "yuan = fen / 100"),
        (rules.any_float, "rate = 0.5"),
        (rules.any_float, "value = float(text)"),
        (rules.float_column, "price = Column('price', sa.Numeric())"),
        (rules.wall_clock, "now = time.time()"),
        (rules.wall_clock, "now = datetime.datetime.now(UTC)"),
        (rules.wall_clock, "today = date.today()"),
        (rules.sleeping, "time.sleep(1)"),
        (rules.sleeping, "await asyncio.sleep(0.1)"),
        (rules.skipping, "pytest.skip('no server')"),
        (rules.skipping, "@pytest.mark.skipif(True, reason='x')\ndef test(): ..."),
        (rules.half_said, "raise BadInput('没有这个文件。')"),
        (rules.half_said, "raise BadInput('no such file', '没有这个文件')"),
        (rules.half_said, "raise Stale('按钮已过期', '按钮已过期')"),
        (rules.uneven_texts, "WORDS = {'a': ('订单', '订单')}"),
        (rules.uneven_texts, "WORDS = {'a': ('订单', '')}"),
        (rules.uneven_texts, "WORDS = {'a': ('{n} 单', '{count} orders')}"),
        (rules.uneven_texts, "GONE = Text('没有 {n} 了', 'gone')"),
        (rules.uneven_texts, "GONE = Text('没有了', '')"),
    ],
)
def test_a_planted_breach_is_found(check: Check, code: str) -> None:
    """The control of every check above."""
    assert found_in(check, code) == 1


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (rules.float_money, "rate = refund_fen / gmv_fen"),
        (rules.float_money, "share = paid_fen * 6 // 100"),
        (rules.sleeping, "await asyncio.sleep(0)"),
        (rules.half_said, "raise BadInput(f'没有{name}。', f'No {name}.')"),
        (rules.uneven_texts, "WORDS = {'a': ('{n} 单', '{n} orders'), 'b': ('库存', 'stock')}"),
    ],
)
def test_what_is_allowed_is_let_through(check: Check, code: str) -> None:
    """The checks do not stand in the way of good code."""
    assert found_in(check, code) == 0
