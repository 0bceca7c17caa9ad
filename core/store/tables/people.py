"""Staff, the chats they talk in, and what each was promised: invites, subscriptions, links."""

from sqlalchemy import UniqueConstraint

from core.store.tables.columns import maybe_number, maybe_words, number, own_id, ref, table, words

person = table(
    "person",
    own_id(),
    words("name"),
    words("role"),
    number("active", default=1),
    number("created_at"),
)

identity = table(
    "identity",
    own_id(),
    words("platform"),
    words("account"),
    ref("person_id", "person"),
    number("created_at"),
    UniqueConstraint("platform", "account"),
)

chat = table(
    "chat",
    own_id(),
    words("platform"),
    words("chat"),
    words("kind"),
    words("title", default=""),
    words("lang", default=""),
    words("state"),  # BOUND · PAUSED (kicked or blocked) · UNKNOWN (never bound)
    maybe_number("bound_by"),
    number("created_at"),
    UniqueConstraint("platform", "chat"),
)

invite = table(
    "invite",
    own_id(),
    words("code_hash", unique=True),  # the code itself is never stored
    words("role"),
    number("expires_at"),
    maybe_number("made_by"),
    maybe_number("used_by"),
    maybe_number("used_at"),
    number("created_at"),
)

subscription = table(
    "subscription",
    own_id(),
    ref("chat_id", "chat"),
    words("topic"),
    words("filters", default="{}"),
    words("state"),  # ON · PAUSED
    number("created_at"),
    UniqueConstraint("chat_id", "topic"),
)

page_link = table(
    "page_link",
    own_id(),
    words("token_hash", unique=True),
    words("page"),
    words("subject"),
    ref("person_id", "person"),
    number("expires_at"),
    maybe_number("opened_at"),
    number("created_at"),
)

setting = table(
    "setting",
    words("name", primary_key=True),
    words("value"),
    maybe_words("changed_by"),
    number("updated_at"),
)
