"""What do people do, and what does the bot hear of it?"""

from typing import Any

from sandbox.bot_api import files
from sandbox.bot_api.book import Kind
from sandbox.bot_api.entities import read
from sandbox.bot_api.methods.chats import member
from sandbox.bot_api.methods.sending import flat
from sandbox.bot_api.state import Query, State
from sandbox.bot_api.world import IN, Chat, Json, Message, Standing, User


def write(
    state: State, user: User, chat: Chat, text: str, *, reply_to: Message | None = None
) -> Message:
    """Let a person write a text; the first private one opens the chat, as the Start button does.

    Raises ValueError if they are not in the chat or say nothing.
    """
    words, entities = read(text)
    if not words:
        raise ValueError("there is nothing in this message")
    content: Json = {"text": words} | ({"entities": entities} if entities else {})
    return _post(state, user, chat, content, reply_to=reply_to)


def upload(
    state: State,
    user: User,
    chat: Chat,
    file: files.Upload,
    *,
    caption: str = "",
    as_photo: bool = False,
) -> Message:
    """Let a person send a picture or a file. Raises ApiError if a photo is no picture."""
    stored = state.files.keep("photos" if as_photo else "documents", file)
    content: Json = (
        {"photo": files.photo(stored)} if as_photo else {"document": files.document(stored)}
    )
    words, entities = read(caption)
    if words:
        content |= {"caption": words} | ({"caption_entities": entities} if entities else {})
    return _post(state, user, chat, content)


def edit(state: State, user: User, chat: Chat, message: Message, text: str) -> None:
    """Let a person change what they wrote. Raises ValueError if it is not theirs."""
    if message.raw["from"]["id"] != user.id:
        raise ValueError("people can only change their own messages")
    words, entities = read(text)
    kept = {key: item for key, item in message.raw.items() if key not in {"text", "entities"}}
    new: Json = {"text": words} | ({"entities": entities} if entities else {})
    message.raw = kept | new | {"edit_date": state.clock() // 1000}
    message.edits += 1
    state.tell(Kind.EDITED, chat, message.raw)
    if _heard(state, chat, message.raw):
        state.inform("edited_message", chat, message.raw)


def press(state: State, user: User, chat: Chat, message: Message, data: str) -> Query:
    """Let a person press a button; `data` is what the bot gets, forged if a test wants that.

    Raises ValueError if they are not in the chat or the message is gone.
    """
    _enter(state, user, chat)
    if message.deleted:
        raise ValueError("this message was deleted")
    id_ = str(4_000_000_000_000_000_000 + len(state.queries) + 1)
    query = state.queries[id_] = Query(id_, user.id, state.clock())
    body = {
        "id": id_,
        "from": user.json(),
        "message": message.raw,
        "chat_instance": str(chat.id * 7919),
        "data": data,
    }
    state.tell(Kind.SAID, chat, {"pressed": data, "by": user.id, "message_id": message.id})
    state.inform("callback_query", chat, body)
    return query


def block(state: State, user: User, *, blocked: bool) -> None:
    """Let a person block the bot, or let it in again."""
    if user.blocked == blocked:
        return
    user.blocked = blocked
    before, after = Standing.MEMBER, Standing.KICKED
    if not blocked:
        before, after = after, before
    _standing(state, user, state.world.chats[user.id], before, after)


def place_bot(state: State, user: User, chat: Chat, standing: Standing) -> None:
    """Let a person add the bot to a group, throw it out or make it an administrator."""
    before, chat.bot = chat.bot, standing
    state.world.acquaint(chat)
    me = state.world.me
    _standing(state, user, chat, before, standing)
    if standing in IN and before not in IN:
        _service(state, user, chat, {"new_chat_members": [me.json()]})
    elif standing not in IN and before in IN:
        _service(state, user, chat, {"left_chat_member": me.json()}, hear=False)


def upgrade(state: State, user: User, chat: Chat) -> Chat:
    """Make a group a supergroup: it goes on under a new id, which is returned."""
    new = state.world.add_group(chat.title, chat.members, upgraded=True)
    new.bot, new.known = chat.bot, True
    _service(state, user, chat, {"migrate_to_chat_id": new.id})
    chat.migrated_to = new.id
    _service(state, user, new, {"migrate_from_chat_id": chat.id})
    return new


def _post(
    state: State, user: User, chat: Chat, content: Json, *, reply_to: Message | None = None
) -> Message:
    _enter(state, user, chat)
    if reply_to is not None:
        content["reply_to_message"] = flat(reply_to)
    message = state.world.post(chat, user, state.clock(), content)
    state.tell(Kind.SAID, chat, message.raw)
    if _heard(state, chat, message.raw):
        state.inform("message", chat, message.raw)
    return message


def _enter(state: State, user: User, chat: Chat) -> None:
    if chat.private:
        if chat.id != user.id:
            raise ValueError(f"{user.name} cannot write in the private chat of {chat.title}")
        block(state, user, blocked=False)
        user.started = user.seen = True
    elif chat.members.get(user.id) not in IN or chat.migrated_to is not None:
        raise ValueError(f"{user.name} is not in {chat.title}")


def _service(state: State, user: User, chat: Chat, content: Json, *, hear: bool = True) -> None:
    message = state.world.post(chat, user, state.clock(), content)
    state.tell(Kind.SAID, chat, message.raw)
    if hear and chat.bot in IN:
        state.inform("message", chat, message.raw)


def _standing(state: State, user: User, chat: Chat, old: Standing, new: Standing) -> None:
    me = state.world.me
    body = {
        "chat": state.world.chat_json(chat),
        "from": user.json(),
        "date": state.clock() // 1000,
        "old_chat_member": member(me, old),
        "new_chat_member": member(me, new),
    }
    state.inform("my_chat_member", chat, body)


def _heard(state: State, chat: Chat, raw: Json) -> bool:
    """Tell whether Telegram passes a message on: in groups only what is meant for the bot."""
    if chat.private:
        return True
    if chat.bot not in IN:
        return False
    me = state.world.me
    if not state.privacy or chat.bot is Standing.ADMIN:
        return True
    if raw.get("reply_to_message", {}).get("from", {}).get("id") == me.id:
        return True
    return any(_addressed(me.username, piece) for piece in _marked(raw))


def _marked(raw: Json) -> list[str]:
    """Return the commands and names in a message."""
    words: str = raw.get("text") or raw.get("caption") or ""
    units = words.encode("utf-16-le", "surrogatepass")
    found: list[dict[str, Any]] = raw.get("entities") or raw.get("caption_entities") or []
    return [
        units[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le")
        for e in found
        if e["type"] in {"bot_command", "mention"}
    ]


def _addressed(username: str, piece: str) -> bool:
    name = piece.partition("@")[2].lower()
    return name == username.lower() if name else piece.startswith("/")
