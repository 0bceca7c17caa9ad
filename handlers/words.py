"""What are roles and topics called, and what does everybody's answer share?"""

from typing import Final

from core.domain.staff import Role
from core.domain.topics import TOPICS
from core.texts import Text

ROLES: Final = {
    Role.OWNER: Text("店主", "owner"),
    Role.MANAGER: Text("店长", "manager"),
    Role.CLERK: Text("客服", "clerk"),
    Role.WAREHOUSE: Text("仓库", "warehouse"),
    Role.VIEWER: Text("只读", "viewer"),
}

TOPIC_NAMES: Final = {name: Text(topic.zh, topic.en) for name, topic in TOPICS.items()}

LIST_SEPARATOR: Final = Text("、", ", ")


def role_of(word: str) -> Role | None:
    """Return the role that a word names in either language."""
    wanted = word.strip().casefold()
    return next((r for r, text in ROLES.items() if wanted in (r, text.zh, text.en)), None)
