"""How does a mapping become fast? It is compiled to one Python function (decision 0004).

The function's source holds only our own names, numbers and `repr()` of checked keys; converters
and constants are handed to it as objects. Paths richer than names and numbers go to JMESPath.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.domain import convert, moment
from core.domain.convert import BadValue, Converter
from core.domain.errors import BadInput
from core.domain.mapping import LINE, ORDER, REQUIRED, ChannelMap, Fields, Source

Values = tuple[Any, ...]
Read = Callable[[Any], tuple[Values, list[Values]]]
"""Returns the order's values in the order of `mapping.ORDER`, and those of each line."""

EACH = "[*]."
_NAME = r"[A-Za-z_\u4e00-\u9fff][\w-]*"
_SIMPLE = re.compile(rf"{_NAME}(\[\d+\])*(\.{_NAME}(\[\d+\])*)*")
_STEP = re.compile(rf"({_NAME})|\[(\d+)\]")


class Problem(ValueError):
    """Why one order cannot be mapped: its field, its path, its line (from 0; None = no line)."""

    def __init__(self, path: str, line: int | None, reason: BadValue) -> None:
        super().__init__(reason.en)
        self.path = path
        self.line = line
        self.zh = reason.zh
        self.en = reason.en


ABSENT = BadValue("没有值", "has no value")
SHAPE = BadValue("结构和映射不符", "is not shaped as the mapping says")


class Reader:
    """A compiled mapping. `read` is the generated function, `source` its text.

    Called with an order (a JSON object, or a list of rows that are tuples of the cells of
    `columns`) it returns what `read` does, or raises Problem with the first field that is wrong.
    """

    def __init__(self, mapping: ChannelMap, columns: Sequence[str] = ()) -> None:
        writer = _Writer(mapping, columns)
        self.source = writer.function()
        space: dict[str, Any] = dict(writer.names)
        exec(compile(self.source, f"<mapping {mapping.name!r}>", "exec"), space)  # noqa: S102 - see docs/decisions/0004
        self.read: Read = space["read"]
        self._rows: Callable[[Any], Sequence[Any]] = space["rows"]
        self._single: list[tuple[str, Callable[[Any], Any]]] = [
            (path, space[name]) for name, path in writer.single
        ]
        self._of_line: list[tuple[str, Callable[[Any, Any], Any]]] = [
            (path, space[name]) for name, path in writer.of_line
        ]

    def __call__(self, order: Any) -> tuple[Values, list[Values]]:
        """Map one order. Raises Problem."""
        try:
            return self.read(order)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
            raise self.explain(order) from None

    def number(self, order: Any) -> str:
        """Return the order's number alone. Raises Problem."""
        path, one = self._single[0]
        try:
            found: str = one(order)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
            raise Problem(path, None, _reason(one, order) or SHAPE) from None
        return found

    def explain(self, order: Any) -> Problem:
        """Find the field that cannot be read, by reading one at a time."""
        for path, one in self._single:
            reason = _reason(one, order)
            if reason:
                return Problem(path, None, reason)
        try:
            rows = list(self._rows(order))
        except (LookupError, TypeError, AttributeError):
            return Problem("", None, SHAPE)
        for number, row in enumerate(rows):
            for path, of_line in self._of_line:
                reason = _reason(of_line, order, row)
                if reason:
                    return Problem(path, number, reason)
        return Problem("", None, SHAPE)


def _reason(function: Callable[..., Any], *values: Any) -> BadValue | None:
    try:
        function(*values)
    except BadValue as reason:
        return reason
    except KeyError:
        return ABSENT
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        return SHAPE
    return None


def converter(source: Source, mapping: ChannelMap) -> Converter:
    """Return the function that `as` names, bound to the channel's zone and word lists."""
    bound: Mapping[str, Callable[[], Converter]] = {
        "datetime": lambda: moment.local_time(mapping.zone, source.formats),
        "cn_datetime": lambda: moment.local_time("Asia/Shanghai", source.formats),
        "date_in_number": lambda: moment.date_in_number(mapping.zone),
        "status": lambda: convert.word(mapping.status, ("状态表", "status list")),
        "refund": lambda: convert.word(mapping.refund, ("退款表", "refund list")),
        "flag": lambda: convert.flag(source.true),
    }
    if source.convert in bound:
        return bound[source.convert]()
    return _PLAIN[source.convert]


_PLAIN: Mapping[str, Converter] = {
    "raw": convert.raw,
    "text": convert.text,
    "id": convert.identifier,
    "int": convert.whole,
    "pieces": convert.pieces,
    "signed_pieces": convert.signed_pieces,
    "yuan": convert.yuan,
    "signed_yuan": convert.signed_yuan,
    "fen": convert.fen,
    "price": convert.price,
    "unix_s": moment.unix_s,
    "unix_ms": moment.unix_ms,
}


def required(inner: Converter) -> Converter:
    """Return a converter that refuses nothing at all."""

    def checked(value: Any) -> Any:
        found = inner(value)
        if found is None:
            raise ABSENT
        return found

    return checked


def total(values: list[int | None]) -> int | None:
    """Return the sum of amounts; None where there are none."""
    return sum(value or 0 for value in values) if values else None


class _Writer:
    """Writes the function; `names` are the objects that its text refers to."""

    def __init__(self, mapping: ChannelMap, columns: Sequence[str]) -> None:
        self._mapping = mapping
        self._columns = {column: at for at, column in enumerate(columns)}
        self._each = mapping.each or _list_of(mapping.line)
        self.names: dict[str, Any] = {"EMPTY": {}, "total": total}
        self.single: list[tuple[str, str]] = []
        self.of_line: list[tuple[str, str]] = []
        self._prefixes: dict[tuple[str, ...], str] = {}
        self._statements: list[str] = []

    def function(self) -> str:
        """Return the text of `read`, of `rows`, and of one small function per field."""
        order = [self._field(name, self._mapping.order, ORDER, "p") for name in ORDER]
        line = [self._field(name, self._mapping.line, LINE, "q") for name in LINE]
        rows = self._rows()
        head = "".join(f"    {statement}\n" for statement in self._statements)
        text = f"def rows(p):\n{head}    return {rows}\n"
        for at, (path, expression) in enumerate(self.single):
            text += f"def one_{at}(p):\n{head}    return {expression}\n"
            self.single[at] = (f"one_{at}", path)
        for at, (path, expression) in enumerate(self.of_line):
            text += f"def line_{at}(p, q):\n{head}    return {expression}\n"
            self.of_line[at] = (f"line_{at}", path)
        return (
            f"{text}def read(p):\n{head}"
            f"    return ({', '.join(order)},), [({', '.join(line)},) for q in {rows}]\n"
        )

    def _rows(self) -> str:
        if self._mapping.by_column:
            return "p"
        if not self._each:
            return "(p,)"
        return f"({self._get('p', self._each, needed=False)} or ())"

    def _field(self, name: str, fields: Fields, known: Mapping[str, str], at: str) -> str:
        """Return the expression of one field; None where the mapping has no word of it."""
        sources = fields.get(name, ())
        needed = name in REQUIRED
        parts = []
        for source in sources:
            last = source is sources[-1]
            parts.append(self._value(source, at, needed=needed and last))
        if not parts:
            return "True" if name == "counted" else "False" if known[name] == "flag" else "None"
        expression = parts[-1]
        for part in reversed(parts[:-1]):
            expression = f"(v if (v := {part}) is not None else {expression})"
        path = " | ".join(path for source in sources for path in source.paths)
        (self.single if at == "p" else self.of_line).append((path or name, expression))
        return expression

    def _value(self, source: Source, at: str, *, needed: bool) -> str:
        inner = converter(source, self._mapping)
        if source.gather == "always":
            return self._name(inner(source.always) if source.always is not None else None)
        if source.gather == "join":
            named = self._name(inner)
            parts = ", ".join(
                f"{named}({self._get(at, path, needed=False)})" for path in source.paths
            )
            return f"({self._name(source.joint)}.join([t for t in ({parts},) if t]) or None)"
        path = source.paths[0]
        if source.gather == "sum":
            base, _, rest = path.partition(EACH)
            named = self._name(inner)
            item = self._steps("k", rest, needed=False)
            found = self._get(at, base, needed=False)
            return f"total([{named}({item}) for k in {found} or ()])"
        found = self._get(at, path, needed=needed)
        if inner is convert.raw:
            return found
        return f"{self._name(required(inner) if needed else inner)}({found})"

    def _name(self, thing: Any) -> str:
        for name, known in self.names.items():
            if known is thing:
                return name
        name = f"x{len(self.names)}"
        self.names[name] = thing
        return name

    def _get(self, at: str, path: str, *, needed: bool) -> str:
        """Return the expression for the raw value at `path` of the order (p) or the line (q)."""
        if self._mapping.by_column:
            column = self._columns.get(path)
            row = "p[0]" if at == "p" else "q"
            return "None" if column is None else f"{row}[{column}]"
        if at == "q":
            inside = f"{self._each}{EACH}"
            if path.startswith(inside):
                path = path[len(inside) :]
            elif not self._mapping.each:
                at = "p"
        return self._steps(at, path, needed=needed)

    def _steps(self, at: str, path: str, *, needed: bool) -> str:
        if not _SIMPLE.fullmatch(path):
            return f"{self._name(_searched(path))}({at})"
        steps = [name or int(number) for name, number in _STEP.findall(path)]
        for step in steps[:-1]:
            at = self._inner(at, step)
        if isinstance(steps[-1], str) and not needed:
            return f"{at}.get({steps[-1]!r})"
        return f"{at}[{steps[-1]!r}]" if needed else f"({at}[{steps[-1]}:] or (None,))[0]"

    def _inner(self, at: str, step: str | int) -> str:
        """Return a name for the object one step inside; absent is an empty one."""
        found = (
            f"{at}.get({step!r}) or EMPTY"
            if isinstance(step, str)
            else f"({at} or (EMPTY,))[{step}]"
        )
        if at in {"q", "k"} or at.startswith("("):
            return f"({found})"
        key = (at, repr(step))
        if key not in self._prefixes:
            self._prefixes[key] = f"p{len(self._prefixes)}"
            self._statements.append(f"{self._prefixes[key]} = {found}")
        return self._prefixes[key]


def _searched(path: str) -> Callable[[Any], Any]:
    import jmespath  # noqa: PLC0415 - few mappings need it

    try:
        search: Callable[[Any], Any] = jmespath.compile(path).search
    except jmespath.exceptions.JMESPathError as error:
        reason = str(error).splitlines()[0]
        raise BadInput(
            f"路径“{path}”看不懂：{reason}。", f"The path {path!r} makes no sense: {reason}."
        ) from None
    return search


def _list_of(line: Fields) -> str:
    """Return the list that the lines' paths begin with ("" if they name none)."""
    for sources in line.values():
        for source in sources:
            for path in source.paths:
                if EACH in path:
                    return path.partition(EACH)[0]
    return ""
