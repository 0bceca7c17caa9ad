"""Who is on the staff, by which accounts do they speak, and what were they invited to?"""

from core.store.tx import Row, Tx

CHANGED = "people"
"""The signal raised by a commit that changed persons, identities or chats."""

TERMINAL = "console"
"""The platform of those who only stand in for a role on this machine: they are not staff."""

_IS_STAFF = (
    "person.active = 1 AND EXISTS (SELECT 1 FROM identity AS i WHERE i.person_id = person.id"
    f" AND i.platform <> '{TERMINAL}')"
)


def add(tx: Tx, name: str, role: str) -> int:
    """Add a member of staff; returns their id."""
    tx.signals.add(CHANGED)
    person_id: int = tx.value(
        "INSERT INTO person (name, role, active, created_at) VALUES (:name, :role, 1, :now)"
        " RETURNING id",
        name=name,
        role=role,
        now=tx.now,
    )
    return person_id


def get(tx: Tx, person_id: int) -> Row | None:
    """Return one person."""
    return tx.one("SELECT * FROM person WHERE id = :id", id=person_id)


def by_account(tx: Tx, platform: str, account: str) -> Row | None:
    """Return the person behind an account, active or not."""
    return tx.one(
        "SELECT p.* FROM identity AS i JOIN person AS p ON p.id = i.person_id"
        " WHERE i.platform = :platform AND i.account = :account",
        platform=platform,
        account=account,
    )


def active(tx: Tx) -> list[Row]:
    """Return everybody who works here, in the order in which they came."""
    return tx.all(f"SELECT * FROM person WHERE {_IS_STAFF} ORDER BY id")


def accounts(tx: Tx) -> list[Row]:
    """Return (platform, account, person_id, name, role) of everybody who works here."""
    return tx.all(
        "SELECT i.platform, i.account, p.id AS person_id, p.name, p.role FROM identity AS i"
        " JOIN person AS p ON p.id = i.person_id WHERE p.active = 1"
    )


def identify(tx: Tx, platform: str, account: str, person_id: int) -> None:
    """Say that an account is a person's."""
    tx.signals.add(CHANGED)
    tx.run(
        "INSERT INTO identity (platform, account, person_id, created_at)"
        " VALUES (:platform, :account, :person, :now)"
        " ON CONFLICT (platform, account) DO UPDATE SET person_id = excluded.person_id",
        platform=platform,
        account=account,
        person=person_id,
        now=tx.now,
    )


def change(tx: Tx, person_id: int, role: str, *, active: bool = True) -> bool:
    """Give a person a role, or (inactive) none; False if that changes nothing."""
    tx.signals.add(CHANGED)
    changed = tx.run(
        "UPDATE person SET role = :role, active = :active WHERE id = :id"
        " AND (role <> :role OR active <> :active)",
        id=person_id,
        role=role,
        active=int(active),
    )
    return changed == 1


def owners_left(tx: Tx, without: int = 0) -> int:
    """Count the active owners other than the person `without`."""
    count: int = tx.value(
        f"SELECT COUNT(*) FROM person WHERE role = 'owner' AND id <> :without AND {_IS_STAFF}",
        without=without,
    )
    return count


# ---- invites ---------------------------------------------------------------------------------


def invite(tx: Tx, code_hash: str, role: str, expires_at: int, made_by: int | None) -> bool:
    """Keep an invite by the hash of its code; False if it is there already."""
    added = tx.run(
        "INSERT INTO invite (code_hash, role, expires_at, made_by, created_at)"
        " VALUES (:hash, :role, :expires, :made_by, :now) ON CONFLICT (code_hash) DO NOTHING",
        hash=code_hash,
        role=role,
        expires=expires_at,
        made_by=made_by,
        now=tx.now,
    )
    return added == 1


def find_invite(tx: Tx, code_hash: str) -> Row | None:
    """Return an invite, used or not."""
    return tx.one("SELECT * FROM invite WHERE code_hash = :hash", hash=code_hash)


def use_invite(tx: Tx, invite_id: int) -> bool:
    """Use an invite up; False if it was used before or ran out."""
    used = tx.run(
        "UPDATE invite SET used_at = :now WHERE id = :id AND used_at IS NULL"
        " AND expires_at > :now",
        id=invite_id,
        now=tx.now,
    )
    return used == 1


def used_by(tx: Tx, invite_id: int, person_id: int) -> None:
    """Write down who came by an invite."""
    tx.run("UPDATE invite SET used_by = :person WHERE id = :id", id=invite_id, person=person_id)
