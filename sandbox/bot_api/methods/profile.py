"""What does the bot say about itself: name, commands, descriptions, webhook, files?"""

import re
from collections.abc import Callable
from typing import Any

from sandbox.bot_api.errors import bad
from sandbox.bot_api.state import Call, State
from sandbox.bot_api.updates import Webhook
from sandbox.bot_api.world import Json

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
MAX_COMMANDS = 100
MAX_COMMAND_TEXT = 256


def get_me(state: State, call: Call) -> Json:  # noqa: ARG001 - it takes no parameters
    """Tell who the bot is."""
    return state.world.me.json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not state.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _scope(call: Call) -> str:
    scope = call.params.get("scope") or {"type": "default"}
    marks = [str(scope.get(key, "")) for key in ("type", "chat_id", "user_id")]
    return "commands/" + "/".join([*marks, call.params.get("language_code", "")])


def set_commands(state: State, call: Call) -> bool:
    """Set the list of commands for one scope and language."""
    commands = call.params["commands"]
    if len(commands) > MAX_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for item in commands:
        if not COMMAND.fullmatch(item["command"].removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(item["description"]) <= MAX_COMMAND_TEXT:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    state.profile[_scope(call)] = commands
    state.pulse.beat()
    return True


def get_commands(state: State, call: Call) -> list[Json]:
    """Return the list of commands of one scope and language."""
    found: list[Json] = state.profile.get(_scope(call), [])
    return found


def delete_commands(state: State, call: Call) -> bool:
    """Forget the list of commands of one scope and language."""
    state.profile.pop(_scope(call), None)
    return True


def setter(key: str) -> Callable[[State, Call], bool]:
    """Return the method that keeps the text `key` for a language."""

    def keep(state: State, call: Call) -> bool:
        state.profile[f"{key}/{call.params.get('language_code', '')}"] = call.params.get(key, "")
        return True

    return keep


def getter(key: str) -> Callable[[State, Call], Json]:
    """Return the method that tells the text `key` in a language."""

    def tell(state: State, call: Call) -> Json:
        kept = state.profile.get(f"{key}/{call.params.get('language_code', '')}")
        return {key: kept or state.profile.get(f"{key}/", "")}

    return tell


def set_webhook(state: State, call: Call) -> bool:
    """Have updates pushed; plain http is taken, as a local Bot API server does."""
    url = call.params["url"]
    secret = call.params.get("secret_token", "")
    if url and not url.startswith(("http://", "https://")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    updates = state.updates
    updates.webhook = Webhook(url, secret, call.params.get("max_connections", 40))
    if "allowed_updates" in call.params:
        updates.allowed = list(call.params["allowed_updates"])
    if call.params.get("drop_pending_updates"):
        updates.waiting.clear()
    state.pulse.beat()
    return True


def delete_webhook(state: State, call: Call) -> bool:
    """Have updates wait for getUpdates again."""
    state.updates.webhook = Webhook()
    if call.params.get("drop_pending_updates"):
        state.updates.waiting.clear()
    state.pulse.beat()
    return True


def webhook_info(state: State, call: Call) -> Json:  # noqa: ARG001 - it takes no parameters
    """Tell where updates are pushed to and what went wrong last."""
    hook = state.updates.webhook
    info: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates.waiting),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.error:
        info |= {"last_error_date": hook.error_at // 1000, "last_error_message": hook.error}
    if state.updates.allowed:
        info["allowed_updates"] = state.updates.allowed
    return info


def get_file(state: State, call: Call) -> Json:
    """Tell where a file can be downloaded; not above 20 MB."""
    stored = state.files.by_id.get(call.params["file_id"])
    if stored is None:
        raise bad("invalid file_id")
    size = len(stored.upload.data)
    if size > state.limits.download_bytes:
        raise bad("file is too big")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique,
        "file_size": size,
        "file_path": stored.path,
    }


PROFILE: dict[str, Callable[[State, Call], Any]] = {
    "getMe": get_me,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
    "getFile": get_file,
    "setMyName": setter("name"),
    "getMyName": getter("name"),
    "setMyDescription": setter("description"),
    "getMyDescription": getter("description"),
    "setMyShortDescription": setter("short_description"),
    "getMyShortDescription": getter("short_description"),
}
