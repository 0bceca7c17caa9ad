"""Work under way: what came in, what must go out, what is wrong, who does it and when."""

from sqlalchemy import Index, UniqueConstraint, text

from core.store.tables.columns import maybe_number, maybe_words, number, own_id, table, words

inbox = table(
    "inbox",
    own_id(),
    words("key", unique=True),
    words("lane"),
    words("raw"),
    number("received_at"),
    maybe_number("done_at"),
    maybe_words("outcome"),
    number("attempts", default=0),
    Index(
        "ix_inbox_open",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

# The first answer to each command: asked again, it answers the same and does nothing (I9).
command = table(
    "command",
    words("key", primary_key=True),
    maybe_words("answer"),
    number("at"),
)

# What was searched for, so that the buttons of a long answer can turn its pages. Kept a day.
search = table(
    "search",
    own_id(),
    words("words"),
    number("person_id"),
    number("at"),
)

button_press = table(
    "button_press",
    words("nonce", primary_key=True),
    number("person_id"),
    number("at"),
)

outbox = table(
    "outbox",
    own_id(),
    words("key", unique=True),
    words("kind"),
    words("lane"),
    words("payload"),
    words("state"),  # WAITING · SENDING · DONE · UNKNOWN · FAILED
    number("attempts", default=0),
    maybe_number("lease_until"),
    words("outcome", default=""),
    number("created_at"),
    number("next_at"),
    maybe_number("done_at"),
    Index(
        "ix_outbox_open",
        "next_at",
        sqlite_where=text("state IN ('WAITING', 'SENDING')"),
        postgresql_where=text("state IN ('WAITING', 'SENDING')"),
    ),
)

exception = table(
    "exception",
    own_id(),
    words("code"),
    words("subject"),  # "order:12", "sku:7", "shop:3", "effect:alert:9"
    maybe_number("order_id"),
    words("state"),  # OPEN · ACKED · SNOOZED · RESOLVED · WONT_FIX · AUTO_CLOSED
    number("open", default=1),
    words("block", default=""),  # "", B1, B2, B3, B4
    words("priority"),  # P1, P2, P3
    words("note", default=""),
    words("photo", default=""),
    words("opened_by"),
    maybe_number("owner_id"),
    maybe_number("due_at"),
    number("first_at"),
    number("last_at"),
    number("count", default=1),
    words("resolution", default=""),
    maybe_words("resolved_by"),
    maybe_number("resolved_at"),
    number("version", default=1),
    Index(
        "uq_exception_open",
        "code",
        "subject",
        unique=True,
        sqlite_where=text("open = 1"),
        postgresql_where=text("open = 1"),
    ),
    Index("ix_exception_order_id", "order_id"),
)

alert = table(
    "alert",
    own_id(),
    words("key", unique=True),
    words("topic"),
    words("subject"),
    words("facts"),
    number("at"),
)

message_ref = table(
    "message_ref",
    words("name", primary_key=True),
    words("platform"),
    words("chat"),
    words("thread"),
    words("message"),
    number("updated_at"),
    Index("ix_message_ref_place", "platform", "chat", "message"),  # what was replied to?
)

job_slot = table(
    "job_slot",
    words("job", primary_key=True),
    number("slot", primary_key=True, autoincrement=False),
    words("state"),
    words("claimed_by"),
    number("lease_until"),
    maybe_number("done_at"),
    number("late", default=0),
)

worker = table(
    "worker",
    words("id", primary_key=True),
    words("host"),
    number("pid"),
    number("started_at"),
    number("heartbeat_at"),
)

lease = table(
    "lease",
    words("name", primary_key=True),
    words("holder"),
    number("until_at"),
)

file_seen = table(
    "file_seen",
    own_id(),
    words("channel"),
    words("digest"),
    words("name"),
    words("tally"),
    number("at"),
    UniqueConstraint("channel", "digest"),
)
