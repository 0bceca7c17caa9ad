"""Which buttons were used up, by whom and when; and the key that signs them."""

from core.store.tx import Row, Tx


def claim(tx: Tx, nonce: str, person_id: int) -> bool:
    """Use a button up; False if it was used before."""
    claimed = tx.run(
        "INSERT INTO button_press (nonce, person_id, at) VALUES (:nonce, :person, :now)"
        " ON CONFLICT (nonce) DO NOTHING",
        nonce=nonce,
        person=person_id,
        now=tx.now,
    )
    return claimed == 1


def first(tx: Tx, nonce: str) -> Row | None:
    """Return who used a button (`person_id`, `name`) and when (`at`)."""
    return tx.one(
        "SELECT b.person_id, b.at, p.name FROM button_press AS b"
        " LEFT JOIN person AS p ON p.id = b.person_id WHERE b.nonce = :nonce",
        nonce=nonce,
    )


def prune(tx: Tx, before: int) -> int:
    """Forget presses before `before`, which must be older than any button lives."""
    return tx.run("DELETE FROM button_press WHERE at < :before", before=before)
