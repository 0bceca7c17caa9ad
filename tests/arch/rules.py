"""The rules of this code that no linter knows, each as a function over a parsed file."""

import ast
import re
from collections.abc import Iterator

Breaches = Iterator[tuple[int, str]]

CLOCKS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
}
FLOAT_COLUMNS = {"Float", "REAL", "DOUBLE", "DOUBLE_PRECISION", "Double", "Numeric", "DECIMAL"}
SAID = {"Refusal", "BadInput", "NotAllowed", "Stale"}
LATIN = re.compile(r"[A-Za-z]")
FIELD = re.compile(r"\{(\w+)")


def _named(node: ast.AST) -> str:
    """Return the last word of a name or attribute, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _called(node: ast.AST) -> tuple[str, str]:
    """Return ("time", "sleep") for `time.sleep(...)`, ("", "sleep") for `sleep(...)`."""
    if not isinstance(node, ast.Call):
        return "", ""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return _named(owner) if owner else "", _named(node.func)


def _money(node: ast.AST) -> bool:
    """Tell whether an expression speaks of an amount of money."""
    return any(_named(part).split("_")[-1] == "fen" for part in ast.walk(node))


def _float(node: ast.AST) -> bool:
    return any(isinstance(p, ast.Constant) and isinstance(p.value, float) for p in ast.walk(node))


def float_money(module: ast.AST) -> Breaches:
    """I12: money is integer fen; no float meets it. Fen by fen is a rate and may be one."""
    for node in ast.walk(module):
        if isinstance(node, ast.BinOp):
            left, right = _money(node.left), _money(node.right)
            if isinstance(node.op, ast.Div) and left != right:
                yield node.lineno, "divides money with /, which makes a float"
            elif (left and _float(node.right)) or (right and _float(node.left)):
                yield node.lineno, "mixes money and a float"
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
            name = node.arg if isinstance(node, ast.arg) else _named(node.target)
            if name.split("_")[-1] == "fen" and "float" in ast.unparse(node.annotation):
                yield node.lineno, f"{name} is declared a float"
        elif _called(node)[1] == "float" and isinstance(node, ast.Call) and _money(node):
            yield node.lineno, "turns money into a float"


def any_float(module: ast.AST) -> Breaches:
    """I12: a module about nothing but money does not know floats at all."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, f"has the float {node.value}"
        elif isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, "names float"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield node.lineno, "divides with /, which makes a float"


def float_column(module: ast.AST) -> Breaches:
    """I12: no column of the database holds a float."""
    for node in ast.walk(module):
        if _named(node) in FLOAT_COLUMNS and isinstance(node, ast.Name | ast.Attribute):
            yield node.lineno, f"declares a {_named(node)} column"


def wall_clock(module: ast.AST) -> Breaches:
    """The time is an argument: whoever reads the clock alone cannot be tested or replayed."""
    for node in ast.walk(module):
        if _called(node) in CLOCKS and isinstance(node, ast.Call):
            yield node.lineno, f"reads the clock with {'.'.join(_called(node))}()"


def sleeping(module: ast.AST) -> Breaches:
    """Tests wait for what happens, never for time to pass; `asyncio.sleep(0)` only yields."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _called(node)[1] == "sleep":
            first = node.args[0] if node.args else None
            if not (isinstance(first, ast.Constant) and first.value == 0):
                yield node.lineno, "sleeps"


def skipping(module: ast.AST) -> Breaches:
    """A test that does not run says so in the summary, so none skips itself in silence."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "importorskip"}:
            yield node.lineno, f"skips with {node.attr}"


def half_said(module: ast.AST) -> Breaches:
    """What people read exists in Chinese and in English, the Chinese first."""
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or _named(node.func) not in SAID:
            continue
        if any(isinstance(part, ast.Starred) for part in node.args):
            continue  # a pair that was written elsewhere
        texts = [_text(part) for part in [*node.args, *(w.value for w in node.keywords)]]
        if len(texts) == 1:
            yield node.lineno, f"{_named(node.func)} needs a Chinese and an English sentence"
        elif LATIN.search(texts[0]) and not _chinese(texts[0]):
            yield node.lineno, f"the first sentence of {_named(node.func)} is not Chinese"
        elif _chinese(texts[1]):
            yield node.lineno, f"the second sentence of {_named(node.func)} is not English"


def uneven_texts(module: ast.AST) -> Breaches:
    """Texts are kept as (Chinese, English) with the same fields to fill in.

    Looked at: calls of `Text`, and tables whose values are all pairs of texts.
    """
    for pair in _pairs(module):
        zh, en = (_text(part) for part in pair)
        line = pair[0].lineno
        if not zh or not en or (_chinese(en) and not LATIN.search(en)):
            yield line, f"is not Chinese and English: {zh!r}, {en!r}"
            continue
        chinese, english = set(FIELD.findall(zh)), set(FIELD.findall(en))
        if english - chinese or (chinese and not english):
            yield line, f"fills in different fields: {zh!r}, {en!r}"


def _pairs(module: ast.AST) -> Iterator[list[ast.expr]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _named(node.func) == "Text":
            given = [*node.args, *(word.value for word in node.keywords)]
            if _written(given):
                yield given
        elif isinstance(node, ast.Dict):
            values = [value.elts for value in node.values if isinstance(value, ast.Tuple)]
            if len(values) == len(node.values) and all(_written(value) for value in values):
                yield from (value for value in values if _chinese(_text(value[0])))


def _written(pair: list[ast.expr]) -> bool:
    """Tell whether these are two written-out texts."""
    return len(pair) == 2 and all(
        isinstance(part, ast.Constant) and isinstance(part.value, str) for part in pair
    )


def _text(node: ast.AST) -> str:
    """Return the words written out in an expression, without what is filled in."""
    return "".join(
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def _chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)
