"""What happens when the bot sends something new?"""

from collections.abc import Callable
from typing import Any

from sandbox.bot_api import files, markup
from sandbox.bot_api.entities import read, units
from sandbox.bot_api.errors import TEXT_EMPTY, TOO_LARGE, bad
from sandbox.bot_api.state import Call, State
from sandbox.bot_api.world import Chat, Json, Message

MEDIA = {
    "sendPhoto": "photo",
    "sendDocument": "document",
    "sendAnimation": "animation",
    "sendAudio": "audio",
    "sendVideo": "video",
    "sendVoice": "voice",
}
TIMED = frozenset({"animation", "audio", "video", "voice"})
ALBUM = range(2, 11)


def text(state: State, given: Json, *, key: str = "text", too_long: str = "") -> Json:
    """Return the text (or caption) and its entities as they stand in a message.

    Raises 400 if it is empty, too long (4096 or 1024 UTF-16 units once read) or broken.
    """
    entities = "entities" if key == "text" else "caption_entities"
    words, found = read(given.get(key, ""), given.get("parse_mode", ""), given.get(entities, ()))
    limit = state.limits.text if key == "text" else state.limits.caption
    if units(words) > limit:
        usual = "message is too long" if key == "text" else "message caption is too long"
        raise bad(too_long or usual)
    if not words:
        if key == "text":
            raise TEXT_EMPTY
        return {}
    return {key: words} | ({entities: found} if found else {})


def media(state: State, kind: str, given: Json, uploads: dict[str, files.Upload]) -> Json:
    """Return the part of a message that holds a picture or file; `given` names it.

    It is a file of this request (`attach://name`) or the id of one that is here already.
    """
    name = given["media"]
    upload = uploads.get(name.removeprefix("attach://"))
    if upload is None:
        stored = state.files.get(name)
    else:
        _check_size(state, kind, upload)
        stored = state.files.keep(f"{kind}s", upload)
    if kind == "photo":
        return {"photo": files.photo(stored)}
    part = files.document(stored)
    if kind in TIMED:
        part |= {"duration": 0}
    if kind in {"animation", "video"}:
        part |= {"width": 0, "height": 0}
    return {kind: part} | ({"document": part} if kind == "animation" else {})


def _check_size(state: State, kind: str, upload: files.Upload) -> None:
    size = len(upload.data)
    if size == 0:
        raise bad("file must be non-empty")
    if size > state.limits.upload_bytes:
        raise TOO_LARGE
    if kind == "photo" and size > state.limits.photo_bytes:
        raise bad(
            f"file of size {size} bytes is too big for a photo; "
            f"the maximum size is {state.limits.photo_bytes} bytes"
        )


def head(chat: Chat, params: Json) -> Json:
    """Return what all new messages share: the quoted message and the topic."""
    content: Json = {}
    wanted = dict(params.get("reply_parameters") or {})
    if "reply_to_message_id" in params:
        wanted.setdefault("message_id", params["reply_to_message_id"])
    lenient = wanted.get("allow_sending_without_reply", params.get("allow_sending_without_reply"))
    if "message_id" in wanted:
        quoted = chat.messages.get(int(wanted["message_id"]))
        if quoted is not None and not quoted.deleted:
            content["reply_to_message"] = flat(quoted)
        elif not lenient:
            raise bad("message to be replied not found")
    if params.get("message_thread_id"):
        content |= {"message_thread_id": params["message_thread_id"], "is_topic_message": True}
    return content


def flat(message: Message) -> Json:
    """Return a message as it stands within a reply: without what it replied to itself."""
    return {key: item for key, item in message.raw.items() if key != "reply_to_message"}


def say(state: State, call: Call, content: Json) -> Message:
    """Put a message of the bot into the chat that the call names, with its keyboard."""
    chat = state.world.open_chat(call.params["chat_id"])
    keyboard = call.params.get("reply_markup")
    buttons = markup.inline(keyboard, state.limits.callback_data)
    body = head(chat, call.params) | content | buttons
    return state.say(chat, body, menu=markup.menu(keyboard))


def send_message(state: State, call: Call) -> Json:
    """Send a text."""
    state.world.open_chat(call.params["chat_id"])
    return say(state, call, text(state, call.params)).raw


def send_media(kind: str) -> Callable[[State, Call], Json]:
    """Return the method that sends one picture or file of this kind."""

    def send(state: State, call: Call) -> Json:
        state.world.open_chat(call.params["chat_id"])
        caption = text(state, call.params, key="caption")
        part = media(state, kind, {"media": call.params[kind]}, call.files)
        return say(state, call, part | caption).raw

    return send


def send_media_group(state: State, call: Call) -> list[Json]:
    """Send an album: 2 to 10 pictures, or files of one kind."""
    state.world.open_chat(call.params["chat_id"])
    items = call.params["media"]
    if len(items) not in ALBUM:
        few = len(items) < ALBUM.start
        raise bad(f"{'too few media' if few else 'too much messages'} to send as an album")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad("document can't be mixed with other media types")
    parts = [
        media(state, item["type"], item, call.files) | text(state, item, key="caption")
        for item in items
    ]
    state.albums += 1
    album = {"media_group_id": str(13_000_000_000_000_000 + state.albums)}
    return [say(state, call, part | album).raw for part in parts]


def _copied(state: State, call: Call) -> Json:
    source = state.world.chat(call.params["from_chat_id"])
    message = state.message(source, call.params["message_id"], why="message to copy not found")
    kept = {"text", "entities", "caption", "caption_entities", *MEDIA.values()}
    return {key: item for key, item in message.raw.items() if key in kept}


def copy_message(state: State, call: Call) -> Json:
    """Send the content of a message again, without a sign of where it came from."""
    return {"message_id": say(state, call, _copied(state, call)).id}


def forward_message(state: State, call: Call) -> Json:
    """Send a message on, with the name of who wrote it."""
    content = _copied(state, call)
    source = state.world.chat(call.params["from_chat_id"]).messages[call.params["message_id"]]
    origin = {"type": "user", "date": source.raw["date"], "sender_user": source.raw["from"]}
    return say(state, call, content | {"forward_origin": origin}).raw


SENDING: dict[str, Callable[[State, Call], Any]] = {
    "sendMessage": send_message,
    "sendMediaGroup": send_media_group,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    **{method: send_media(kind) for method, kind in MEDIA.items()},
}
