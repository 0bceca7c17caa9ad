"""How updates are fetched by asking: an update is confirmed only after it was accepted."""

from typing import Any, Final, cast

from aiogram import Bot
from aiogram.exceptions import TelegramConflictError, TelegramUnauthorizedError
from aiogram.methods import GetUpdates

from bot.receive_aiogram.envelopes import ALLOWED, envelope, update_id
from bot.receive_aiogram.patience import Patience, token_refused
from core.ports import Accept

_BATCH: Final = 100
_MARGIN: Final = 15


class Poller:
    """Asks Telegram for updates, one batch after the other.

    Args:
        bot: The receiving bot.
        patience: How long to wait after a failure.
        wait: For how many seconds Telegram may hold an empty answer back.
    """

    def __init__(self, bot: Bot, patience: Patience, wait: int = 30) -> None:
        self._bot = bot
        self._patience = patience
        self._wait = wait
        self._offset: int | None = None

    async def run(self, accept: Accept) -> None:
        """Fetch until cancelled, or until a second poller uses our token (then it returns).

        A failed fetch or a failed `accept` is logged and tried again, from the same offset.

        Raises:
            BadInput: Telegram does not know the token any more.
        """
        while True:
            try:
                await self._turn(accept)
            except TelegramConflictError:
                return
            except TelegramUnauthorizedError:
                raise token_refused() from None
            except Exception as error:  # noqa: BLE001 - nothing else may end the intake
                await self._patience.pause("updates could not be taken", error)
            else:
                self._patience.went_well()

    async def _turn(self, accept: Accept) -> None:
        """Fetch one batch, have it accepted, and only then move on."""
        method = GetUpdates(
            offset=self._offset, limit=_BATCH, timeout=self._wait, allowed_updates=list(ALLOWED)
        )
        answer = cast("list[Any]", await self._bot(method, request_timeout=self._wait + _MARGIN))
        numbers = [number for update in answer if (number := update_id(update)) is not None]
        if not numbers:
            return
        await accept(
            [envelope(str(self._bot.id), raw) for raw in answer if update_id(raw) is not None]
        )
        self._offset = max(numbers) + 1
