"""Who has read which version of the guidelines, and what is new to whom."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.store import audit, rules
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import EPOCH, readings, tasks

READ = "read the guideline"


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of the guidelines that stood beside tasks; `since` its first answer, if it has one."""

    version: str
    text: str
    since: datetime | None


def versions(database: Database, project: str) -> list[Version]:
    """Every version of a project's guidelines, the one with the newest first answer first, those without any last."""
    first = func.min(tasks.c.first_answered_at)
    asked = select(tasks.c.guideline, first).where(tasks.c.project == project, tasks.c.guideline.is_not(None))
    with database.read() as connection:
        texts = rules.guidelines_of(connection, project)
        since = dict(connection.execute(asked.group_by(tasks.c.guideline)).all())
    found = [Version(version=name, text=text, since=since.get(name)) for name, text in texts.items()]
    return sorted(found, key=lambda one: (one.since or EPOCH, one.version), reverse=True)


def has_read(database: Database, account: Account, project: str, version: str) -> bool:
    """Whether they said of a version that they have read it."""
    with database.read() as connection:
        return version in dict(read_by(connection, account.account_id, project))


def last_known(database: Database, account: Account, project: str) -> str | None:
    """The version somebody read last or, where they never said so, answered under last."""
    theirs = tasks.c.project == project, tasks.c.account_id == account.account_id, tasks.c.guideline.is_not(None)
    answered = select(tasks.c.guideline).where(*theirs).order_by(tasks.c.answered_at.desc()).limit(1)
    with database.read() as connection:
        if read := read_by(connection, account.account_id, project):
            return read[0][0]
        version: str | None = connection.execute(answered).scalar()
    return version


def read_by(connection: Connection, account_id: int, project: str) -> list[tuple[str, datetime]]:
    """The versions somebody read, and when, the last one first."""
    theirs = readings.c.project == project, readings.c.account_id == account_id
    rows = connection.execute(select(readings.c.version, readings.c.at).where(*theirs))
    return sorted(((row.version, row.at) for row in rows), key=lambda one: (one[1], one[0]), reverse=True)


def read(database: Database, account: Account, project: str, version: str, *, now: datetime) -> None:
    """Note that somebody has read a version; once more changes nothing. Raises WorkError, DatabaseError."""
    row = {"project": project, "account_id": account.account_id, "version": version}
    with database.write() as connection:
        if version not in rules.guidelines_of(connection, project):
            raise WorkError("the guideline has changed since this page was loaded; read the one that is here now")
        if not _noted(connection, row):
            connection.execute(insert(readings).values(at=now, **row))
            audit.record(connection, account.code, READ, version, at=now, project=project)


def _noted(connection: Connection, row: dict[str, object]) -> bool:
    this = [readings.c[name] == value for name, value in row.items()]
    return connection.execute(select(readings.c.at).where(*this)).first() is not None
