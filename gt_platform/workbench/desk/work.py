"""What an annotator does with the tasks of their open batch: look, type, submit, skip, undo.

Nothing typed is lost: an answer that cannot be taken is kept in the audit, and its annotator told why.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, update

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk.given import Given, take_late
from gt_platform.workbench.desk.routing import check_member, open_task, renew
from gt_platform.workbench.desk.showing import (
    Batch,
    Draft,
    Task,
    answered_last,
    open_batch,
    open_tasks,
    shown,
    task_row,
    tasks_of,
)
from gt_platform.workbench.desk.standing import PAUSED, parse, told_why
from gt_platform.workbench.store import audit, rules
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import Record, seats, set_task
from gt_platform.workbench.store.texts import as_json, as_typed, plain

__all__ = [
    "AnsweredMeanwhileError", "Batch", "Draft", "Task", "WorkError",
    "batch", "save_draft", "saw_suggestion", "skip", "submit", "task", "undo",
]  # fmt: skip

# An item with an answer comes before those without, so that what is begun gets finished.
BEGIN = (
    update(seats)
    .where(seats.c.project == bindparam("of"), seats.c.item_id == bindparam("about"), seats.c.state == "free")
    .where(seats.c.urgency == -2 * seats.c.priority)
    .values(urgency=-2 * seats.c.priority - 1)
)
HANDED_IN = "this batch was handed in, and its answers stand"
SKIPPED = "you skipped this task, and by now somebody else has it or nobody needs it"
UP = "the time for this task was up; ask for the next one"
MEANWHILE = "You answered this item in another window since this page was loaded. Send this answer again to replace it."


class AnsweredMeanwhileError(WorkError):
    """The task was given another answer than the one that its annotator saw when they wrote this one."""


def task(database: Database, annotator: Account, task_id: str, *, now: datetime) -> Task:
    """One task of the annotator's open batch, which opens it. Raises WorkError, DatabaseError."""
    with database.write() as connection:
        row = _own(connection, annotator, task_id)
        if row.state in {"handed_in", "returned"}:
            raise WorkError(HANDED_IN if row.state == "handed_in" else UP)
        if _left(row):
            raise WorkError(SKIPPED)
        open_task(connection, annotator, row, row.project, rules.parse(row.rules), now)
        return _shown(connection, row)


def batch(database: Database, annotator: Account, project: str, *, now: datetime) -> Batch | None:  # noqa: ARG001 - as all have
    """The annotator's open batch, if there is one. Raises WorkError, DatabaseError."""
    with database.read() as connection:
        check_member(annotator, project)
        return open_batch(connection, annotator, project)


def save_draft(
    database: Database, annotator: Account, task_id: str, answer: Any, comment: str, *, now: datetime
) -> None:
    """Keep what is typed so far, whatever it is, and the batch with its annotator. Raises WorkError, DatabaseError."""
    typed = {"draft": as_json(answer), "draft_comment": as_typed(comment, "comment")}
    with database.write() as connection:
        row = _own(connection, annotator, task_id)
        if row.state == "handed_in" or _left(row):
            raise WorkError(HANDED_IN if row.state == "handed_in" else SKIPPED)
        connection.execute(set_task, typed | {"this": task_id})
        if row.state != "returned":
            open_task(connection, annotator, row, row.project, rules.parse(row.rules), now)


def saw_suggestion(database: Database, annotator: Account, task_id: str, *, now: datetime) -> None:
    """Note that the annotator looked at the suggestion. Raises WorkError, DatabaseError."""
    with database.write() as connection:
        row = _own(connection, annotator, task_id)
        if not row.suggested:
            connection.execute(set_task, {"this": task_id, "suggested": True})
            audit.record(connection, annotator.code, "saw the suggestion of", task_id, at=now, project=row.project)


def submit(
    database: Database,
    annotator: Account,
    task_id: str,
    answer: Any,
    comment: str,
    *,
    seconds: float,
    guideline: str | None = None,
    after: str | None = None,
    swapped: bool | None = None,
    now: datetime,
) -> None:
    """Take a valid answer; the same one again changes nothing. It may be changed until its batch is handed in, and
    takes a skipped task back.

    `guideline` is the version that stood beside it, `swapped` says how two answers stood side by side, `after` is the
    stamp that the task had when it was written. Raises WorkError where the answer cannot be taken,
    AnsweredMeanwhileError if it would replace one unseen, and DatabaseError.
    """
    given = Given.checked(answer, comment, seconds, guideline, after, swapped=swapped)
    with database.write() as connection:
        row = _own(connection, annotator, task_id)
        refusal = _taken(connection, annotator, row, given, now)
        if refusal:
            audit.record(
                connection, annotator.code, "was refused an answer to", task_id,
                at=now, project=row.project, why=refusal, answer=given.answer, comment=given.comment,
            )  # fmt: skip
    if refusal:
        raise WorkError(refusal)


def skip(
    database: Database, annotator: Account, task_id: str, reason: str, *, not_covered: bool, now: datetime
) -> None:
    """Leave a task to somebody else; `not_covered` says that the guideline does not cover it. Answering takes it back,
    as long as nobody has it and its batch is open.

    Raises WorkError, DatabaseError.
    """
    why = plain(reason, "reason")
    with database.write() as connection:
        row = _own(connection, annotator, task_id)
        if row.state in {"skipped", "returned"}:
            return
        if row.state == "handed_in":
            raise WorkError(HANDED_IN)
        left = {"state": "skipped", "why": why, "not_covered": not_covered, "answer": None, "looked": row.attempt}
        connection.execute(set_task, left | {"this": task_id})
        held = and_(seats.c.assignment_id == row.assignment_id, seats.c.state == "held")
        connection.execute(update(seats).where(held).values(state="free"))
        renew(connection, row.batch_id, rules.parse(row.rules), now)
        detail = {"why": why, "not_covered": not_covered, "item": row.item_id, "before": row.answer}
        audit.record(connection, annotator.code, "skipped", task_id, at=now, project=row.project, **detail)


def undo(
    database: Database, annotator: Account, project: str, *, last: str | None = None, now: datetime
) -> Task | None:
    """The task answered last in the open batch, open again with its answer as draft; None if there is none.

    `last` is the one that its annotator takes for that. Where it is undone already, nothing changes. Raises WorkError,
    DatabaseError.
    """
    with database.write() as connection:
        check_member(annotator, project)
        mine = open_tasks(connection, annotator, project)
        found = next((one for one in mine if one.task_id == last), None) or answered_last(mine)
        if found is None:
            return None
        row = _own(connection, annotator, found.task_id)
        if row.state != "answered":
            return shown(row, mine)
        again = {
            "state": "open",
            "answer": None,
            "draft": row.answer,
            "draft_comment": row.comment,
            "looked": row.attempt,
        }
        connection.execute(set_task, again | {"this": row.task_id})
        renew(connection, row.batch_id, rules.parse(row.rules), now)
        audit.record(
            connection, annotator.code, "undid the answer to", row.task_id, at=now, project=project, before=row.answer
        )
        return _shown(connection, _own(connection, annotator, row.task_id))


def _own(connection: Connection, annotator: Account, task_id: str) -> Record:
    row = task_row(connection, annotator, task_id)
    check_member(annotator, row.project)
    return row


def _shown(connection: Connection, row: Record) -> Task:
    return shown(row, tasks_of(connection, row.batch_id))


def _left(row: Record) -> bool:
    """Whether a task was skipped in a batch that is over: until then it may be taken back."""
    return bool(row.state == "skipped" and row.batch_state != "open")


def _take_back(connection: Connection, row: Record) -> bool:
    """Whether a skipped task is its annotator's again."""
    if _left(row):
        return False
    free = and_(seats.c.assignment_id == row.assignment_id, seats.c.state == "free")
    held = connection.execute(update(seats).where(free).values(state="held")).rowcount
    return bool(held or row.assignment_id is None)


def _taken(connection: Connection, annotator: Account, row: Record, given: Given, now: datetime) -> str | None:
    """Why the answer is not taken; None once it is, or where it was taken before."""
    if row.state == "handed_in":
        return None if given.same_as(row) else HANDED_IN
    if row.paused_at is not None:
        return PAUSED
    if row.standing == "paused":
        return told_why(parse(row.standing_text))
    if row.state == "returned":
        return take_late(connection, annotator, row, given, now)
    if row.state == "skipped" and not _take_back(connection, row):
        return SKIPPED
    _take(connection, annotator, row, given, now)
    return None


def _take(connection: Connection, annotator: Account, row: Record, given: Given, now: datetime) -> None:
    seen = row.looked == row.attempt and row.guideline == given.guideline
    if row.state == "answered" and given.same_as(row) and seen:
        return
    if given.overlooks(row) and not given.same_as(row):
        raise AnsweredMeanwhileError(MEANWHILE)
    connection.execute(set_task, given.values(row, now) | {"state": "answered", "this": row.task_id})
    connection.execute(BEGIN, {"of": row.project, "about": row.item_id})
    renew(connection, row.batch_id, rules.parse(row.rules), now)
    did = "answered" if row.answer is None else "answered again"
    before = {} if row.answer is None else {"before": json.loads(row.answer), "comment_before": row.comment}
    audit.record(connection, annotator.code, did, row.task_id, at=now, project=row.project, **before)
