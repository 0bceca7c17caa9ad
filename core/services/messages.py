"""Which of our messages may be edited in place, because we know where they are?"""

from core.messaging import Sent
from core.store import message_refs
from core.store.tx import Tx


def remember(tx: Tx, name: str, sent: Sent) -> None:
    """Call the message `sent` by `name` from now on."""
    message_refs.put(tx, name, sent)


def find(tx: Tx, name: str) -> Sent | None:
    """Return the message called `name`, or None."""
    return message_refs.get(tx, name)


def name_of(tx: Tx, sent: Sent | None) -> str:
    """Return what the message `sent` is called, "" if it has no name."""
    return message_refs.name_of(tx, sent) if sent else ""
