"""What is set here? The one reader of the configuration file and of the environment.

A later word wins: defaults, the TOML file, `ZHANGGUI__SECTION__KEY`. All mistakes are reported
together, each with the key, what is wrong and what is expected.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.sections import Settings
from core.domain.errors import BadInput
from core.tools.validate import Mistake, Mistakes, build

Steps = tuple[str, ...]
Table = dict[str, Any]

NAMES_FILE = "ZHANGGUI_CONFIG"
PREFIX = "ZHANGGUI__"
USUAL_FILE = Path("config.toml")
FROM_FILE = "_file"
"""`token_file = "PATH"` reads the secret `token` from a file of its own."""

SECRET_KEY = re.compile(r"(^|_)(token|secret|password|key)$")
PASSWORD_IN_ADDRESS = re.compile(r"://[^/@\s]*:[^/@\s]+@")
EXAMPLE = re.compile(r"(?i)example|change.?me|your[-_ ]|x{6}|^<.*>$|^123456:abc|^110201543:aah")
"""What stands in examples and manuals where a secret belongs."""


class BadConfig(BadInput):
    """The configuration cannot be used; `mistakes` holds every reason."""

    def __init__(self, mistakes: list[Mistake], where: "Origins") -> None:
        super().__init__(
            "\n".join(f"{where.name(each.path)}：{each.zh}。" for each in mistakes),
            "\n".join(f"{where.name(each.path)}: {each.en}." for each in mistakes),
        )
        self.mistakes = mistakes


class Origins:
    """Remembers where each value was written, to name that place when it is wrong."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.variables: dict[Steps, str] = {}

    def name(self, path: Steps) -> str:
        """Return the environment variable or the file, section and key of `path`."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.variables:
                return self.variables[path[:end]]
        section, key = (path[:-1], path[-1]) if len(path) > 1 else (path, "")
        shown = f"[{'.'.join(section)}] {key}".strip() if path else ""
        return f"{self.file or USUAL_FILE} {shown}".strip()


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of the file `path`, with what `environ` says instead.

    Without `path` the file is the one that ZHANGGUI_CONFIG names, else `config.toml` where there
    is one, else none. Raises BadConfig with every mistake.
    """
    environ = os.environ if environ is None else environ
    file = _file(path, environ)
    where = Origins(file)
    mistakes: list[Mistake] = []
    table = _read(file, where) if file else {}
    if file and any(_secret(steps, value) for steps, value in _leaves(table)):
        mistakes += _open_to_others((), file)
    _override(table, environ, where)
    mistakes += _read_secrets(table, where)
    mistakes += _examples(table)
    try:
        settings = build(Settings, table)
    except Mistakes as error:
        raise BadConfig(mistakes + error.mistakes, where) from None
    if mistakes:
        raise BadConfig(mistakes, where)
    return settings


def secrets(settings: Settings) -> list[str]:
    """Return every secret among the settings, for the log to take out."""
    found = [
        value
        for path, value in _leaves(asdict(settings))  # a Secret becomes a table of its own
        if value and any(SECRET_KEY.search(step) for step in path[-2:])
    ]
    password = urlsplit(settings.database.url).password
    return [*found, password] if password else found


def _file(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    if path:
        return path
    if environ.get(NAMES_FILE):
        return Path(environ[NAMES_FILE])
    return USUAL_FILE if USUAL_FILE.exists() else None


def _read(file: Path, where: Origins) -> Table:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        zh = f"读不了这个文件（{error.strerror}），请检查 --config 或 {NAMES_FILE}"
        en = f"cannot be read ({error.strerror}); look at --config or {NAMES_FILE}"
    except UnicodeDecodeError:
        zh, en = "不是 UTF-8 编码，请另存为 UTF-8", "is not UTF-8; save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        zh, en = f"不是有效的 TOML（{error}）", f"is not valid TOML ({error})"
    raise BadConfig([Mistake((), zh, en)], where)


def _override(table: Table, environ: Mapping[str, str], where: Origins) -> None:
    """Put every ZHANGGUI__SECTION__KEY into the table; case follows the names already there."""
    for variable in sorted(environ):
        if not variable.upper().startswith(PREFIX):
            continue
        inner, steps = table, []
        *sections, key = variable[len(PREFIX) :].split("__")
        for section in sections:
            steps.append(_spelt(inner, section))
            deeper = inner.get(steps[-1])
            if not isinstance(deeper, dict):
                deeper = inner[steps[-1]] = {}
            inner = deeper
        steps.append(_spelt(inner, key))
        inner[steps[-1]] = environ[variable]
        where.variables[tuple(steps)] = variable


def _spelt(table: Table, name: str) -> str:
    """Return the key that is `name` without regard to case, else `name` in lower case."""
    return next((key for key in table if key.lower() == name.lower()), name.lower())


def _leaves(table: Table, path: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Yield every text in the table with its path."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        elif isinstance(value, str):
            yield (*path, key), value


def _secret(path: Steps, value: str) -> bool:
    return bool((value and SECRET_KEY.search(path[-1])) or PASSWORD_IN_ADDRESS.search(value))


def _open_to_others(path: Steps, file: Path) -> list[Mistake]:
    mode = file.stat().st_mode & 0o777
    if not mode & 0o077:
        return []
    zh = f"里面有密钥，但别人也能读（权限 {mode:o}），请运行 chmod 600 {file}"
    en = f"it holds a secret and others can read it (mode {mode:o}); run chmod 600 {file}"
    return [Mistake(path, zh, en)]


def _read_secrets(table: Table, where: Origins) -> list[Mistake]:
    """Replace each `token_file` by the `token` that the file holds."""
    mistakes: list[Mistake] = []
    for path, value in list(_leaves(table)):
        key = path[-1].removesuffix(FROM_FILE)
        if key == path[-1] or not SECRET_KEY.search(key):
            continue
        section = table
        for step in path[:-1]:
            section = section[step]
        del section[path[-1]]
        if path in where.variables:
            where.variables[*path[:-1], key] = where.variables[path]
        file = Path(value)
        try:
            section[key] = file.read_text(encoding="utf-8").strip()
            mistakes += _open_to_others(path, file)
        except (OSError, UnicodeDecodeError) as error:
            zh, en = f"读不了密钥文件 {file}（{error}）", f"the secret file {file}: {error}"
            mistakes.append(Mistake(path, zh, en))
    return mistakes


def _examples(table: Table) -> list[Mistake]:
    zh = "还是示例里的值，请换成你自己的"
    en = "this is the value from an example; put your own there"
    return [
        Mistake(path, zh, en)
        for path, value in _leaves(table)
        if SECRET_KEY.search(path[-1]) and EXAMPLE.search(value)
    ]
