"""What happens when the bot changes or removes a message, or answers a button?"""

from collections.abc import Callable
from typing import Any

from sandbox.bot_api import markup
from sandbox.bot_api.book import Kind
from sandbox.bot_api.entities import units
from sandbox.bot_api.errors import NOT_MODIFIED, QUERY_TOO_OLD, bad
from sandbox.bot_api.methods.sending import MEDIA, media, text
from sandbox.bot_api.state import Call, State
from sandbox.bot_api.world import Chat, Json, Message, Standing

CONTENT = frozenset({"text", "entities", "caption", "caption_entities", *MEDIA.values()})
DELETE_MS = 48 * 3600 * 1000


def _own(state: State, call: Call) -> tuple[Chat, Message]:
    """Return the message of the bot that the call is about. Raises 400."""
    if "chat_id" not in call.params or "message_id" not in call.params:
        raise bad("message identifier is not specified")
    chat = state.world.open_chat(call.params["chat_id"])
    message = state.message(chat, call.params["message_id"], why="message to edit not found")
    if message.raw["from"]["id"] != state.world.me.id:
        raise bad("message can't be edited")
    return chat, message


def _change(state: State, call: Call, drop: frozenset[str], new: Json) -> Json:
    """Take the keys `drop` out of a message and put `new` in. Raises 400 if nothing changes."""
    chat, message = _own(state, call)
    buttons = markup.inline(call.params.get("reply_markup"), state.limits.callback_data)
    gone = drop | {"reply_markup"}
    kept = {key: item for key, item in message.raw.items() if key not in gone}
    raw = kept | new | buttons
    if raw == message.raw:
        raise NOT_MODIFIED
    message.raw = raw | {"edit_date": state.clock() // 1000}
    message.edits += 1
    state.tell(Kind.EDITED, chat, message.raw)
    return message.raw


def edit_text(state: State, call: Call) -> Json:
    """Change the words of a text message; buttons that are not given again go away."""
    _, message = _own(state, call)
    if "text" not in message.raw:
        raise bad("there is no text in the message to edit")
    new = text(state, call.params, too_long="MESSAGE_TOO_LONG")
    return _change(state, call, frozenset({"text", "entities"}), new)


def edit_caption(state: State, call: Call) -> Json:
    """Change the words under a picture or file."""
    _, message = _own(state, call)
    if "text" in message.raw:
        raise bad("there is no caption in the message to edit")
    new = text(state, call.params, key="caption")
    return _change(state, call, frozenset({"caption", "caption_entities"}), new)


def edit_media(state: State, call: Call) -> Json:
    """Put another picture or file into a message."""
    _own(state, call)
    item = call.params["media"]
    new = media(state, item["type"], item, call.files) | text(state, item, key="caption")
    return _change(state, call, CONTENT, new)


def edit_markup(state: State, call: Call) -> Json:
    """Change only the buttons under a message."""
    return _change(state, call, frozenset(), {})


def _delete(state: State, chat: Chat, id_: int) -> None:
    message = state.message(chat, id_, why="message to delete not found")
    own = message.raw["from"]["id"] == state.world.me.id
    may = own or chat.private or chat.bot is Standing.ADMIN
    if not may or state.clock() - message.raw["date"] * 1000 > DELETE_MS:
        raise bad("message can't be deleted")
    message.deleted = True
    state.tell(Kind.DELETED, chat, {"message_id": id_})


def delete_message(state: State, call: Call) -> bool:
    """Take one message away; not after 48 hours."""
    _delete(state, state.world.open_chat(call.params["chat_id"]), call.params["message_id"])
    return True


def delete_messages(state: State, call: Call) -> bool:
    """Take up to 100 messages away; those that are not there are passed over."""
    chat = state.world.open_chat(call.params["chat_id"])
    for id_ in call.params["message_ids"]:
        if id_ in chat.messages and not chat.messages[id_].deleted:
            _delete(state, chat, id_)
    return True


def answer_callback(state: State, call: Call) -> bool:
    """Stop the spinner on a pressed button, with a short line if there is one. Once, and soon."""
    query = state.queries.get(call.params["callback_query_id"])
    age = state.limits.callback_seconds * 1000
    if query is None or query.answer is not None or state.clock() - query.at > age:
        raise QUERY_TOO_OLD
    words = call.params.get("text", "")
    if units(words) > state.limits.callback_answer:
        raise bad("MESSAGE_TOO_LONG")
    query.answer = {
        "callback_query_id": query.id,
        "user": query.user,
        "text": words,
        "alert": call.params.get("show_alert", False),
        "url": call.params.get("url", ""),
    }
    state.tell(Kind.TOAST, state.world.chats[query.user], query.answer)
    return True


EDITING: dict[str, Callable[[State, Call], Any]] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageMedia": edit_media,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback,
}
