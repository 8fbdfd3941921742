"""An answer as an annotator gave it, ready to be kept, and what becomes of one that comes late."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection, and_, exists, or_, select, update

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk.grading import first_verdict
from gt_platform.workbench.desk.seats import MAY_HAVE
from gt_platform.workbench.desk.showing import stamp
from gt_platform.workbench.store import audit, rules
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import Record, seats, set_task, tasks
from gt_platform.workbench.store.texts import as_json, plain

NOT_NEEDED = "the time for this task was up and somebody else has it now; your answer was not needed"
AGAIN = "the time for this task was up, and it was given to you once more; answer it there"
WITHDRAWN = "this task was taken back; nobody needs an answer to it any more"


@dataclass(frozen=True)
class Given:
    """An answer as canonical JSON text, its comment and the seconds spent on it this time; where they are known, the
    version of the guidelines that stood beside it, the stamp of the answer it was to follow, and whether of two answers
    side by side the second was A.
    """

    answer: str
    comment: str
    seconds: float
    guideline: str | None
    after: str | None
    swapped: bool | None

    @classmethod
    def checked(
        cls,
        answer: Any,
        comment: str,
        seconds: float,
        guideline: str | None,
        after: str | None,
        *,
        swapped: bool | None = None,
    ) -> Self:
        """From what a client sent. Raises WorkError for what cannot be kept."""
        if not (math.isfinite(seconds) and seconds >= 0):
            raise WorkError(f"an answer takes 0 seconds or more, not {seconds}", 422)
        return cls(as_json(answer), plain(comment, "comment"), float(seconds), guideline, after, swapped)

    def same_as(self, row: Record) -> bool:
        """Whether the task has this very answer already."""
        return bool(row.answer == self.answer and (row.comment or "") == self.comment)

    def overlooks(self, row: Record) -> bool:
        """Whether the task was given another answer since that which this one was to follow."""
        return self.after is not None and row.answer is not None and stamp(row) != self.after

    def values(self, row: Record, now: datetime) -> dict[str, Any]:
        """The columns of a task that has been given this answer; the time spent adds up.

        It cannot be more than has passed since the task was opened, or a client could hide how hasty somebody is.
        """
        opened = row.opened_at or now
        return {
            "answer": self.answer,
            "comment": self.comment,
            "seconds": min((row.seconds or 0.0) + self.seconds, max(0.0, (now - opened).total_seconds())),
            "answered_at": now,
            "first_answered_at": row.first_answered_at or now,
            "opened_at": opened,
            "draft": None,
            "draft_comment": None,
            "looked": row.attempt,
            "guideline": self.guideline,
            "swapped": self.swapped,
        }


def take_late(connection: Connection, annotator: Account, row: Record, given: Given, now: datetime) -> str | None:
    """Take an answer to a turn that was over, if nobody else has had the assignment since; else why not.

    The batch is closed, so such an answer is handed in at once.
    """
    if row.why == "withdrawn":
        return WITHDRAWN
    if _has_it_again(connection, annotator, row):
        return AGAIN
    if row.assignment_id is not None and not _still_free(connection, annotator, row.assignment_id):
        return NOT_NEEDED
    right = first_verdict(connection, row, given.answer, rules.parse(row.rules))
    values = given.values(row, now) | {
        "first_right": right,
        "first_answer": given.answer,
        "first_handed_in_at": now,
        "handed_in_at": now,
    }
    connection.execute(set_task, values | {"this": row.task_id, "state": "handed_in"})
    connection.execute(update(seats).where(seats.c.assignment_id == row.assignment_id).values(state="handed_in"))
    audit.record(connection, annotator.code, "answered late", row.task_id, at=now, project=row.project)
    return None


def _has_it_again(connection: Connection, annotator: Account, row: Record) -> bool:
    other = and_(
        tasks.c.project == row.project,
        tasks.c.account_id == annotator.account_id,
        tasks.c.item_id == row.item_id,
        tasks.c.round == row.round,
        tasks.c.task_id != row.task_id,
    )
    seen = and_(tasks.c.honeypot_id.is_not(None), tasks.c.opened_at.is_not(None))
    query = select(exists().where(other, or_(tasks.c.state != "returned", seen)))
    return bool(connection.execute(query).scalar())


def _still_free(connection: Connection, annotator: Account, assignment_id: str) -> bool:
    free = and_(seats.c.assignment_id == assignment_id, seats.c.state == "free", MAY_HAVE)
    query = select(seats.c.assignment_id).where(free)
    return connection.execute(query, {"whose": annotator.account_id}).scalar() is not None
