"""What whoever leads a project decides about an annotator: no work for now, work again, no answer so far to count.

All are entries of the audit. The platform reads REINSTATED and VOIDED there and acts on them (`labeling.leading`);
PAUSED and RESUMED are of the workbench alone, since they say nothing of how somebody answers.
"""

from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from gt_platform.canonical import canonical
from gt_platform.labeling.leading import REINSTATED, VOIDED
from gt_platform.labeling.messages import Standing
from gt_platform.workbench.accounts.people import Account, account_by_code
from gt_platform.workbench.desk.closing import end_open
from gt_platform.workbench.desk.standing import of, pause_of
from gt_platform.workbench.hooks import webhooks
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import pauses, standings, tasks
from gt_platform.workbench.store.texts import plain

PAUSED, RESUMED = "paused", "gave work again to"
ANEW = "reinstated: only answers from then on are judged"


def pause(database: Database, who: str, project: str, code: str, why: str, *, now: datetime) -> None:
    """Give somebody no work in the project until it is given again; what they answered is handed in, and counts.

    `who` decides it. Raises WorkError, DatabaseError.
    """
    with database.write() as connection:
        account, reason = _annotator(connection, code), _reason(why)
        if pause_of(connection, project, code):
            raise WorkError(f"{account.name} is paused in {project} already")
        row = {"project": project, "annotator": code, "at": now, "who": who, "why": reason}
        connection.execute(insert(pauses).values(row))
        audit.record(connection, who, PAUSED, code, at=now, project=project, why=reason)
        webhooks.enqueue(connection, project, "person.paused", {"annotator": code}, now=now)
        end_open(connection, project, account.account_id, "paused", now)


def reinstate(database: Database, who: str, project: str, code: str, why: str, *, now: datetime) -> None:
    """Give work again to somebody paused, at once. Where it was for their answers that they were, what they answered
    before no longer speaks against them.

    `who` decides it. Raises WorkError, DatabaseError.
    """
    with database.write() as connection:
        account, reason = _annotator(connection, code), _reason(why)
        standing, theirs = of(connection, project, code), pauses.c.annotator == code
        resumed = connection.execute(delete(pauses).where(pauses.c.project == project, theirs)).rowcount
        if resumed:
            audit.record(connection, who, RESUMED, code, at=now, project=project, why=reason)
        if standing is not None and standing.state == "paused":
            _judge_anew(connection, project, standing)
            audit.record(connection, who, REINSTATED, code, at=now, project=project, why=reason)
        elif not resumed:
            raise WorkError(f"{account.name} is not paused in {project}")


def void(database: Database, who: str, project: str, code: str, why: str, *, now: datetime) -> int:
    """Let none of somebody's answers up to now count, and return how many they handed in; others are asked instead.

    Raises WorkError, DatabaseError.
    """
    with database.write() as connection:
        account, reason = _annotator(connection, code), _reason(why)
        theirs = and_(tasks.c.project == project, tasks.c.account_id == account.account_id)
        given = and_(theirs, tasks.c.state == "handed_in", tasks.c.assignment_id.is_not(None))
        count = connection.execute(select(func.count()).where(given)).scalar() or 0
        if not count:
            raise WorkError(f"{account.name} has handed in no answer in {project}")
        audit.record(connection, who, VOIDED, code, at=now, project=project, why=reason, answers=count)
    return int(count)


def _judge_anew(connection: Connection, project: str, standing: Standing) -> None:
    anew = {**vars(standing), "state": "onboarding", "reason": ANEW}
    mine = and_(standings.c.project == project, standings.c.annotator == standing.annotator)
    connection.execute(update(standings).where(mine).values(state="onboarding", standing=canonical(anew)))


def _annotator(connection: Connection, code: str) -> Account:
    account = account_by_code(connection, code)
    if account is None:
        raise WorkError("there is no such annotator", 404)
    return account


def _reason(why: str) -> str:
    reason = plain(why, "reason").strip()
    if not reason:
        raise WorkError("say why: it is kept with the decision", 422)
    return reason
