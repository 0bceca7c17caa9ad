"""Who works in the shop, and what each role may do."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is in the shop. A right is a set of roles; there is no rank."""

    OWNER = "owner"
    MANAGER = "manager"
    CLERK = "clerk"
    WAREHOUSE = "warehouse"
    VIEWER = "viewer"


OWNERS = frozenset({Role.OWNER})
MANAGERS = OWNERS | {Role.MANAGER}
CLERKS = MANAGERS | {Role.CLERK}
STOCK_KEEPERS = MANAGERS | {Role.WAREHOUSE}
WORKERS = CLERKS | {Role.WAREHOUSE}
EVERYONE = WORKERS | {Role.VIEWER}
BUYER_DATA = CLERKS | {Role.WAREHOUSE}
"""Roles that may see a buyer's name, phone and address (behind the page link on Telegram)."""


@dataclass(frozen=True, slots=True)
class Person:
    """One member of staff; `id` is ours, platforms' user ids are identities of theirs."""

    id: int
    name: str
    role: Role
