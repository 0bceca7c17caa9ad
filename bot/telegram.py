"""How the two halves of the Telegram gateway are built; imports their libraries only then."""

import gc
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.telegram_settings import TelegramSettings

if TYPE_CHECKING:
    from bot.receive_aiogram import AiogramReceiver
    from bot.send_ptb import PtbMessenger

__all__ = ["TelegramSettings", "build"]

Alarm = Callable[[str, str], Awaitable[None]]
"""Told in Chinese and English when the gateway had to stop."""


def build(
    settings: TelegramSettings, alarm: Alarm | None = None
) -> tuple["AiogramReceiver", "PtbMessenger"]:
    """Build what receives (aiogram) and what sends (python-telegram-bot), on one token.

    Importing both costs seconds and 170 MB, so a command that does not chat must not call this.

    Args:
        settings: Where and how to reach Telegram.
        alarm: Called when polling stops because the token is used elsewhere.

    Raises:
        BadInput: A setting is wrong; the sentence says which and what it has to be.
    """
    settings.check()
    # Collecting garbage among aiogram's models while they are being made costs half a second.
    gc.disable()
    try:
        from bot.receive_aiogram import AiogramReceiver  # noqa: PLC0415
        from bot.send_ptb import PtbMessenger  # noqa: PLC0415
    finally:
        gc.enable()

    return AiogramReceiver(settings, alarm=alarm), PtbMessenger(settings)
