"""What the configuration file and the environment become, and how they are refused."""

from pathlib import Path

import pytest

from bot.config import BadConfig, load

TOKEN = "7210398:AAFq0lAvJ0wG4rTq9dB1"


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def refusal(file: Path | None, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(BadConfig) as caught:
        load(file, environ or {})
    english, chinese = caught.value.en.splitlines(), caught.value.zh.splitlines()
    assert len(english) == len(chinese) == len(caught.value.mistakes)
    return english


def test_nothing_set_gives_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newcomer without any file gets a working configuration."""
    monkeypatch.chdir(tmp_path)
    settings = load(None, {})
    assert settings.database.url == "sqlite:///data/zhanggui.db"
    assert (settings.shop.zone, settings.stock.low_at) == ("Asia/Shanghai", 5)
    assert not settings.chat.telegram.token


def test_environment_wins_over_the_file_and_texts_become_numbers(tmp_path: Path) -> None:
    """ZHANGGUI__SECTION__KEY replaces what the file says, nested sections included."""
    file = written(tmp_path, '[web]\nport = 1\n[channels.TMall]\nbase_url = "a"\n')
    environ = {
        "ZHANGGUI__WEB__PORT": "9000",
        "ZHANGGUI__CHAT__TELEGRAM__TOKEN": TOKEN,
        "ZHANGGUI__CHANNELS__TMALL__BASE_URL": "b",
        "UNRELATED": "x",
    }
    settings = load(file, environ)
    assert settings.web.port == 9000
    assert settings.chat.telegram.token.reveal() == TOKEN
    assert settings.channels == {"TMall": {"base_url": "b"}}


def test_zhanggui_config_names_the_file(tmp_path: Path) -> None:
    """Without --config the file is the one that ZHANGGUI_CONFIG names."""
    file = written(tmp_path, '[shop]\nname = "甲"\n')
    assert load(None, {"ZHANGGUI_CONFIG": str(file)}).shop.name == "甲"


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Nobody mends a file ten times: every mistake is one line with its key, in one go."""
    file = written(
        tmp_path,
        """
        [shop]
        nmae = "x"
        zone = "Asia/Shangai"
        lang = 5
        [web]
        port = "many"
        public_url = "shop.example"
        [stock]
        low_at = true
        [jobs]
        daily_summary = "25:00"
        [chat.telegram]
        mode = "push"
        api_base = "telegram"
        [chat.telegrm]
        """,
    )
    lines = refusal(file, {"ZHANGGUI__LOG__LEVEL": "loud"})
    said = "\n".join(lines)
    for part in (
        "[shop] nmae: unknown setting; did you mean name.",
        "[shop] zone: there is no time zone 'Asia/Shangai'",
        "[shop] lang: it is 5, but a text in quotes is expected.",
        "[web] port: it is 'many', but a whole number is expected.",
        "[web] public_url: 'shop.example' is not an address",
        "[stock] low_at: it is True, but a whole number is expected.",
        "[jobs] daily_summary: '25:00' is not a time of day",
        "[chat.telegram] mode: must be polling or webhook.",
        "[chat.telegram] api_base: must be http",
        "[chat] telegrm: unknown setting; did you mean telegram.",
        "ZHANGGUI__LOG__LEVEL: 'loud' is not one of",
    ):
        assert part in said
    assert len(lines) == 11


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"[shop\n", "is not valid TOML"),
        ('[shop]\nname = "店"\n'.encode("gb18030"), "is not UTF-8"),
    ],
    ids=["broken", "gbk"],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, raw: bytes, reason: str
) -> None:
    """A broken file is named with what is wrong with it."""
    file = tmp_path / "config.toml"
    file.write_bytes(raw)
    (line,) = refusal(file)
    assert str(file) in line
    assert reason in line


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    """A file that was asked for and is not there is a mistake, not a default."""
    (line,) = refusal(tmp_path / "other.toml")
    assert "other.toml" in line
    assert "--config" in line


def test_S22_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """A file with a secret must be 0600; the same file without one may be open."""
    text = f'[chat.telegram]\ntoken = "{TOKEN}"\n'
    (line,) = refusal(written(tmp_path, text, mode=0o644))
    assert "chmod 600" in line
    assert TOKEN not in line
    assert load(written(tmp_path, text), {}).chat.telegram.token.reveal() == TOKEN
    assert load(written(tmp_path, "[web]\nport = 1\n", mode=0o644), {}).web.port == 1


def test_S22_a_password_in_an_address_counts_as_a_secret(tmp_path: Path) -> None:
    """The database URL may carry a password, so its file is held to 0600 too."""
    text = '[database]\nurl = "postgresql://a:b@127.0.0.1/c"\n'
    (line,) = refusal(written(tmp_path, text, mode=0o640))
    assert "chmod 600" in line


def test_S22_example_secrets_are_refused(tmp_path: Path) -> None:
    """A value out of a manual is no secret."""
    for value in ("123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", "changeme", "your-token-here"):
        file = written(tmp_path, f'[chat.telegram]\ntoken = "{value}"\n')
        assert any("from an example" in line for line in refusal(file))


def test_S21_a_secret_can_stand_in_its_own_file(tmp_path: Path) -> None:
    """`token_file` reads the token from a 0600 file, and refuses an open or missing one."""
    secret = tmp_path / "token"
    secret.write_text(TOKEN + "\n")
    secret.chmod(0o600)
    file = written(tmp_path, f'[chat.telegram]\ntoken_file = "{secret}"\n')
    assert load(file, {}).chat.telegram.token.reveal() == TOKEN
    secret.chmod(0o604)
    assert any("chmod 600" in line for line in refusal(file))
    secret.unlink()
    assert any("token_file" in line for line in refusal(file))


def test_I23_settings_never_print_a_secret(tmp_path: Path) -> None:
    """Whatever prints the settings prints *** where a secret or a password stands."""
    file = written(
        tmp_path,
        f"""
        [database]
        url = "postgresql://a:canary@127.0.0.1/c"
        [chat.telegram]
        token = "{TOKEN}"
        proxy = "socks5://u:canary@127.0.0.1:1"
        webhook_secret = "canary_canary_canary"
        """,
    )
    shown = f"{load(file, {})!r} {load(file, {})}"
    assert TOKEN not in shown
    assert "canary" not in shown


def test_a_wrong_secret_is_refused_without_being_shown(tmp_path: Path) -> None:
    """The sentence about a bad token names the key, never the value."""
    file = written(tmp_path, '[chat.telegram]\ntoken = "canary"\nwebhook_secret = 19951207\n')
    lines = refusal(file)
    assert len(lines) == 2
    assert not any("canary" in line or "19951207" in line for line in lines)


def test_webhook_mode_needs_an_address_and_a_secret(tmp_path: Path) -> None:
    """Rule 2.3-8: without a secret anyone could speak as Telegram."""
    lines = refusal(written(tmp_path, '[chat.telegram]\nmode = "webhook"\n'))
    wrong = {line.split(": ")[0].rpartition(" ")[2] for line in lines}
    assert wrong == {"webhook_url", "webhook_secret"}
