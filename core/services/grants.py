"""Keeping the leave that sellers gave us: sealed, one for each channel."""

from core.domain.grant import Grant
from core.store import settings
from core.store.tx import Tx
from core.tools.vault import Vault


def seal(vault: Vault, channel: str, grant: Grant) -> str:
    """Return a grant as it may be kept or handed on; it opens for this channel alone."""
    return vault.seal(_purpose(channel), grant.packed())


def keep(tx: Tx, channel: str, sealed: str) -> None:
    """Keep a sealed grant in place of the channel's last one."""
    settings.put(tx, _purpose(channel), sealed)


def kept(tx: Tx, channel: str) -> bool:
    """Tell whether there is a grant for a channel."""
    return bool(settings.get(tx, _purpose(channel)))


def find(tx: Tx, vault: Vault, channel: str) -> Grant | None:
    """Return a channel's grant, if there is one. Raises BadInput if it does not open."""
    sealed = settings.get(tx, _purpose(channel))
    return Grant.unpacked(vault.open(_purpose(channel), sealed)) if sealed else None


def _purpose(channel: str) -> str:
    return f"grant:{channel}"
