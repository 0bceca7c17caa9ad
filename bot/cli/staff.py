"""Commands about people: invite."""

from collections.abc import Mapping
from typing import Any

from bot.cli.out import Out
from bot.cli.start import Shop
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


def invitation(code: str, role: Role, bot: str, life_ms: int) -> list[str]:
    """Return the lines that tell a person how to join."""
    minutes = life_ms // staff.MINUTE_MS
    lines = [f"邀请（{role}，{minutes} 分钟内有效，只能用一次）/ invitation, single use:"]
    if bot:
        lines.append(f"  https://t.me/{bot}?start={code}")
    lines.append(f"  /start {code}")
    return lines
