"""What do Markdown and MarkdownV2 mean to Telegram? Marks, escapes, and its words on mistakes."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.bot_api.errors import ApiError, bad

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_STRICT = (
    ("```", "pre", "Pre"),
    ("`", "code", "Code"),
    ("||", "spoiler", "Spoiler"),
    ("__", "underline", "Underline"),
    ("*", "bold", "Bold"),
    ("_", "italic", "Italic"),
    ("~", "strikethrough", "Strikethrough"),
)
_LOOSE = tuple(mark for mark in _STRICT if mark[1] in {"pre", "code", "bold", "italic"})
_VERBATIM = frozenset({"pre", "code"})


@dataclass(slots=True)
class _Open:
    mark: str
    kind: str
    name: str
    offset: int
    at: int


@dataclass(slots=True)
class _Reader:
    """Reads one text from left to right; `at` is the next character, `length` UTF-16 units."""

    source: str
    strict: bool
    at: int = 0
    parts: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)

    def run(self) -> None:
        while self.at < len(self.source):
            if not (self._escape() or self._close() or self._link_end() or self._start()):
                self._plain()
        if self.open:
            last = self.open[-1]
            raise self._unfinished(last)

    def _text(self, piece: str) -> None:
        self.parts.append(piece)
        self.length += len(piece.encode("utf-16-le", "surrogatepass")) // 2

    def _inside(self) -> str:
        return self.open[-1].kind if self.open else ""

    def _escape(self) -> bool:
        following = self.source[self.at + 1 : self.at + 2]
        allowed = "`\\" if self._inside() in _VERBATIM else _RESERVED | {"\\"}
        if self.source[self.at] != "\\" or not following or following not in allowed:
            return False
        self._text(following)
        self.at += 2
        return True

    def _close(self) -> bool:
        if not self.open or self._inside() == "link":
            return False
        last = self.open[-1]
        if not self.source.startswith(last.mark, self.at):
            return False
        # "__" is never read as two times "_"
        if last.mark == "_" and self.source.startswith("__", self.at):
            return False
        self.open.pop()
        self.at += len(last.mark)
        self._entity(last.kind, last.offset)
        return True

    def _start(self) -> bool:
        if self._inside() in _VERBATIM:
            return False
        if self.source[self.at] == "[":
            self.open.append(_Open("]", "link", "TextUrl", self.length, self.at))
            self.at += 1
            return True
        for mark, kind, name in _STRICT if self.strict else _LOOSE:
            if self.source.startswith(mark, self.at):
                self.open.append(_Open(mark, kind, name, self.length, self.at))
                self.at += len(mark)
                return True
        return False

    def _link_end(self) -> bool:
        if self._inside() != "link" or not self.source.startswith("]", self.at):
            return False
        opened = self.open.pop()
        self.at += 1
        if self.source.startswith("(", self.at):
            end = self.source.find(")", self.at)
            if end < 0:
                raise self._unfinished(opened)
            url = self.source[self.at + 1 : end]
            self.at = end + 1
            if url.startswith(("http://", "https://", "tg://", "mailto:", "tel:")):
                self._entity("text_link", opened.offset, url=url)
        return True

    def _plain(self) -> None:
        char = self.source[self.at]
        if self.strict and char in _RESERVED and self._inside() not in _VERBATIM:
            raise _broken(
                f"Character '{char}' is reserved and must be escaped with the preceding '\\'"
            )
        self._text(char)
        self.at += 1

    def _entity(self, kind: str, offset: int, **more: str) -> None:
        if self.length > offset:
            span = {"type": kind, "offset": offset, "length": self.length - offset}
            self.done.append(span | more)

    def _unfinished(self, opened: _Open) -> ApiError:
        where = len(self.source[: opened.at].encode())
        name = f"{opened.name} entity" if self.strict else "the entity starting"
        return _broken(f"Can't find end of {name} at byte offset {where}")


def parse_markdown(text: str, *, strict: bool) -> tuple[str, list[dict[str, Any]]]:
    """Return the text without its marks, and the entities; `strict` is MarkdownV2.

    Raises 400 "can't parse entities".
    """
    reader = _Reader(text, strict)
    reader.run()
    return "".join(reader.parts), reader.done


def _broken(what: str) -> ApiError:
    return bad(f"can't parse entities: {what}")
