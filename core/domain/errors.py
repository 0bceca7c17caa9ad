"""Which ways a request can be refused, and what the next step needs to know.

ZhangguiError
├── Refusal          the business says no; the sentence is for the person who asked
│   ├── BadInput     what was given cannot be used: what, where, what to do
│   ├── NotAllowed   the role, chat or button does not carry the right
│   └── Stale        the thing changed since the button was made
├── DeliveryError    a chat platform did not take a message
│   ├── Temporary    may be tried again after `retry_after` seconds
│   ├── Unknown      it may or may not have arrived
│   ├── Permanent    will never be taken in this form
│   ├── ChatGone     kicked, blocked or deleted
│   └── ChatMoved    the chat has a new id
└── MarketError      a marketplace gave no answer that can be used
    ├── Unreachable  may be asked again after `retry_after` seconds
    ├── Throttled    wants to be left alone for `retry_after` seconds
    ├── SessionOver  the shop's authorisation ran out
    └── Refused      will never answer this question in this form
        └── LockedStock  a promotion holds the stock: it may not be lowered now
"""


class ZhangguiError(Exception):
    """Base of all errors that this program raises on purpose."""


class Refusal(ZhangguiError):
    """The business says no. `zh` and `en` are finished sentences for the person who asked."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def say(self, lang: str) -> str:
        """Return the sentence in `lang` ("zh" or "en")."""
        return self.en if lang == "en" else self.zh


class BadInput(Refusal):
    """Something given cannot be used; the sentence names what, where and what to do."""


class NotAllowed(Refusal):
    """The role, the chat or the button does not carry the right to do this."""


class Stale(Refusal):
    """The object changed, or the button was used or ran out, since the button was made."""


class DeliveryError(ZhangguiError):
    """A chat platform did not (surely) take a message."""


class Temporary(DeliveryError):
    """The platform surely did not take it; ask again after `retry_after` seconds."""

    def __init__(self, reason: str, retry_after: float = 1.0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Unknown(DeliveryError):
    """No answer came back: it may or may not have arrived (结果不明)."""


class Permanent(DeliveryError):
    """The platform will never take this message in this form."""


class ChatGone(DeliveryError):
    """The bot was kicked or blocked, or the chat was deleted."""


class ChatMoved(DeliveryError):
    """The chat continues under `new` (a Telegram group that became a supergroup)."""

    def __init__(self, new: str) -> None:
        super().__init__(f"the chat moved to {new}")
        self.new = new


class MarketError(ZhangguiError):
    """A marketplace gave no answer that can be used; nothing of it was stored."""


class Unreachable(MarketError):
    """No answer, or none that makes sense: ask again after `retry_after` seconds."""

    def __init__(self, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Throttled(Unreachable):
    """We asked too often; `retry_after` is 0 where the platform does not say for how long."""


class SessionOver(MarketError):
    """The shop's session or token ran out, or was taken back: a person has to authorise again."""


class Refused(MarketError):
    """The platform will never answer this question in this form."""


class LockedStock(Refused):
    """A promotion holds a SKU's stock: the platform refuses to lower it for now."""
