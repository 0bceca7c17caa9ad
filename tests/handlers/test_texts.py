"""Is everything that people read there in both languages?"""

import importlib
import pkgutil
import string
from collections.abc import Iterator
from types import ModuleType

import pytest

import core.services
import handlers
import jobs
from core.texts import EN, ZH, Text


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def texts(thing: object) -> Iterator[Text]:
    """Yield the texts in a module's constant, however deep."""
    if isinstance(thing, Text):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from texts(value)
    elif isinstance(thing, tuple | list):
        for value in thing:
            yield from texts(value)


FOUND = sorted(
    {
        (module.__name__, name, text)
        for package in (core.services, handlers, jobs)
        for module in modules(package)
        for name, value in vars(module).items()
        for text in texts(value)
    }
)


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_there_are_texts() -> None:
    """The search above finds something."""
    assert len(FOUND) > 50


def test_both_languages_say_the_same() -> None:
    """Neither is empty, both have the same fields, and the English is not Chinese."""
    assert [where for *where, text in FOUND if wrong(text)] == []


def wrong(text: Text) -> bool:
    """Say whether one language lacks what the other has."""
    outside = "".join(part for part, *_ in string.Formatter().parse(text.en))
    chinese = any("\u4e00" <= sign <= "\u9fff" for sign in outside)
    empty = not text.zh.strip() or not text.en.strip()
    return empty or chinese or fields(text.zh) != fields(text.en)


@pytest.mark.parametrize(
    "text",
    [Text("好", ""), Text("{a}好", "good"), Text("好", "{a} good"), Text("好", "好")],
    ids=["missing", "lost field", "extra field", "not translated"],
)
def test_what_is_half_said_is_found(text: Text) -> None:
    """The check above bites."""
    assert wrong(text)


def test_a_text_in_a_text_is_said_in_the_same_language() -> None:
    """Values that are texts follow the language of the sentence."""
    text = Text("{who}好", "Hello {who}")
    who = Text("店主", "owner")
    assert (text.say(ZH, who=who), text.say(EN, who=who)) == ("店主好", "Hello owner")
