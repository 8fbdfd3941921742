"""What an annotator is shown of their work: a task looks the same whether its truth is known or asked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, and_, bindparam, select

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.store import rules
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import Record, batches, items, pauses, projects, standings, tasks

TaskState = Literal["open", "answered", "skipped"]


@dataclass(frozen=True)
class Draft:
    """What was typed and not yet submitted; any JSON, valid or not."""

    answer: Any
    comment: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task of an annotator's open batch. `answer` is what they gave so far; `position` counts from 1 to `size`.

    `look_again` marks one sent back with its batch; `attempt` counts the batch's turn at being handed in, from 1. `why`
    is the reason it was skipped for, `stamp` tells one answer to it from the next, and `last` is the task of the batch
    that was answered last.
    """

    task_id: str
    project: str
    input: Any
    position: int
    size: int
    batch_id: str
    state: TaskState
    draft: Draft | None
    answer: Any | None
    suggestion: Any | None
    comment: str
    why: str
    stamp: str
    last: str
    look_again: bool
    attempt: int
    lease_until: datetime


@dataclass(frozen=True, kw_only=True)
class Batch:
    """An annotator's open batch with its tasks in order; `attempt` counts from 1."""

    batch_id: str
    project: str
    tasks: tuple[Task, ...]
    attempt: int
    attempts_left: int
    lease_until: datetime


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """Why there is no task: `hand_in` when every task of the open batch, `batch_id`, was answered or skipped."""

    reason: Literal["done", "paused", "quota", "hand_in"]
    text: str
    batch_id: str | None = field(default=None)


LIGHT: Select[*tuple[Any, ...]] = (
    select(
        tasks.c.task_id, tasks.c.position, tasks.c.state, tasks.c.opened_at, tasks.c.answered_at,
        tasks.c.look_again, tasks.c.looked, tasks.c.honeypot_id,
        batches.c.batch_id, batches.c.attempt, batches.c.made_at, batches.c.lease_until,
    ).join_from(tasks, batches)
)  # fmt: skip
FULL = (
    select(
        tasks, items.c.input, items.c.suggestion, projects.c.rules, standings.c.state.label("standing"),
        standings.c.standing.label("standing_text"), pauses.c.at.label("paused_at"),
        batches.c.state.label("batch_state"), batches.c.attempt, batches.c.lease_until,
    )
    .select_from(tasks)
    .join(batches)
    .join(projects, projects.c.project == tasks.c.project)
    .join(items, and_(items.c.project == tasks.c.project, items.c.item_id == tasks.c.item_id))
    .outerjoin(standings, and_(standings.c.project == tasks.c.project, standings.c.annotator == tasks.c.code))
    .outerjoin(pauses, and_(pauses.c.project == tasks.c.project, pauses.c.annotator == tasks.c.code))
)  # fmt: skip


OF_BATCH = LIGHT.where(tasks.c.batch_id == bindparam("this"), tasks.c.state != "returned").order_by(tasks.c.position)
OF_OPEN_BATCH = LIGHT.where(
    batches.c.project == bindparam("of"),
    batches.c.account_id == bindparam("whose"),
    batches.c.state == "open",
    tasks.c.state != "returned",
).order_by(tasks.c.position)
ONE = FULL.where(tasks.c.task_id == bindparam("this"), tasks.c.account_id == bindparam("whose"))


def open_tasks(connection: Connection, annotator: Account, project: str) -> Sequence[Record]:
    """The tasks of an annotator's open batch that are still theirs, in order, without their content."""
    return connection.execute(OF_OPEN_BATCH, {"of": project, "whose": annotator.account_id}).all()


def tasks_of(connection: Connection, batch_id: str) -> Sequence[Record]:
    """The tasks of a batch that are still its annotator's, in order, without their content."""
    return connection.execute(OF_BATCH, {"this": batch_id}).all()


def task_row(connection: Connection, annotator: Account, task_id: str) -> Record:
    """Everything about one task of this annotator. Raises WorkError, the same for no task and for somebody else's."""
    row = connection.execute(ONE, {"this": task_id, "whose": annotator.account_id}).one_or_none()
    if row is None:
        raise WorkError("there is no such task", 404)
    return row


def answered_last(of_batch: Sequence[Record]) -> Record | None:
    """The task of a batch that was answered last."""
    answered = [row for row in of_batch if row.state == "answered"]
    return max(answered, key=lambda one: (one.answered_at, one.position), default=None)


def stamp(row: Record) -> str:
    """Which answer a task has: different for each that was given to it, empty without any."""
    return "" if row.answer is None else str(row.answered_at.isoformat())


def shown(row: Record, of_batch: Sequence[Record]) -> Task:
    """The task of a full row, among those of its batch in order."""
    last = answered_last(of_batch)
    suggests = rules.parse(row.rules).suggestions and row.suggestion is not None
    return Task(
        task_id=row.task_id,
        project=row.project,
        input=json.loads(row.input),
        position=1 + [one.task_id for one in of_batch].index(row.task_id),
        size=len(of_batch),
        batch_id=row.batch_id,
        state=row.state,
        draft=None if row.draft is None else Draft(json.loads(row.draft), row.draft_comment or ""),
        answer=None if row.answer is None else json.loads(row.answer),
        suggestion=json.loads(row.suggestion) if suggests else None,
        comment=row.comment or "",
        why=row.why or "",
        stamp=stamp(row),
        last=last.task_id if last else "",
        look_again=row.look_again,
        attempt=row.attempt + 1,
        lease_until=row.lease_until,
    )


def open_batch(connection: Connection, annotator: Account, project: str) -> Batch | None:
    """The open batch with the content of all its tasks."""
    mine = batches.c.project == project, batches.c.account_id == annotator.account_id, batches.c.state == "open"
    query = FULL.where(*mine, tasks.c.state != "returned").order_by(tasks.c.position)
    rows = connection.execute(query).all()
    if not rows:
        return None
    first = rows[0]
    allowed = rules.parse(first.rules).honeypots
    return Batch(
        batch_id=first.batch_id,
        project=project,
        tasks=tuple(shown(row, rows) for row in rows),
        attempt=first.attempt + 1,
        attempts_left=(allowed.attempts if allowed else 1) - first.attempt,
        lease_until=first.lease_until,
    )
