"""What an annotator may look back at: their answers of a batch that is closed, and of which items the rest is told."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk.review import SHOWN_WORDS
from gt_platform.workbench.desk.routing import check_member
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import Record, batches, honeypots, items, seats, tasks

HELD_BACK = 2
"""Of so many items that no person decided, one is never told how it came out: so one whose truth nobody may learn, as
honeypots' are, is among at least as many that look like it."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer that was handed in. `told`: what became of the item may be told, `whole` even where nobody ruled."""

    task_id: str
    item_id: str
    position: int
    input: Any
    answer: Any
    comment: str
    told: bool
    whole: bool


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A closed batch with the answers of its annotator in order, and the batches before and after it."""

    batch_id: str
    closed_at: datetime
    answers: tuple[Given, ...]
    earlier: str | None
    later: str | None


def closed(database: Database, annotator: Account, project: str, batch_id: str) -> Closed:
    """A batch of this annotator's that was handed in. Raises WorkError, the same for none and for any other one."""
    check_member(annotator, project)
    with database.read() as connection:
        made = _closed(connection, annotator, project)
        at = next((at for at, row in enumerate(made) if row.batch_id == batch_id), None)
        if at is None:
            raise WorkError("there is no batch that you handed in by this address", 404)
        answers = tuple(_given(row) for row in connection.execute(_answers(batch_id)))
    return Closed(
        batch_id=batch_id,
        closed_at=made[at].closed_at,
        answers=answers,
        earlier=made[at + 1].batch_id if at + 1 < len(made) else None,
        later=made[at - 1].batch_id if at else None,
    )


def latest(database: Database, annotator: Account, project: str) -> str | None:
    """The batch that this annotator handed in last. Raises DatabaseError."""
    with database.read() as connection:
        return next((row.batch_id for row in _closed(connection, annotator, project)), None)


def note_words(database: Database, annotator: Account, project: str, batch_id: str, *, now: datetime) -> None:
    """Note, once, that an annotator is shown what users said of a batch: it may lead them when asked anew."""
    with database.write() as connection:
        if not audit.about(connection, project, batch_id, [SHOWN_WORDS]):
            audit.record(connection, annotator.code, SHOWN_WORDS, batch_id, at=now, project=project)


def _closed(connection: Connection, annotator: Account, project: str) -> list[Record]:
    """Their batches with anything handed in, the latest first."""
    given = exists().where(tasks.c.batch_id == batches.c.batch_id, tasks.c.state == "handed_in")
    theirs = batches.c.project == project, batches.c.account_id == annotator.account_id, batches.c.state != "open"
    query = select(batches.c.batch_id, batches.c.closed_at).where(*theirs, given)
    return list(connection.execute(query.order_by(batches.c.closed_at.desc(), batches.c.batch_id)))


def _answers(batch_id: str) -> Any:
    place = func.row_number().over(order_by=tasks.c.position)
    return (
        select(tasks, items.c.input, place.label("place"), or_(_known(), _asked_anew()).label("secret"))
        .join(items, and_(items.c.project == tasks.c.project, items.c.item_id == tasks.c.item_id))
        .where(tasks.c.batch_id == batch_id, tasks.c.state == "handed_in")
        .order_by(tasks.c.position)
    )


def _known() -> ColumnElement[bool]:
    """Whether annotators are judged by the item, whichever way this one came by it."""
    return exists().where(
        honeypots.c.project == tasks.c.project, honeypots.c.item_id == tasks.c.item_id, honeypots.c.active
    )


def _asked_anew() -> ColumnElement[bool]:
    """Whether the item is asked once more, and so perhaps of this annotator, whom an answer would lead."""
    return exists().where(
        seats.c.project == tasks.c.project,
        seats.c.item_id == tasks.c.item_id,
        seats.c.state.in_(("free", "held")),
        seats.c.round > tasks.c.round,
    )


def _given(row: Record) -> Given:
    return Given(
        task_id=row.task_id,
        item_id=row.item_id,
        position=row.place,
        input=json.loads(row.input),
        answer=json.loads(row.answer),
        comment=row.comment or "",
        told=not row.secret,
        whole=not row.secret and crc32(row.task_id.encode()) % HELD_BACK == 0,
    )
