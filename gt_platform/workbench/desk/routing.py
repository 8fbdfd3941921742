"""What an annotator works on next: the tasks of their open batch in order, and a new batch after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random, SystemRandom

from sqlalchemy import Connection

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import seats, standing
from gt_platform.workbench.desk.handing_out import left_today, new_batch
from gt_platform.workbench.desk.showing import Nothing, Task, open_tasks, shown, task_row
from gt_platform.workbench.store import audit, rules
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.rules import Rules
from gt_platform.workbench.store.tables import Record, set_batch, set_task

__all__ = ["Nothing", "Task", "WorkError", "next_task", "waiting"]

MANY = 1000
"""Beyond this the number no longer matters to anybody, and counting takes its time."""
HAND_IN = "Every task of this batch is answered or skipped. Hand it in, or look at your answers once more."


def next_task(
    database: Database, annotator: Account, project: str, *, now: datetime, chance: Random | None = None
) -> Task | Nothing:
    """The annotator's next task, opened; or why there is none. A new batch is begun where none is open.

    Raises WorkError, DatabaseError.
    """
    with database.write() as connection:
        agreed = rules.of(connection, project)
        check_member(annotator, project)
        if paused := _paused(connection, annotator, project):
            return paused
        mine = open_tasks(connection, annotator, project)
        if not mine:
            nothing = new_batch(connection, annotator, project, agreed, now, chance or SystemRandom())
            if nothing:
                return nothing
            mine = open_tasks(connection, annotator, project)
        at = _first_to_do(mine)
        if at is None:
            return Nothing(reason="hand_in", text=HAND_IN, batch_id=mine[0].batch_id)
        open_task(connection, annotator, mine[at], project, agreed, now)
        return shown(task_row(connection, annotator, mine[at].task_id), mine)


def waiting(database: Database, annotator: Account, project: str, *, now: datetime) -> int:
    """How many items are there for this annotator, at most MANY and what is left of their day. Raises WorkError."""
    with database.read() as connection:
        check_member(annotator, project)
        left = max(0, left_today(connection, annotator, now))
        return seats.count_for(connection, annotator, project, min(MANY, left))


def check_member(annotator: Account, project: str) -> None:
    """Refuse work to whoever has none in this project. Raises WorkError."""
    if not annotator.active or (annotator.projects is not None and project not in annotator.projects):
        raise WorkError(f"you have no work in {project!r}", 403)


def open_task(
    connection: Connection, annotator: Account, row: Record, project: str, agreed: Rules, now: datetime
) -> None:
    """Note that a task is looked at, which keeps it and its batch with the annotator."""
    renew(connection, row.batch_id, agreed, now)
    if row.opened_at is None:
        connection.execute(set_task, {"this": row.task_id, "opened_at": now})
        audit.record(connection, annotator.code, "opened", row.task_id, at=now, project=project)


def renew(connection: Connection, batch_id: str, agreed: Rules, now: datetime) -> None:
    """Another full lease, from a sign of life on."""
    lease = now + timedelta(minutes=agreed.lease_minutes)
    connection.execute(set_batch, {"this": batch_id, "active_at": now, "lease_until": lease})


def _first_to_do(mine: Sequence[Record]) -> int | None:
    """The first open task; with none, the first sent back that was not looked at since."""
    still_open = [at for at, row in enumerate(mine) if row.state == "open"]
    again = [
        at for at, row in enumerate(mine) if row.look_again and row.state == "answered" and row.looked < row.attempt
    ]
    return next(iter(still_open or again), None)


def _paused(connection: Connection, annotator: Account, project: str) -> Nothing | None:
    if standing.pause_of(connection, project, annotator.code):
        return Nothing(reason="paused", text=standing.PAUSED)
    stands = standing.of(connection, project, annotator.code)
    return Nothing(reason="paused", text=standing.told_why(stands)) if stands and stands.state == "paused" else None
