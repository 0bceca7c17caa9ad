"""Who works here, how does somebody join or leave, and what was each invited to be?"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.domain.checkpoints import protected
from core.domain.errors import BadInput, NotAllowed, Stale
from core.domain.staff import Person, Role
from core.messaging import ChatKind, Target, Who
from core.store import chats, people, trail
from core.store import settings as kept
from core.store.tx import Row, Tx

CHANGED = people.CHANGED
"""The signal raised by a commit that changed persons or chats."""

CODE: Final = re.compile(r"[A-Za-z0-9_-]{22}")
"""What an invite's code looks like: 128 bits."""

MINUTE_MS: Final = 60_000
STAFF_INVITE_MS: Final = 15 * MINUTE_MS
OWNER_INVITE_MS: Final = 24 * 60 * MINUTE_MS
SINGLE_USE: Final = "staff:single-use"
"""What a paired control test switches off: without it one link lets two people in."""


def new_code() -> str:
    """Return a fresh random code of 128 bits."""
    return secrets.token_urlsafe(16)


def hashed(code: str) -> str:
    """Return the form of a code that may be stored."""
    return hashlib.sha256(code.encode()).hexdigest()


# ---- invites ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who makes an invite, as the trail names them (`person_id` None: the command line)."""

    actor: str
    source: str
    person_id: int | None = None


def invite(tx: Tx, code: str, role: Role, by: Inviter, life_ms: int = STAFF_INVITE_MS) -> int:
    """Make `code` good for one person to join as `role`; returns when it ends (UTC ms)."""
    ends = tx.now + life_ms
    if people.invite(tx, hashed(code), role, ends, by.person_id):
        trail.note(tx, by.actor, by.source, "invite", f"role:{role}", expires_at=ends)
    return ends


def first_owner_code(tx: Tx) -> str | None:
    """Return a one-time code for the first owner, good for a day; None if there is an owner.

    An earlier code that nobody used stays good as well.
    """
    if people.owners_left(tx):
        return None
    code = new_code()
    invite(tx, code, Role.OWNER, Inviter("system", "first-start"), OWNER_INVITE_MS)
    return code


def join(tx: Tx, code: str, who: Who, target: Target, source: str) -> Mapping[str, str | int]:
    """Let a person in by their code: `person_id`, `name` and `role` (JSON-able).

    Raises:
        NotAllowed: Nobody ever made this code (say nothing at all to whoever tried it).
        Stale: It was used or ran out.
        BadInput: The person works here already.
    """
    found = people.find_invite(tx, hashed(code))
    if found is None:
        raise NotAllowed("邀请码无效。", "This code is not valid.")
    here = people.by_account(tx, who.platform, who.user)
    if here and here["active"]:
        raise BadInput(
            "你已经是店里的人了。这个邀请没有用掉，可以转给别人。",
            "You work here already. The invite is not used up: another person can still use it.",
        )
    if not people.use_invite(tx, found["id"]) and (
        protected(SINGLE_USE) or found["expires_at"] <= tx.now
    ):
        raise _no_longer_good(found)
    role = Role(found["role"])
    person_id = _arrive(tx, who, here, role)
    people.used_by(tx, found["id"], person_id)
    chats.put(
        tx,
        target,
        ChatKind.PRIVATE,
        who.name,
        state=chats.BOUND,
        by=person_id,
    )
    trail.note(tx, f"person:{person_id}", source, "join", f"person:{person_id}", role=role)
    return {"person_id": person_id, "name": _name(who), "role": str(role)}


def is_invite(tx: Tx, code: str) -> bool:
    """Say whether somebody ever made this code."""
    return people.find_invite(tx, hashed(code)) is not None


def _no_longer_good(found: Row) -> Stale:
    if found["used_at"] is not None:
        return Stale(
            "这个邀请已被使用过，请向店主再要一个。",
            "This invite was used already. Ask the owner for another.",
        )
    return Stale(
        "这个邀请已过期，请向店主再要一个。",
        "This invite has run out. Ask the owner for another.",
    )


def _arrive(tx: Tx, who: Who, here: Row | None, role: Role) -> int:
    if here:
        people.change(tx, here["id"], role)
        person_id: int = here["id"]
        return person_id
    person_id = people.add(tx, _name(who), role)
    people.identify(tx, who.platform, who.user, person_id)
    return person_id


def _name(who: Who) -> str:
    return who.name.strip()[:64] or who.user


# ---- the staff -------------------------------------------------------------------------------


def everybody(tx: Tx) -> list[Person]:
    """Return everybody who works here."""
    return [Person(row["id"], row["name"], Role(row["role"])) for row in people.active(tx)]


def find(tx: Tx, person_id: int) -> Person | None:
    """Return somebody who works here."""
    row = people.get(tx, person_id)
    return Person(row["id"], row["name"], Role(row["role"])) if row and row["active"] else None


def change_role(tx: Tx, person_id: int, role: Role, actor: str, source: str) -> str:
    """Give somebody another role; returns their name.

    Raises:
        BadInput: Nobody here has this number, or the shop would be left without an owner.
    """
    person = _somebody(tx, person_id)
    if role is not Role.OWNER:
        _keep_an_owner(tx, person)
    if people.change(tx, person_id, role):
        before = str(person.role)
        trail.note(
            tx, actor, source, "role", f"person:{person_id}", before=before, after=str(role)
        )
    return person.name


def remove(tx: Tx, person_id: int, actor: str, source: str) -> str:
    """End somebody's work here: from now on they are a stranger. Returns their name.

    Raises:
        BadInput: Nobody here has this number, or the shop would be left without an owner.
    """
    person = _somebody(tx, person_id)
    _keep_an_owner(tx, person)
    people.change(tx, person_id, person.role, active=False)
    trail.note(tx, actor, source, "leave", f"person:{person_id}", role=str(person.role))
    return person.name


def _somebody(tx: Tx, person_id: int) -> Person:
    person = find(tx, person_id)
    if person is None:
        raise BadInput(
            f"没有编号为 {person_id} 的员工，发 /staff 查看编号。",
            f"Nobody on the staff has the number {person_id}; /staff shows the numbers.",
        )
    return person


def _keep_an_owner(tx: Tx, person: Person) -> None:
    if person.role is Role.OWNER and not people.owners_left(tx, without=person.id):
        raise BadInput(
            f"{person.name} 是唯一的店主，请先邀请另一位店主。",
            f"{person.name} is the only owner. Invite another owner first.",
        )


# ---- the bot's own name ----------------------------------------------------------------------

BOT_NAME: Final = "bot-name"


def remember_bot(tx: Tx, name: str) -> None:
    """Keep the bot's user name, so that a command can print a link without asking anybody."""
    if name:
        kept.put(tx, BOT_NAME, name)


def bot_name(tx: Tx) -> str:
    """Return the bot's user name as it was at the last start, "" if it never ran."""
    return kept.get(tx, BOT_NAME) or ""


def stand_in(tx: Tx, role: Role, name: str) -> Person:
    """Return the one for whom the terminal of this machine speaks: one per role, never staff."""
    row = people.by_account(tx, people.TERMINAL, role)
    if row is None:
        person_id = people.add(tx, name, role)
        people.identify(tx, people.TERMINAL, role, person_id)
        trail.note(tx, "system", people.TERMINAL, "join", f"person:{person_id}", role=str(role))
        return Person(person_id, name, role)
    people.change(tx, row["id"], role)
    return Person(row["id"], row["name"], role)
