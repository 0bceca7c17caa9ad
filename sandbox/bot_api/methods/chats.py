"""What can the bot learn about chats and their members, and do to them?"""

from collections.abc import Callable
from typing import Any

from sandbox.bot_api.book import Kind
from sandbox.bot_api.errors import bad
from sandbox.bot_api.state import Call, State
from sandbox.bot_api.world import IN, Chat, Json, Standing, User

RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def member(user: User, standing: Standing) -> Json:
    """Return the `ChatMember` object of the Bot API."""
    raw: Json = {"status": standing.value, "user": user.json()}
    if standing is Standing.CREATOR:
        raw["is_anonymous"] = False
    elif standing is Standing.ADMIN:
        raw |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(RIGHTS, True)
    elif standing is Standing.KICKED:
        raw["until_date"] = 0
    return raw


def _chat(state: State, call: Call) -> Chat:
    return state.world.chat(call.params["chat_id"])


def _standings(state: State, chat: Chat) -> dict[int, Standing]:
    return chat.members | {state.world.me.id: chat.bot}


def _user(state: State, id_: int) -> User:
    me = state.world.me
    user = me if id_ == me.id else state.world.users.get(id_)
    if user is None:
        raise bad("member not found")
    return user


def get_chat(state: State, call: Call) -> Json:
    """Tell what a chat is."""
    chat = _chat(state, call)
    full: Json = {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }
    return state.world.chat_json(chat) | full


def get_chat_member(state: State, call: Call) -> Json:
    """Tell what one person is in a chat."""
    chat = _chat(state, call)
    user = _user(state, call.params["user_id"])
    standing = _standings(state, chat).get(user.id, Standing.LEFT)
    return member(user, Standing.MEMBER if chat.private else standing)


def get_administrators(state: State, call: Call) -> list[Json]:
    """List who runs a group."""
    chat = _chat(state, call)
    if chat.private:
        raise bad("there are no administrators in the private chat")
    return [
        member(_user(state, id_), standing)
        for id_, standing in _standings(state, chat).items()
        if standing in {Standing.CREATOR, Standing.ADMIN}
    ]


def get_count(state: State, call: Call) -> int:
    """Count the members of a chat, the bot included."""
    chat = _chat(state, call)
    return 2 if chat.private else sum(s in IN for s in _standings(state, chat).values())


def leave_chat(state: State, call: Call) -> bool:
    """Leave a group."""
    chat = state.world.open_chat(call.params["chat_id"])
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    me = state.world.me.json()
    chat.bot = Standing.LEFT
    message = state.world.post(chat, state.world.me, state.clock(), {"left_chat_member": me})
    state.tell(Kind.SAID, chat, message.raw)
    return True


def send_action(state: State, call: Call) -> bool:
    """Show "typing…" for a moment."""
    chat = state.world.open_chat(call.params["chat_id"])
    state.tell(Kind.ACTION, chat, {"action": call.params["action"]})
    return True


CHATS: dict[str, Callable[[State, Call], Any]] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_administrators,
    "getChatMemberCount": get_count,
    "leaveChat": leave_chat,
    "sendChatAction": send_action,
}
