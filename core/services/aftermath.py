"""What does the shop do when a delivery did not go well?"""

from core.domain.effects import State
from core.messaging import Target
from core.services import rooms
from core.services.effects import Effect
from core.store import exceptions, trail
from core.store.exceptions import Found
from core.store.tx import Tx

ACTOR = "job:effects"


class Listed:
    """Is a `core.services.effects.Aftermath`: a person finds every trouble in the exceptions."""

    def trouble(self, tx: Tx, effect: Effect, state: State, reason: str) -> None:
        """Open an exception for an effect that ended as UNKNOWN or FAILED."""
        code = "EFFECT_UNKNOWN" if state is State.UNKNOWN else "EFFECT_FAILED"
        subject = f"effect:{effect.key}"
        exceptions.open_many(tx, [Found(code, subject, note=reason)], ACTOR)
        trail.note(tx, ACTOR, effect.key, code, subject, sends=effect.sends)

    def gone(self, tx: Tx, target: Target) -> None:
        """Pause a chat that threw us out and tell the owners elsewhere."""
        rooms.gone(tx, target, ACTOR)

    def moved(self, tx: Tx, target: Target, new: str) -> None:
        """Follow a chat to its new id."""
        rooms.moved(tx, target, new, ACTOR)
