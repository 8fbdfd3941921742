"""What a person works on next: the tasks of their open batch in order, and a new batch after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random, SystemRandom

from sqlalchemy import Connection

from gt_platform.workbench.accounts.people import Person
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
    database: Database, person: Person, project: str, *, now: datetime, chance: Random | None = None
) -> Task | Nothing:
    """The person's next task, opened; or why there is none. A new batch is begun where none is open.

    Raises WorkError, DatabaseError.
    """
    with database.write() as connection:
        agreed = rules.of(connection, project)
        check_member(person, project)
        if paused := _paused(connection, person, project):
            return paused
        mine = open_tasks(connection, person, project)
        if not mine:
            nothing = new_batch(connection, person, project, agreed, now, chance or SystemRandom())
            if nothing:
                return nothing
            mine = open_tasks(connection, person, project)
        at = _first_to_do(mine)
        if at is None:
            return Nothing("hand_in", HAND_IN, mine[0].batch_id)
        open_task(connection, person, mine[at], project, agreed, now)
        return shown(task_row(connection, person, mine[at].task_id), at + 1, len(mine))


def waiting(database: Database, person: Person, project: str, *, now: datetime) -> int:
    """How many items are there for this person, at most MANY and what is left of their day. Raises WorkError."""
    with database.read() as connection:
        check_member(person, project)
        left = max(0, left_today(connection, person, now))
        return seats.count_for(connection, person, project, min(MANY, left))


def check_member(person: Person, project: str) -> None:
    """Refuse work to whoever has none in this project. Raises WorkError."""
    if not person.active or (person.projects is not None and project not in person.projects):
        raise WorkError(f"you have no work in {project!r}", 403)


def open_task(connection: Connection, person: Person, row: Record, project: str, agreed: Rules, now: datetime) -> None:
    """Note that a task is looked at, which keeps it and its batch with the person."""
    renew(connection, row.batch_id, agreed, now)
    if row.opened_at is None:
        connection.execute(set_task, {"this": row.task_id, "opened_at": now})
        audit.record(connection, person.code, "opened", row.task_id, at=now, project=project)


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


def _paused(connection: Connection, person: Person, project: str) -> Nothing | None:
    stands = standing.of(connection, project, person.code)
    return Nothing("paused", standing.told_why(stands)) if stands and stands.state == "paused" else None
