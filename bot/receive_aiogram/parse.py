"""What a raw Telegram update means: who said what where, and which of it carries a right.

S12: what an edited or forwarded message, a channel, an anonymous admin or an inline bot says is
never taken for the words of the person behind it: there is either nobody (`who` is None) or
nothing to see at all.
"""

import json

from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    InaccessibleMessage,
    Message,
    Update,
    User,
)

from bot.receive_aiogram.words import Me, addressed, clean
from core.domain.errors import BadInput
from core.messaging import ChatKind, FileRef, Happening, Incoming, Press, Sent, Target, Who

PLATFORM = "telegram"
_KINDS = {
    ChatType.PRIVATE: ChatKind.PRIVATE,
    ChatType.GROUP: ChatKind.GROUP,
    ChatType.SUPERGROUP: ChatKind.GROUP,
}
_OUT = (ChatMemberStatus.LEFT, ChatMemberStatus.KICKED)


def parse(raw: str, me: Me) -> Incoming | None:
    """Understand one raw update.

    Args:
        raw: The update's JSON text.
        me: Who we are, to know which words in a group are for us.

    Raises:
        BadInput: aiogram does not understand it; the raw text stays where it was kept.
    """
    try:
        update = _update(raw)
    except ValueError:  # what its models refuse
        raise BadInput(
            "有一条 Telegram 更新无法解析,原文已保留。",
            "A Telegram update could not be understood; its raw text is kept.",
        ) from None
    key = f"{PLATFORM}:{me.id}:{update.update_id}"
    if update.message:
        return _message(key, update.message, me)
    if update.callback_query:
        return _press(key, update.callback_query)
    if update.my_chat_member:
        return _membership(key, update.my_chat_member)
    return None


def _update(raw: str) -> Update:
    """Read an update; half a character in it, which pydantic refuses, is replaced first."""
    try:
        return Update.model_validate_json(raw)
    except ValueError:
        return Update.model_validate_json(clean(json.dumps(json.loads(raw), ensure_ascii=False)))


def _message(key: str, message: Message, me: Me) -> Incoming | None:
    kind = _KINDS.get(ChatType(message.chat.type))
    if kind is None:
        return None
    if message.migrate_to_chat_id or message.migrate_from_chat_id:
        return _moved(key, message)
    text = clean(message.text or message.caption or "")
    files = _files(message)
    if not text and not files:
        return None
    mentioned, text = addressed(message, text, me)
    return Incoming(
        key=key,
        target=_target(message),
        kind=kind,
        who=_who(message.from_user) if _own_words(message) else None,
        text=text,
        files=files,
        reply_to=_reply_to(message),
        chat_title=clean(message.chat.title or ""),
        mentioned=mentioned and kind is ChatKind.GROUP,
    )


def _own_words(message: Message) -> bool:
    """Return whether the sender wrote this themselves, under their own name, here."""
    return not (
        message.sender_chat
        or message.via_bot
        or message.forward_origin
        or message.is_automatic_forward
        or message.sender_business_bot
        or message.edit_date
    )


def _press(key: str, query: CallbackQuery) -> Incoming | None:
    message = query.message
    if message is None or query.data is None:
        return None  # a button under an inline message or a game: not ours
    kind = _KINDS.get(ChatType(message.chat.type))
    if kind is None:
        return None
    sent = Sent(_target(message), str(message.message_id))
    return Incoming(
        key=key,
        target=sent.target,
        kind=kind,
        who=_who(query.from_user),
        happening=Happening.PRESS,
        press=Press(token=clean(query.data), callback=query.id, message=sent),
        chat_title=clean(message.chat.title or ""),
        mentioned=kind is ChatKind.GROUP,
    )


def _membership(key: str, change: ChatMemberUpdated) -> Incoming | None:
    kind = _KINDS.get(ChatType(change.chat.type))
    before, after = _inside(change.old_chat_member), _inside(change.new_chat_member)
    if kind is None or before == after:
        return None
    return Incoming(
        key=key,
        target=_place(change.chat),
        kind=kind,
        who=_who(change.from_user),
        happening=Happening.ADDED if after else Happening.REMOVED,
        chat_title=clean(change.chat.title or ""),
    )


def _inside(member: object) -> bool:
    status = getattr(member, "status", ChatMemberStatus.LEFT)
    if status == ChatMemberStatus.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return status not in _OUT


def _moved(key: str, message: Message) -> Incoming:
    """Both service messages, the old group's and the new one's, say the same move."""
    here = str(message.chat.id)
    old = str(message.migrate_from_chat_id) if message.migrate_from_chat_id else here
    new = str(message.migrate_to_chat_id) if message.migrate_to_chat_id else here
    return Incoming(
        key=key,
        target=Target(PLATFORM, old),
        kind=ChatKind.GROUP,
        who=None,
        happening=Happening.MOVED,
        text=new,
        chat_title=clean(message.chat.title or ""),
    )


def _who(user: User | None) -> Who | None:
    if user is None or user.is_bot:
        return None
    return Who(PLATFORM, str(user.id), clean(user.full_name), user.language_code or "")


def _place(chat: Chat) -> Target:
    return Target(PLATFORM, str(chat.id))


def _target(message: Message | InaccessibleMessage) -> Target:
    """Return the chat, with the topic in a forum (a reply has a thread id as well: no topic)."""
    if isinstance(message, Message) and message.is_topic_message and message.message_thread_id:
        return Target(PLATFORM, str(message.chat.id), str(message.message_thread_id))
    return _place(message.chat)


def _reply_to(message: Message) -> Sent | None:
    """Return the answered message; in a topic everything "answers" the topic's first message."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created:
        return None
    return Sent(_target(message), str(answered.message_id))


def _files(message: Message) -> tuple[FileRef, ...]:
    if message.photo:
        best = max(message.photo, key=lambda size: size.width * size.height)
        return (FileRef(PLATFORM, best.file_id, "photo.jpg", best.file_size or 0, "image/jpeg"),)
    if message.document:
        document = message.document
        name = clean(document.file_name or "file")
        mime = document.mime_type or ""
        return (FileRef(PLATFORM, document.file_id, name, document.file_size or 0, mime),)
    return ()
