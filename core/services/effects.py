"""What happens to an effect in the database: written, claimed, settled, listed when in doubt."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from core.domain.checkpoints import protected
from core.domain.effects import MERGE_FROM, POLICIES, State, Verdict, next_state
from core.messaging import Sent, Target
from core.services.payloads import Letter, lane, pack
from core.store import message_refs, outbox
from core.store.tx import Row, Tx

ADDED = outbox.ADDED
ENDED = "effect-ended"
"""The signal raised by a commit in which an effect came to its end."""
CLAIM_ROW = "effects:claim-row"
"""What a paired control test switches off: without it a lost answer is resent."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One attempt at an effect: `sends` counts the sends that may have arrived, this one too.

    `also` are effects of the same lane that go out in the same message, because many wait.
    """

    key: str
    kind: str
    lane: str
    payload: Mapping[str, Any]
    sends: int
    created_at: int
    also: "tuple[Effect, ...]" = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt came to.

    `sent` is the message as the platform named it, remembered as `remember`; `gone` is a chat
    that threw us out; `moved` is a chat and its new id.
    """

    verdict: Verdict
    reason: str = ""
    retry_after_ms: int = 0
    sent: Sent | None = None
    remember: str = ""
    gone: Target | None = None
    moved: tuple[Target, str] | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody else has the effect in hand: look again after so many milliseconds."""

    ms: int


class Aftermath(Protocol):
    """What the rest of the shop does when a delivery did not go well."""

    def trouble(self, tx: Tx, effect: Effect, state: State, reason: str) -> None:
        """List an effect that ended as UNKNOWN or FAILED where a person sees it."""

    def gone(self, tx: Tx, target: Target) -> None:
        """Stop writing to a chat that threw us out or was deleted."""

    def moved(self, tx: Tx, target: Target, new: str) -> None:
        """Follow a chat to its new id."""


def post(tx: Tx, key: str, kind: str, letter: Letter) -> bool:
    """Send a message after the commit, once per `key`; False if that key is there already."""
    return outbox.put(tx, key, kind, lane(letter.target), pack(letter))


def unfinished(tx: Tx, after: int, limit: int) -> list[Row]:
    """Return effects that have not ended, by id (see `outbox.unfinished`)."""
    return outbox.unfinished(tx, after, limit)


def begin(tx: Tx, key: str, lease_ms: int, aftermath: Aftermath) -> Effect | Wait | None:
    """Claim an effect before anything leaves the process. None: it has ended.

    An earlier attempt that ended without a word counts as a send that may have arrived; when
    the policy allows no more of them, the effect is UNKNOWN and listed.
    """
    row = outbox.claim(tx, key, lease_ms)
    if row is None:
        row = outbox.get(tx, key)
        if row is None or row["state"] not in (State.WAITING, State.SENDING):
            return None
        return Wait(max((row["lease_until"] or 0) - tx.now, 0) + 1)
    effect = _effect(row, row["attempts"] + 1)
    policy = POLICIES.get(effect.kind)
    if policy is None:
        _end(tx, effect, State.FAILED, f"no policy for the kind {effect.kind}", aftermath)
        return None
    if effect.sends > policy.max_sends and protected(CLAIM_ROW):
        _end(tx, effect, State.UNKNOWN, "the process ended while sending", aftermath)
        return None
    if policy.merge > 1 and outbox.count_due(tx, effect.lane, effect.kind) >= MERGE_FROM - 1:
        more = outbox.claim_more(tx, row, lease_ms, policy.max_sends, policy.merge - 1)
        effect = replace(effect, also=tuple(_effect(one, one["attempts"]) for one in more))
    return effect


def _effect(row: Row, sends: int) -> Effect:
    payload = json.loads(row["payload"])
    return Effect(row["key"], row["kind"], row["lane"], payload, sends, row["created_at"])


def settle(
    tx: Tx, effect: Effect, outcome: Outcome, turn: int, aftermath: Aftermath
) -> int | None:
    """Write down what an attempt came to. Returns the wait before the next one, None at the end.

    The wait is in milliseconds; `turn` counts the attempts of this hand-over (0 first).
    """
    if outcome.sent and outcome.remember:
        message_refs.put(tx, outcome.remember, outcome.sent)
    if outcome.gone:
        aftermath.gone(tx, outcome.gone)
    if outcome.moved:
        _follow(tx, effect, *outcome.moved, aftermath)
    for one in effect.also:
        _settle(tx, one, outcome, turn, aftermath)
    return _settle(tx, effect, outcome, turn, aftermath)


def _settle(
    tx: Tx, effect: Effect, outcome: Outcome, turn: int, aftermath: Aftermath
) -> int | None:
    policy = POLICIES[effect.kind]
    state = next_state(policy, outcome.verdict, effect.sends, tx.now - effect.created_at)
    if state is not State.WAITING:
        _end(tx, effect, state, outcome.reason, aftermath)
        return None
    at_once = outcome.moved and turn == 0
    wait_ms = 0 if at_once else policy.wait_ms(turn, outcome.retry_after_ms)
    arrived = outcome.verdict is Verdict.IN_DOUBT
    outbox.postpone(tx, effect.key, tx.now + wait_ms, outcome.reason, arrived=arrived)
    return wait_ms


def _end(tx: Tx, effect: Effect, state: State, reason: str, aftermath: Aftermath) -> None:
    outbox.finish(tx, effect.key, state, reason)
    tx.signals.add(ENDED)
    if state is not State.DONE:
        aftermath.trouble(tx, effect, state, reason)


def _follow(tx: Tx, effect: Effect, old: Target, new: str, aftermath: Aftermath) -> None:
    message_refs.moved(tx, old.platform, old.chat, new)
    outbox.redirect(
        tx,
        effect.lane,
        lambda payload: (
            {**payload, "target": {**payload["target"], "chat": new}}
            if "target" in payload
            else payload
        ),
    )
    aftermath.moved(tx, old, new)
