"""How a person is told that they may join."""

from core.domain.staff import Role
from core.services import staff


def invitation(code: str, role: Role, bot: str, life_ms: int) -> list[str]:
    """Return the lines with the code; `bot` is the bot's user name, "" if it is not known."""
    minutes = life_ms // staff.MINUTE_MS
    lines = [f"邀请（{role}，{minutes} 分钟内有效，只能用一次）/ invitation, single use:"]
    if bot:
        lines.append(f"  https://t.me/{bot}?start={code}")
    lines.append(f"  /start {code}")
    return lines
