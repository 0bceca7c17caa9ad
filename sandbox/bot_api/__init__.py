"""A local Telegram Bot API server for tests and the demo: `BotApi` is its front door."""

from sandbox.bot_api.api import TOKEN, BotApi
from sandbox.bot_api.book import Book, Entry, Kind
from sandbox.bot_api.faults import Fault, Faults, Then
from sandbox.bot_api.files import Upload
from sandbox.bot_api.limits import NO_FLOOD, Limits, Window
from sandbox.bot_api.people import NotSeen, Person, Pressed, Room, Seen, Toast

__all__ = [
    "NO_FLOOD",
    "TOKEN",
    "Book",
    "BotApi",
    "Entry",
    "Fault",
    "Faults",
    "Kind",
    "Limits",
    "NotSeen",
    "Person",
    "Pressed",
    "Room",
    "Seen",
    "Then",
    "Toast",
    "Upload",
    "Window",
]
