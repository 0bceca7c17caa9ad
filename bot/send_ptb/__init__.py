"""Says things on Telegram, through python-telegram-bot: the only folder that knows the library."""

from bot.send_ptb.messenger import PtbMessenger

__all__ = ["PtbMessenger"]
