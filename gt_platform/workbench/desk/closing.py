"""How a batch ends: what was answered is handed in, what was not goes to others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, and_, select, update

from gt_platform.workbench.desk.grading import Graded, grade
from gt_platform.workbench.hooks import webhooks
from gt_platform.workbench.store import audit, rules
from gt_platform.workbench.store.tables import Record, batches, projects, seats, tasks

FAILED = "failed the honeypots of its batch"


def close(
    connection: Connection,
    batch: Record,
    *,
    state: Literal["handed_in", "expired"],
    graded: Graded,
    why: str,
    now: datetime,
) -> int:
    """End an open batch: hand in its answers, free the rest. Returns how many answers were handed in."""
    remember_first(connection, batch.batch_id, graded, now)
    of_batch = tasks.c.batch_id == batch.batch_id
    remark = None if graded.good_enough else FAILED
    given = connection.execute(
        update(tasks).where(of_batch, tasks.c.state == "answered")
        .values(state="handed_in", handed_in_at=now, draft=None, draft_comment=None, remark=remark)
    ).rowcount  # fmt: skip
    _move(connection, batch.batch_id, "handed_in", ("held", "withdrawn"), "handed_in")
    _move(connection, batch.batch_id, "open", ("held",), "free")
    connection.execute(update(tasks).where(of_batch, tasks.c.state == "open").values(state="returned", why=why))
    connection.execute(
        update(batches).where(batches.c.batch_id == batch.batch_id)
        .values(state=state, accepted=graded.good_enough, closed_at=now)
    )  # fmt: skip
    detail = {"batch": batch.batch_id, "answers": given, "accepted": graded.good_enough}
    webhooks.enqueue(connection, batch.project, "batch.handed_in", detail, now=now)
    return given


def remember_first(connection: Connection, batch_id: str, graded: Graded, now: datetime) -> None:
    """Keep answers as they were first handed in: what was changed after a hint says nothing of the annotator."""
    first = and_(tasks.c.batch_id == batch_id, tasks.c.state == "answered", tasks.c.first_answer.is_(None))
    for verdict in (True, False):
        these = tasks.c.task_id.in_([task_id for task_id, right in graded.right.items() if right is verdict])
        connection.execute(update(tasks).where(first, these).values(first_right=verdict))
    connection.execute(update(tasks).where(first).values(first_answer=tasks.c.answer, first_handed_in_at=now))


def release_expired_in(connection: Connection, now: datetime) -> int:
    """End every batch whose lease is over. Returns how many there were."""
    query = (
        select(batches, projects.c.rules)
        .join(projects, projects.c.project == batches.c.project)
        .where(batches.c.state == "open", batches.c.lease_until < now)
    )
    expired = connection.execute(query).all()
    for batch in expired:
        end_early(connection, batch, "expired", now)
    return len(expired)


def end_open(connection: Connection, project: str, account_id: int, why: str, now: datetime) -> None:
    """End the batch somebody has open in a project, if any: what is answered is handed in, the rest goes to others."""
    theirs = and_(batches.c.project == project, batches.c.account_id == account_id, batches.c.state == "open")
    query = select(batches, projects.c.rules).join(projects, projects.c.project == batches.c.project).where(theirs)
    row: Record | None = connection.execute(query).one_or_none()
    if row is not None:
        end_early(connection, row, why, now)


def end_early(connection: Connection, batch: Record, why: str, now: datetime) -> None:
    """End a batch its annotator did not hand in; `batch` also holds the project's rules."""
    graded = grade(connection, batch.batch_id, rules.parse(batch.rules))
    given = close(connection, batch, state="expired", graded=graded, why=why, now=now)
    audit.record(connection, audit.ITSELF, "ended", batch.batch_id, at=now, project=batch.project, why=why, given=given)


def _move(
    connection: Connection, batch_id: str, task_state: str, seat_states: Sequence[str], to: Literal["free", "handed_in"]
) -> None:
    of_tasks = select(tasks.c.assignment_id).where(
        tasks.c.batch_id == batch_id, tasks.c.state == task_state, tasks.c.assignment_id.is_not(None)
    )
    these = and_(seats.c.assignment_id.in_(of_tasks), seats.c.state.in_(seat_states))
    connection.execute(update(seats).where(these).values(state=to))
