"""Commands about people: invite."""

from collections.abc import Mapping
from typing import Any

from bot.invitation import invitation
from bot.out import Out
from bot.works import Shop
from core.domain.staff import Role
from core.services import staff


async def invite(shop: Shop, args: Mapping[str, Any], out: Out) -> int:
    """Print a one-time invitation for a role."""
    role = Role(args["role"])
    code = staff.new_code()
    life_ms = staff.OWNER_INVITE_MS if role is Role.OWNER else staff.STAFF_INVITE_MS
    by = staff.Inviter("cli", "invite")
    await shop.store.write(lambda tx: staff.invite(tx, code, role, by, life_ms))
    name = await shop.store.read(staff.bot_name)
    for line in invitation(code, role, name, life_ms):
        out.line(line)
    return 0
