"""How does Telegram say no? Its answers word for word."""

from typing import Any


class ApiError(Exception):
    """A refusal as Telegram gives it: HTTP status, its sentence and the data that goes with it."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """Return the JSON object that is sent as the answer."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(what: str) -> ApiError:
    """Return a 400 with Telegram's usual beginning."""
    return ApiError(400, f"Bad Request: {what}")


def forbidden(what: str) -> ApiError:
    """Return a 403 with Telegram's usual beginning."""
    return ApiError(403, f"Forbidden: {what}")


def too_many(seconds: int) -> ApiError:
    """Return the 429 that asks to wait for `seconds`."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def migrated(chat: int) -> ApiError:
    """Return the 400 that names the new id of a group."""
    return ApiError(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=chat,
    )


NOT_FOUND = ApiError(404, "Not Found")
UNAUTHORIZED = ApiError(401, "Unauthorized")
OTHER_POLLER = ApiError(
    409,
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
)
WEBHOOK_ACTIVE = ApiError(
    409,
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first",
)
TOO_LARGE = ApiError(413, "Request Entity Too Large")

NOT_MODIFIED = bad(
    "message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
QUERY_TOO_OLD = bad("query is too old and response timeout expired or query ID is invalid")
CHAT_NOT_FOUND = bad("chat not found")
TEXT_EMPTY = bad("message text is empty")
BLOCKED = forbidden("bot was blocked by the user")
NO_START = forbidden("bot can't initiate conversation with a user")
DEACTIVATED = forbidden("user is deactivated")


def kicked(kind: str) -> ApiError:
    """Return the 403 after the bot was thrown out of a chat of this `kind`."""
    return forbidden(f"bot was kicked from the {_chat(kind)}")


def not_member(kind: str) -> ApiError:
    """Return the 403 for a chat of this `kind` that the bot is not in."""
    return forbidden(f"bot is not a member of the {_chat(kind)}")


def _chat(kind: str) -> str:
    return "supergroup chat" if kind == "supergroup" else "group chat"
