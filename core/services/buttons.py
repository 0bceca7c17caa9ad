"""Who may still use this button, and who did?"""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from core.domain.checkpoints import protected
from core.domain.errors import Stale
from core.store import presses, settings
from core.store.tx import Tx

KEY = "buttons.key"
ONCE = "buttons:once"
"""What a paired control test switches off: without it a double tap acts twice."""


def signing_key(tx: Tx) -> bytes:
    """Return the key that signs our buttons; made at random the first time."""
    return bytes.fromhex(settings.first(tx, KEY, secrets.token_hex(32)))


def use_up(tx: Tx, nonce: bytes, person_id: int, zone: str) -> None:
    """Use a button up, in the transaction of its effect.

    Raises:
        Stale: It was used before; the sentence says by whom and when, in the time of `zone`.
    """
    if presses.claim(tx, nonce.hex(), person_id) or not protected(ONCE):
        return
    first = presses.first(tx, nonce.hex())
    if first is None:
        raise Stale("这个按钮已用过。", "This button was used already.")
    at = datetime.fromtimestamp(first["at"] / 1000, ZoneInfo(zone)).strftime("%m-%d %H:%M:%S")
    if first["person_id"] == person_id:
        raise Stale(f"你已在 {at} 处理过，不会重复执行。", f"You did this at {at}; done once.")
    name = first["name"] or f"#{first['person_id']}"
    raise Stale(f"{name} 已在 {at} 处理过。", f"{name} did this already at {at}.")
