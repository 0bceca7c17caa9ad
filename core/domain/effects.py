"""How often may each kind of effect be sent, and what becomes of it after each answer?

The table below is N: an effect is what leaves the process for good (a
message, later a waybill request or an SMS), and no answer is not the same as no arrival.
"""

from dataclasses import dataclass
from enum import StrEnum

SECOND = 1_000
HOUR = 3_600 * SECOND


class State(StrEnum):
    """Where an effect stands."""

    WAITING = "WAITING"
    SENDING = "SENDING"
    DONE = "DONE"
    UNKNOWN = "UNKNOWN"  # 结果不明: it may have arrived, and may not be sent again
    FAILED = "FAILED"


class Verdict(StrEnum):
    """What the outside said to one attempt."""

    DONE = "done"
    NOT_NOW = "not now"  # surely not taken, may be tried later
    IN_DOUBT = "in doubt"  # no answer: taken or not
    REFUSED = "refused"  # will never be taken


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be done with one kind of effect.

    `max_sends` is N: how many sends may have reached the outside. `retry_for_ms` is how long
    "not now" is answered by trying again, counted from the effect's creation. `merge` is how many
    effects of a lane may share one message when many wait (1: each goes alone).
    """

    max_sends: int
    retry_for_ms: int = 24 * HOUR
    first_wait_ms: int = SECOND
    longest_wait_ms: int = 60 * SECOND
    merge: int = 1

    def wait_ms(self, turn: int, asked_ms: int = 0) -> int:
        """Return how long to wait after attempt `turn` (0 first); never less than asked for."""
        doubled = self.first_wait_ms << min(turn, 20)
        return max(min(doubled, self.longest_wait_ms), asked_ms)


POLICIES = {
    "alert": Policy(max_sends=2, merge=50),  # resent once with the same alert number, then listed
    "report": Policy(max_sends=1),  # posted once or listed, never posted again
    "edit": Policy(max_sends=1_000),  # of a message we know: the same again changes nothing
}
"""Every kind of effect there is. A kind that is not listed here cannot be sent."""

MERGE_FROM = 4
"""Fewer effects than this that wait in a lane go out one by one."""

EDIT_ONLY = frozenset({"edit"})
"""Kinds that never post a new message: a report whose arrival is unknown is not posted again."""


def next_state(policy: Policy, verdict: Verdict, sends: int, age_ms: int) -> State:
    """Return what becomes of an effect of `age_ms` after its send number `sends` (1 first)."""
    match verdict:
        case Verdict.DONE:
            return State.DONE
        case Verdict.NOT_NOW:
            return State.WAITING if age_ms < policy.retry_for_ms else State.FAILED
        case Verdict.IN_DOUBT:
            return State.WAITING if sends < policy.max_sends else State.UNKNOWN
        case Verdict.REFUSED:
            return State.FAILED
