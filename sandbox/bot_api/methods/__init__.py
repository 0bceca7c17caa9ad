"""Which methods does the sandbox play, and how does it answer those it does not?"""

from collections.abc import Callable
from typing import Any

from sandbox.bot_api.errors import ApiError
from sandbox.bot_api.methods.chats import CHATS
from sandbox.bot_api.methods.editing import EDITING
from sandbox.bot_api.methods.profile import PROFILE
from sandbox.bot_api.methods.sending import SENDING
from sandbox.bot_api.spec import Method
from sandbox.bot_api.state import Call, State

Play = Callable[[State, Call], Any]

PLAYED: dict[str, Play] = {**SENDING, **EDITING, **CHATS, **PROFILE}


def play(state: State, method: Method, call: Call) -> Any:
    """Do what `call` asks and return the result. Raises ApiError.

    Methods that are specified but not played answer True where that is all they could say, and
    501 otherwise.
    """
    played = PLAYED.get(method.name)
    if played is not None:
        return played(state, call)
    if method.returns == ("Boolean",):
        if "chat_id" in call.params:
            state.world.open_chat(call.params["chat_id"])
        return True
    raise ApiError(501, f"Not Implemented: the sandbox does not play {method.name}")
