"""What can a chat subscribe to?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of news; `zh` and `en` name it for people."""

    name: str
    zh: str
    en: str


SHORT = Topic("short", "缺货提醒", "orders short of stock")
SUMMARY = Topic("summary", "每日汇总", "daily summary")
EXCEPTIONS = Topic("exceptions", "异常提醒", "exceptions")
SYSTEM = Topic("system", "系统提醒", "system notices")

TOPICS = {topic.name: topic for topic in (SHORT, SUMMARY, EXCEPTIONS, SYSTEM)}
"""All topics by name, in the order in which they are shown."""

FOR_GROUPS = (SHORT, SUMMARY)
"""What a group gets from the moment it is bound."""


def find(word: str) -> Topic | None:
    """Return the topic that a person means by its name in either language."""
    wanted = word.strip().casefold()
    return next((t for t in TOPICS.values() if wanted in (t.name, t.zh, t.en.casefold())), None)
