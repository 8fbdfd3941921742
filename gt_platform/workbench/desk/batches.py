"""Handing a batch in: accepted, or sent back with a hint that gives nothing away, a limited number of times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random, SystemRandom

from sqlalchemy import Connection, select, update

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk.closing import close, release_expired_in, remember_first
from gt_platform.workbench.desk.grading import Graded, grade
from gt_platform.workbench.desk.routing import check_member, renew
from gt_platform.workbench.desk.showing import tasks_of
from gt_platform.workbench.store import audit, rules
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import Record, batches, projects, tasks

__all__ = ["BatchResult", "WorkError", "hand_in", "release_expired"]

FEWEST_DECOYS = 2
ACCEPTED = "Accepted. Thank you: your answers are handed in."
USED_UP = "Your answers are handed in. Somebody will look at them more closely, because too many seem to be wrong."
BACK = (
    "Too many answers of this batch seem to be wrong. Look again at {these}: some of them are right, and which are "
    "not is for you to find. You may hand the batch in {left}."
)


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """What became of a batch. `look_again` are positions from 1, wrong ones among at least as many others."""

    batch_id: str
    accepted: bool
    attempt: int
    attempts_left: int
    look_again: tuple[int, ...]
    text: str


def hand_in(
    database: Database, annotator: Account, batch_id: str, *, now: datetime, chance: Random | None = None
) -> BatchResult:
    """Hand in a batch whose tasks are all answered or skipped.

    Handing in again what was handed in, or was sent back and not looked at since, gives the same result and costs no
    attempt. Raises WorkError, DatabaseError.
    """
    with database.write() as connection:
        batch = _own(connection, annotator, batch_id)
        agreed = rules.parse(batch.rules)
        mine = tasks_of(connection, batch_id)
        if batch.state != "open":
            return _result(batch, mine, agreed)
        if still := [str(position) for position, row in enumerate(mine, 1) if row.state == "open"]:
            raise WorkError(f"answer or skip {_listed('task', still)} first, then hand the batch in")
        if batch.attempt and all(row.looked < batch.attempt for row in mine):
            return _result(batch, mine, agreed)
        _judge(connection, annotator, batch, mine, agreed, now, chance or SystemRandom())
        return _result(_own(connection, annotator, batch_id), tasks_of(connection, batch_id), agreed)


def release_expired(database: Database, *, now: datetime) -> int:
    """End the batches whose lease is over: answers are handed in as they are, the rest goes to others.

    Returns how many there were. Raises DatabaseError.
    """
    with database.write() as connection:
        return release_expired_in(connection, now)


def _own(connection: Connection, annotator: Account, batch_id: str) -> Record:
    query = select(batches, projects.c.rules).join(projects, projects.c.project == batches.c.project)
    mine = batches.c.batch_id == batch_id, batches.c.account_id == annotator.account_id
    row = connection.execute(query.where(*mine)).one_or_none()
    if row is None:
        raise WorkError("there is no such batch", 404)
    check_member(annotator, row.project)
    return row


def _judge(
    connection: Connection,
    annotator: Account,
    batch: Record,
    mine: Sequence[Record],
    agreed: rules.Rules,
    now: datetime,
    chance: Random,
) -> None:
    graded, attempt = grade(connection, batch.batch_id, agreed), batch.attempt + 1
    connection.execute(update(batches).where(batches.c.batch_id == batch.batch_id).values(attempt=attempt))
    if graded.good_enough or attempt >= _allowed(agreed):
        close(connection, batch, state="handed_in", graded=graded, why="handed in", now=now)
    else:
        _send_back(connection, batch, mine, graded, agreed, now, chance)
    did = "handed in" if graded.good_enough else "was sent back" if attempt < _allowed(agreed) else "handed in at last"
    audit.record(connection, annotator.code, did, batch.batch_id, at=now, project=batch.project, attempt=attempt)


def _send_back(
    connection: Connection,
    batch: Record,
    mine: Sequence[Record],
    graded: Graded,
    agreed: rules.Rules,
    now: datetime,
    chance: Random,
) -> None:
    remember_first(connection, batch.batch_id, graded, now)
    hints = hinted(mine, graded.wrong, chance)
    connection.execute(update(tasks).where(tasks.c.task_id.in_(hints)).values(look_again=True))
    connection.execute(update(batches).where(batches.c.batch_id == batch.batch_id).values(accepted=False))
    renew(connection, batch.batch_id, agreed, now)


def hinted(mine: Sequence[Record], wrong: Sequence[str], chance: Random) -> list[str]:
    """The tasks to look at again: wrong ones, and at least as many others.

    What was hinted at once stays so, and a new wrong one comes with a new other one: from attempt to attempt nobody
    can tell by comparing.
    """
    answered = [row.task_id for row in mine if row.state == "answered"]
    before = {row.task_id for row in mine if row.look_again}
    new = [task_id for task_id in wrong if task_id in answered and task_id not in before]
    others = [task_id for task_id in answered if task_id not in before and task_id not in wrong]
    decoys = max(len(new), 0 if before else FEWEST_DECOYS) if new else 0
    return [*new, *chance.sample(others, min(decoys, len(others)))]


def _result(batch: Record, mine: Sequence[Record], agreed: rules.Rules) -> BatchResult:
    left = 0 if batch.state != "open" else _allowed(agreed) - batch.attempt
    again = tuple(position for position, row in enumerate(mine, 1) if row.look_again) if left else ()
    text = ACCEPTED if batch.accepted else USED_UP
    if left:
        often = "once more" if left == 1 else f"{left} more times"
        text = BACK.format(these=_listed("task", [str(position) for position in again]), left=often)
    return BatchResult(
        batch_id=batch.batch_id,
        accepted=bool(batch.accepted),
        attempt=batch.attempt,
        attempts_left=left,
        look_again=again,
        text=text,
    )


def _allowed(agreed: rules.Rules) -> int:
    return agreed.honeypots.attempts if agreed.honeypots else 1


def _listed(what: str, numbers: Sequence[str]) -> str:
    if len(numbers) == 1:
        return f"{what} {numbers[0]}"
    return f"{what}s {', '.join(numbers[:-1])} and {numbers[-1]}"
