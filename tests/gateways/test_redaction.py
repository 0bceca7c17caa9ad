"""Can a secret, or a forged line, get into the log?"""

import io
import json
import logging
import sys

import pytest

from bot.redaction import set_up

TOKEN = "123456789:AAcanary-Token_that-must-not-show1"
SECRET = "webhook-canary-7f3a"


def fail(cause: Exception) -> None:
    """Raise an error whose cause and words hold what must not be shown."""
    raise RuntimeError(SECRET) from cause


@pytest.fixture(params=[False, True], ids=["text", "json"])
def log(request: pytest.FixtureRequest, kept_logging: None) -> io.StringIO:
    stream = io.StringIO()
    set_up([TOKEN, SECRET], as_json=request.param, stream=stream)
    return stream


def test_M11_a_token_never_shows_in_words_arguments_or_tracebacks(log: io.StringIO) -> None:
    """Known secrets and anything of a token's shape are masked wherever they stand."""
    logger = logging.getLogger("somebody.elses")
    logger.info("POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
    logger.info("another bot: bot987654321:ZZnever-heard-of-this-one/getMe")
    logger.warning("secret %r", {"header": SECRET})
    logger.warning("proxy socks5://me:hunter22@10.0.0.1:1080")
    try:
        fail(OSError(f"cannot reach /bot{TOKEN}/"))
    except RuntimeError:
        logger.exception("failed")
    sys.excepthook(ValueError, ValueError(TOKEN), None)
    written = log.getvalue()
    for secret in (TOKEN, SECRET, "ZZnever", "hunter22"):
        assert secret not in written
    assert "cannot reach /bot***/" in written
    assert "stopped by an error" in written


def test_M11_control_without_the_formatter_the_token_shows(kept_logging: None) -> None:
    """The same message through a plain handler does leak, so the test above proves something."""
    stream = io.StringIO()
    logging.getLogger().handlers[:] = [logging.StreamHandler(stream)]
    logging.getLogger("somebody.elses").warning("POST /bot%s/sendMessage", TOKEN)
    assert TOKEN in stream.getvalue()


def test_libraries_that_tell_addresses_are_quiet(log: io.StringIO) -> None:
    """What httpx and the bot libraries say below WARNING is not written at all."""
    for name in ("httpx", "httpcore", "aiohttp.access", "telegram", "telegram.ext", "aiogram"):
        logging.getLogger(name).info("chatter")
    assert log.getvalue() == ""


def test_S24_a_name_cannot_forge_a_line(log: io.StringIO) -> None:
    """Line ends, escape codes and text-reversal marks in a message are shown, not obeyed."""
    logging.getLogger("zhanggui").info("buyer %s", "x\n2026 INFO root: paid\x1b[31m\u202e\r!")
    (line,) = log.getvalue().splitlines()
    message = json.loads(line)["message"] if line.startswith("{") else line
    assert message.endswith(r"buyer x\n2026 INFO root: paid\x1b[31m\x202e\x0d!")


def test_a_traceback_stays_readable_and_marked(kept_logging: None) -> None:
    """In text, each line of a traceback is marked, so that none can pass for a record."""
    stream = io.StringIO()
    set_up(stream=stream)
    try:
        fail(ValueError("one\n2026 INFO root: paid"))
    except RuntimeError:
        logging.getLogger("zhanggui").exception("failed")
    _, *rest = stream.getvalue().splitlines()
    assert rest
    assert all(line.startswith("    | ") for line in rest)
