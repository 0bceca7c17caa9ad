"""Brings Telegram updates in, through aiogram: the only folder that knows the library."""

from bot.receive_aiogram.receiver import AiogramReceiver

__all__ = ["AiogramReceiver"]
