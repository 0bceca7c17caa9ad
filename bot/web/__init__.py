"""Our own pages: what may not stand in a chat, and whether we are well."""

from bot.web.server import Web

__all__ = ["Web"]
