"""What makes a setting wrong: one sentence for each, found where the setting is declared."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the setting `key` and what is expected, in both languages.

    `key` is a name in the section that reports it, with dots where it lies deeper.
    """

    key: str
    zh: str
    en: str


class BadSettings(ValueError):
    """A section holds settings that cannot be used; raised with all of them at once."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{problem.key}: {problem.en}" for problem in problems))
        self.problems = problems


def refuse(*problems: Problem | None) -> None:
    """Raise BadSettings if any of `problems` is one."""
    found = [problem for problem in problems if problem]
    if found:
        raise BadSettings(*found)


def one_of(key: str, value: str, choices: tuple[str, ...]) -> Problem | None:
    """Expect one of `choices`."""
    if value in choices:
        return None
    listed = ", ".join(choices)
    zh = f"“{value}”不可用，应为 {listed} 之一"
    return Problem(key, zh, f"{value!r} is not one of {listed}")


def between(key: str, value: int, low: int, high: int) -> Problem | None:
    """Expect `low` <= value <= `high`."""
    if low <= value <= high:
        return None
    zh = f"{value} 超出范围，应在 {low} 到 {high} 之间"
    return Problem(key, zh, f"{value} is not between {low} and {high}")


def address(key: str, value: str, schemes: tuple[str, ...] = ("http", "https")) -> Problem | None:
    """Expect nothing or an address that begins with one of `schemes`."""
    scheme, mark, rest = value.partition("://")
    if not value or (mark and scheme in schemes and rest.strip("/")):
        return None
    shown = ", ".join(f"{scheme}://" for scheme in schemes)
    zh = f"“{value}”不是网址，应以 {shown} 开头"
    return Problem(key, zh, f"{value!r} is not an address that begins with {shown}")


def time_of_day(key: str, value: str) -> Problem | None:
    """Expect HH:MM."""
    if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        return None
    zh = f"“{value}”不是时刻，应写成 21:00 这样"
    return Problem(key, zh, f"{value!r} is not a time of day such as 21:00")


def time_zone(key: str, value: str) -> Problem | None:
    """Expect a zone of the IANA list."""
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError):
        zh = f"没有时区“{value}”，应写成 Asia/Shanghai 这样"
        return Problem(key, zh, f"there is no time zone {value!r}; write one like Asia/Shanghai")
    return None
