"""The tables of people's work, on SQLite and PostgreSQL alike. The tables of their accounts are in account_tables.py.

Answers and everything else a project brings along are kept as canonical JSON text, but inputs with their keys in the
order they came in: that is how people are shown them.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    text,
    update,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Record: TypeAlias = Row[*tuple[Any, ...]]
"""A row of any query."""
NAMED = String(64)
ID = String(80)

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as whole microseconds since 1970 (UTC): exact, and in the same order on any database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's
        """The moment as it is kept."""
        return None if value is None else (value - EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment, in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


projects = Table(
    "projects",
    metadata,
    Column("project", NAMED, primary_key=True),
    Column("rules", Text, nullable=False),
    Column("board", Text),
    Column("briefed_at", Moment),
)

# Every text of guidelines that stood beside tasks, so that an answer can say which.
guidelines = Table(
    "guidelines",
    metadata,
    Column("project", NAMED, primary_key=True),
    Column("version", String(32), primary_key=True),
    Column("text", Text, nullable=False),
)

# Who said of which version that they have read it.
readings = Table(
    "readings",
    metadata,
    Column("project", NAMED, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("version", String(32), primary_key=True),
    Column("at", Moment, nullable=False),
)

# What is shown for an item, the same whether it is asked or its truth is known.
items = Table(
    "items",
    metadata,
    Column("project", NAMED, primary_key=True),
    Column("item_id", ID, primary_key=True),
    Column("input", Text, nullable=False),
    Column("suggestion", Text),
)

# One row an assignment. `urgency` orders what is free, lowest first; `place` is a digest of the item, 0 to 2**31 - 1;
# `round` counts how often the item was asked anew, since nobody answers an item twice in one round.
seats = Table(
    "seats",
    metadata,
    Column("assignment_id", ID, primary_key=True),
    Column("project", NAMED, nullable=False),
    Column("item_id", ID, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("priority", BigInteger, nullable=False),
    Column("urgency", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("requires", Text, nullable=False),
    Column("state", String(12), nullable=False),  # free, held, handed_in, withdrawn
)
FREE = text("state = 'free'")
Index(
    "seats_free", seats.c.project, seats.c.urgency, seats.c.place, seats.c.assignment_id,
    sqlite_where=FREE, postgresql_where=FREE,
)  # fmt: skip
Index("seats_of_item", seats.c.project, seats.c.item_id, seats.c.state)

# Which abilities the assignments of a project ask for: few, so that an annotator's can be compared with all of them.
demands = Table(
    "demands",
    metadata,
    Column("project", NAMED, primary_key=True),
    Column("requires", Text, primary_key=True),
)

honeypots = Table(
    "honeypots",
    metadata,
    Column("project", NAMED, primary_key=True),
    Column("honeypot_id", ID, primary_key=True),
    Column("item_id", ID, nullable=False),
    Column("truth", Text, nullable=False),
    Column("stratum", Text, nullable=False),
    Column("requires", Text, nullable=False),
    Column("exposures", Integer, nullable=False),  # counted by the platform
    Column("shown", Integer, nullable=False),  # counted here
    Column("active", Boolean, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("batch_id", String(32), primary_key=True),
    Column("project", NAMED, nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("state", String(12), nullable=False),  # open, handed_in, expired
    Column("attempt", Integer, nullable=False),  # times handed in so far
    Column("accepted", Boolean),
    Column("made_at", Moment, nullable=False),
    Column("active_at", Moment, nullable=False),
    Column("lease_until", Moment, nullable=False),
    Column("closed_at", Moment),
)
OPEN = text("state = 'open'")
Index("batches_open", batches.c.project, batches.c.account_id, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
Index("batches_expiring", batches.c.lease_until, sqlite_where=OPEN, postgresql_where=OPEN)
Index("batches_of", batches.c.project, batches.c.state)

# An annotator's turn at an assignment or a honeypot, which look alike from here on. A turn that was given back keeps
# its row (state `returned`, `why`), so that an answer that comes late can still be told what became of it.
tasks = Table(
    "tasks",
    metadata,
    Column("task_id", String(32), primary_key=True),
    Column("batch_id", ForeignKey("batches.batch_id"), nullable=False, index=True),
    Column("project", NAMED, nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("code", String(16), nullable=False),
    Column("item_id", ID, nullable=False),
    Column("round", Integer, nullable=False),  # 0 for a honeypot
    Column("assignment_id", ForeignKey("seats.assignment_id")),
    Column("honeypot_id", ID),
    Column("position", Integer, nullable=False),
    Column("state", String(12), nullable=False),  # open, answered, skipped, handed_in, returned
    Column("why", Text),
    Column("not_covered", Boolean, nullable=False),
    Column("opened_at", Moment),
    Column("draft", Text),
    Column("draft_comment", Text),
    Column("answer", Text),
    Column("comment", Text),
    Column("seconds", Double),
    Column("suggested", Boolean, nullable=False),
    Column("first_answer", Text),  # as first handed in, and whether that was right where it is known
    Column("first_right", Boolean),
    Column("answered_at", Moment),
    Column("first_answered_at", Moment),
    Column("first_handed_in_at", Moment),
    Column("handed_in_at", Moment),
    Column("look_again", Boolean, nullable=False),
    Column("looked", Integer, nullable=False),  # the attempt it was last looked at in
    Column("remark", Text),
    Column("guideline", String(32)),  # the version that stood beside the answer
    Column("swapped", Boolean),  # of two answers side by side, A was the second
)
HAD = text("state <> 'returned'")
HOLDING = text("assignment_id IS NOT NULL AND state IN ('open', 'answered', 'handed_in')")
SEEN = text("honeypot_id IS NOT NULL AND (state <> 'returned' OR opened_at IS NOT NULL)")
Index(
    "tasks_one_each", tasks.c.project, tasks.c.item_id, tasks.c.account_id, tasks.c.round,
    unique=True, sqlite_where=HAD, postgresql_where=HAD,
)  # fmt: skip
Index("tasks_one_holder", tasks.c.assignment_id, unique=True, sqlite_where=HOLDING, postgresql_where=HOLDING)
Index(
    "tasks_honeypot_once", tasks.c.project, tasks.c.honeypot_id, tasks.c.account_id,
    unique=True, sqlite_where=SEEN, postgresql_where=SEEN,
)  # fmt: skip
CHECKED = text("honeypot_id IS NOT NULL AND first_handed_in_at IS NOT NULL")
Index("tasks_checked", tasks.c.project, tasks.c.first_handed_in_at, sqlite_where=CHECKED, postgresql_where=CHECKED)
Index("tasks_of_annotator", tasks.c.project, tasks.c.account_id, tasks.c.item_id)
Index("tasks_by_day", tasks.c.account_id, tasks.c.first_answered_at)
Index("tasks_by_state", tasks.c.project, tasks.c.state, tasks.c.handed_in_at)

# Statements that every answer needs are made once: making one costs more than running it. What is given for columns
# beside `this` is what is set.
set_task = update(tasks).where(tasks.c.task_id == bindparam("this"))
set_batch = update(batches).where(batches.c.batch_id == bindparam("this"))

standings = Table(
    "standings",
    metadata,
    Column("project", NAMED, primary_key=True),
    Column("annotator", ID, primary_key=True),
    Column("state", String(12), nullable=False),
    Column("standing", Text, nullable=False),
)

# Whoever a lead keeps from work, until a lead gives it again: briefings replace standings, and leave these alone.
pauses = Table(
    "pauses",
    metadata,
    Column("project", NAMED, primary_key=True),
    Column("annotator", ID, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", ID, nullable=False),
    Column("why", Text, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("project", NAMED, nullable=False),
    Column("item_id", ID, nullable=False),
    Column("answers_digest", ID, nullable=False),
    Column("input", Text, nullable=False),
    Column("opinions", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", String(12), nullable=False),  # waiting, ruled, closed
    Column("account_id", ForeignKey("accounts.account_id")),
    Column("lease_until", Moment),
    Column("draft", Text),
    Column("draft_reasoning", Text),
    Column("answer", Text),
    Column("reasoning", Text),
    Column("edge_case", Text),
    Column("adjudicator", String(16)),
    Column("ruled_at", Moment),
    Column("blind", Boolean),  # to be answered without having seen the opinions
    Column("opened", Boolean),  # the opinions were shown before anybody had answered
    Column("guideline", String(32)),
    Column("swapped", Boolean),
)
Index("cases_one_each", cases.c.project, cases.c.item_id, cases.c.answers_digest, unique=True)
Index("cases_waiting", cases.c.project, cases.c.state, cases.c.priority)

put_backs = Table(
    "put_backs",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
)

# What was said of hard cases, in order; append-only. `code` is the account's, `rule` what a lead closed the case by.
discussion = Table(
    "discussion",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("project", NAMED, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("item_id", ID, nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("code", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("rule", ID),
)
Index("discussion_of", discussion.c.project, discussion.c.case_id)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("project", NAMED),
    Column("who", ID, nullable=False),
    Column("did", ID, nullable=False),
    Column("about", ID),
    Column("detail", Text, nullable=False),
)
