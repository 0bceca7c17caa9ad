"""What the sending tests share: a card, where a person is, and a messenger in a hurry."""

from bot.limiter import Limiter
from bot.pace import Pace, Window
from bot.send_ptb import PtbMessenger
from bot.send_ptb.transport import AiohttpRequest, Deadlines
from bot.telegram_settings import TelegramSettings
from core.messaging import Button, Content, Target
from sandbox.bot_api import Person, Room

WIDE = Pace(*[(Window(10_000, 1.0),)] * 3)
CARD = Content(
    title="订单 😀 1024",
    text="已付款 · 2 件",
    buttons=((Button("打面单", token="t" * 64), Button("打开", url="https://x.example/1")),),
)


def here(person: Person | Room) -> Target:
    return Target("telegram", str(person.id))


def quick(settings: TelegramSettings, *, patience: float = 60.0) -> PtbMessenger:
    """A messenger that gives an answer up after 0.2 s."""
    request = AiohttpRequest(deadlines=Deadlines(connect=0.2, answer=0.1))
    return PtbMessenger(settings, Limiter(pace=WIDE, patience=patience), request)
