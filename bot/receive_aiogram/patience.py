"""How long we wait before Telegram is asked again, and when asking again is of no use."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from aiogram.exceptions import TelegramNotFound, TelegramRetryAfter, TelegramUnauthorizedError

from core.domain.errors import BadInput

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

_LOG: Final = logging.getLogger(__name__)
_LONGEST_PAUSE: Final = 30.0


class Patience:
    """Counts failures in a row and waits longer after each: 1, 2, 4 ... 30 seconds.

    Args:
        sleep: Waits so many seconds.
        monotonic: Seconds that never go back.

    Attributes:
        answered_at: When Telegram last answered us, in those seconds; None before it ever did.
    """

    def __init__(
        self, sleep: Sleep = asyncio.sleep, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.answered_at: float | None = None
        self._sleep = sleep
        self._monotonic = monotonic
        self._failures = 0

    def went_well(self) -> None:
        """Start from one second again, and remember when it was."""
        self._failures = 0
        self.answered_at = self._monotonic()

    async def pause(self, what: str, error: Exception) -> None:
        """Log what failed (an error's class only: its words may hold the token) and wait."""
        if isinstance(error, TelegramRetryAfter):
            seconds = float(error.retry_after)
        else:
            seconds = min(2.0**self._failures, _LONGEST_PAUSE)
            seconds *= random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, hides nothing
        self._failures = min(self._failures + 1, 10)
        _LOG.warning("%s (%s); next try in %.1f s", what, type(error).__name__, seconds)
        await self._sleep(seconds)

    async def until_done(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call that has to work before we can start; Telegram may be down just now.

        Raises:
            BadInput: Telegram does not know the token.
        """
        while True:
            try:
                done = await call()
            except (TelegramUnauthorizedError, TelegramNotFound):
                raise token_refused() from None
            except Exception as error:  # noqa: BLE001 - whatever it is, the start waits for it
                await self.pause("Telegram cannot be reached", error)
            else:
                self.went_well()
                return done


def token_refused() -> BadInput:
    """Return what to tell the operator when Telegram does not know the token."""
    return BadInput(
        "Telegram 不认这个 token:请检查 chat.telegram.token 和 chat.telegram.api_base。",
        "Telegram refuses the token: check chat.telegram.token and chat.telegram.api_base.",
    )
