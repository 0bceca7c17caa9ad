"""Can a chat still be reached, and under which id?"""

from core.store.tx import Tx


def pause(tx: Tx, platform: str, chat: str) -> bool:
    """Stop writing to a chat that threw us out; its subscriptions wait. False if unknown."""
    paused = tx.run(
        "UPDATE chat SET state = 'PAUSED' WHERE platform = :platform AND chat = :chat"
        " AND state = 'BOUND'",
        platform=platform,
        chat=chat,
    )
    return paused == 1


def move(tx: Tx, platform: str, old: str, new: str) -> bool:
    """Follow a chat to its new id; False if that was done before."""
    moved = tx.run(
        "UPDATE chat SET chat = :new WHERE platform = :platform AND chat = :old AND NOT EXISTS"
        " (SELECT 1 FROM chat AS there WHERE there.platform = :platform AND there.chat = :new)",
        platform=platform,
        old=old,
        new=new,
    )
    return moved == 1
