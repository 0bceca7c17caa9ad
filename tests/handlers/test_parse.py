"""Are people understood as they type?"""

import pytest

from handlers.all import menus, registry
from handlers.parse import Vocabulary, code_in
from handlers.registry import Command, Menu, Registry

REGISTRY = registry()
HEARD = Vocabulary(REGISTRY)


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("/order 7788", "order", "7788"),
        ("/order@zhanggui_bot 7788", "order", "7788"),
        ("／order 7788", "order", "7788"),
        ("/查订单 7788", "order", "7788"),
        ("查订单", "order", ""),
        ("查订单7788", "order", "7788"),
        ("查订单：7788", "order", "7788"),
        ("  查订单\u30007788 ", "order", "7788"),
        ("查订单张三", "order", "张三"),
        ("ORDER 7788", "order", "7788"),
        ("Find order 7788", "order", "7788"),
        ("库存A1", "stock", "A1"),
        ("帮助", "help", ""),
        ("/lang\nen", "lang", "en"),
    ],
)
def test_a_command_is_understood(text: str, name: str, words: str) -> None:
    """By slash, in Chinese without a space, with full-width signs, in English words."""
    said = HEARD.understand(text)
    assert said.command
    assert (said.command.name, said.words) == (name, words)


@pytest.mark.parametrize(
    "text", ["7788", "orders", "库存紧张的客户", "helpless", "今日份快乐", "@a"]
)
def test_other_words_are_words(text: str) -> None:
    """What only begins like a command is looked for."""
    said = HEARD.understand(text)
    assert (said.command, said.words, said.unknown) == (None, text, "")


def test_an_unknown_command_is_named_with_the_nearest() -> None:
    """A slip of the finger is met with the command that was meant."""
    said = HEARD.understand("/oder 7788")
    assert (said.command, said.unknown) == (None, "oder")
    assert HEARD.nearest("oder") == "order"
    assert not HEARD.nearest("xyzzy")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"/start {'a' * 22}", "a" * 22),
        (f"/start@bot {'a' * 22}", "a" * 22),
        ("-_" * 11, "-_" * 11),
        (f"/starter {'a' * 22}", ""),
        (f"/start {'a' * 23}", ""),
        ("a" * 21, ""),
        (f"/start {'a' * 21}/", ""),
    ],
)
def test_a_code_is_found(text: str, code: str) -> None:
    """Only what could be a code of ours is looked up."""
    assert code_in(text) == code


@pytest.mark.parametrize("command", REGISTRY.commands, ids=lambda command: command.name)
def test_S5_every_command_declares_its_right_and_its_help(command: Command) -> None:
    """No right, no help in either language: no command."""
    assert command.roles
    assert command.help_zh
    assert command.help_en
    assert command.name.isascii()
    assert not command.zh.isascii()
    assert command.en.isascii()


def test_two_commands_cannot_share_a_word() -> None:
    """A clash is found when the program starts, not when somebody types it."""
    one = REGISTRY.commands[0]
    with pytest.raises(ValueError, match="names both"):
        Registry((*REGISTRY.commands, Command("new", one.zh, "New", "", "", one.roles, one.run)))


def test_the_three_buttons_are_the_main_menu() -> None:
    """查订单 · 打面单 · 标异常, in this order; a platform's menu has both languages."""
    main = [one.zh for one in REGISTRY.commands if one.menu is Menu.MAIN]
    assert main == ["查订单", "打面单", "标异常"]
    listed = menus(REGISTRY)
    assert [name for name, _ in listed["zh"]] == [name for name, _ in listed["en"]]
    assert all(len(text) <= 256 for said in listed.values() for _, text in said)
