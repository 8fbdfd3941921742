"""What whoever leads a project decides about an annotator: paused no longer, or none of the answers so far to count.

Both are entries of the audit. The platform reads them there and acts on them: see `labeling.leading`.
"""

from datetime import datetime

from sqlalchemy import Connection, and_, func, select, update

from gt_platform.canonical import canonical
from gt_platform.labeling.leading import REINSTATED, VOIDED
from gt_platform.workbench.accounts.people import Account, account_by_code
from gt_platform.workbench.desk.standing import of
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import standings, tasks
from gt_platform.workbench.store.texts import plain

ANEW = "reinstated: only answers from then on are judged"


def reinstate(database: Database, who: str, project: str, code: str, why: str, *, now: datetime) -> None:
    """Give work again to somebody paused, at once; what they answered before no longer speaks against them.

    `who` decides it. Raises WorkError, DatabaseError.
    """
    with database.write() as connection:
        account, reason = _annotator(connection, code), _reason(why)
        standing = of(connection, project, code)
        if standing is None or standing.state != "paused":
            raise WorkError(f"{account.name} is not paused in {project}")
        anew = {**vars(standing), "state": "onboarding", "reason": ANEW}
        mine = and_(standings.c.project == project, standings.c.annotator == code)
        connection.execute(update(standings).where(mine).values(state="onboarding", standing=canonical(anew)))
        audit.record(connection, who, REINSTATED, code, at=now, project=project, why=reason)


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
