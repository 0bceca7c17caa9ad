"""From an update to its answer: the one way by which words from a chat reach a command."""

from handlers.dispatch.dispatcher import Dispatcher
from handlers.dispatch.parts import ChatRules, Parts

__all__ = ["ChatRules", "Dispatcher", "Parts"]
