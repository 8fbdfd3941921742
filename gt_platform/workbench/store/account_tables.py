"""The tables of accounts: who may sign in, who is signed in, who guesses, and what webhooks are still to be told.

Tokens and what people typed as a name are kept as SHA-256 only.
"""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from gt_platform.workbench.store.tables import Moment, metadata

DIGEST = String(64)

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False),
    Column("name_key", String(160), nullable=False, unique=True),  # the name without case; folding can lengthen it
    Column("code", String(16), nullable=False, unique=True),
    Column("password", String(512)),
    Column("token", DIGEST, unique=True),
    Column("roles", JSON, nullable=False),
    Column("abilities", JSON, nullable=False),
    Column("daily_quota", Integer),
    Column("projects", JSON(none_as_null=True)),
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("signed_in_at", Moment),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", DIGEST, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# Links by which somebody chooses a password, one each at most; whoever uses theirs has none any more.
invitations = Table(
    "invitations",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("token", DIGEST, nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("made_by", String(80), nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("subject", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", Moment, nullable=False, index=True),
    Column("locked_until", Moment),
)

webhook_targets = Table(
    "webhook_targets",
    metadata,
    Column("project", String(64), primary_key=True),
    Column("url", Text, nullable=False),
)

webhook_outbox = Table(
    "webhook_outbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("event_id", String(40), nullable=False, unique=True),
    Column("project", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", Text),
)
STILL_TO_TELL = webhook_outbox.c.ended_at.is_(None)
Index("webhook_outbox_waiting", webhook_outbox.c.number, sqlite_where=STILL_TO_TELL, postgresql_where=STILL_TO_TELL)
