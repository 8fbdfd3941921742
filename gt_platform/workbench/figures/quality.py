"""The numbers an annotator sees of their own work: how much, how well, and what is thought of it."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, and_, select

from gt_platform.stats.annotators.shares import Share
from gt_platform.stats.annotators.state import State
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import standing
from gt_platform.workbench.desk.grading import share_of
from gt_platform.workbench.desk.routing import check_member
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.tables import Record, batches, tasks


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week, from its Monday (UTC). `known` is the share of right answers where they are known."""

    first_day: date
    answers: int
    known: Share | None


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What an annotator may know of how they do."""

    state: State
    reason: str
    answers: int
    answers_today: int
    daily_quota: int | None
    batches: int
    accepted_first: int
    known: Share | None
    by_week: tuple[Week, ...]
    median_seconds: float | None


def quality(database: Database, annotator: Account, project: str, *, now: datetime) -> Quality:
    """An annotator's own figures in a project; days and weeks are UTC. Raises WorkError, DatabaseError."""
    check_member(annotator, project)
    with database.read() as connection:
        rows = _answered(connection, annotator, project)
        made, first = _batches(connection, annotator, project)
        stands = standing.of(connection, project, annotator.code)
        paused = standing.pause_of(connection, project, annotator.code)
    today = now.astimezone(UTC).date()
    told = standing.told_why(stands) if stands else standing.STILL_NEW
    return Quality(
        state="paused" if paused else stands.state if stands else "onboarding",
        reason=standing.PAUSED if paused else told,
        answers=len(rows),
        answers_today=sum(row.first_answered_at.date() == today for row in rows),
        daily_quota=annotator.daily_quota,
        batches=made,
        accepted_first=first,
        known=share_of(row.first_right for row in rows),
        by_week=_weeks(rows),
        median_seconds=statistics.median(times) if (times := _times(rows)) else None,
    )


def _answered(connection: Connection, annotator: Account, project: str) -> Sequence[Record]:
    mine = and_(tasks.c.project == project, tasks.c.account_id == annotator.account_id)
    columns = tasks.c.first_answered_at, tasks.c.first_right, tasks.c.seconds
    given = tasks.c.state.in_(("answered", "handed_in"))
    return connection.execute(select(*columns).where(mine, given).order_by(tasks.c.first_answered_at)).all()


def _batches(connection: Connection, annotator: Account, project: str) -> tuple[int, int]:
    """How many batches they handed in, and how many of those were accepted at the first attempt."""
    their = batches.c.account_id == annotator.account_id
    mine = and_(batches.c.project == project, their, batches.c.state == "handed_in")
    rows = connection.execute(select(batches.c.attempt, batches.c.accepted).where(mine)).all()
    return len(rows), sum(row.attempt == 1 and row.accepted for row in rows)


def _weeks(rows: Sequence[Record]) -> tuple[Week, ...]:
    of_week: dict[date, list[Record]] = defaultdict(list)
    for row in rows:
        day = row.first_answered_at.date()
        of_week[day - timedelta(days=day.weekday())].append(row)
    return tuple(
        Week(first_day=monday, answers=len(given), known=share_of(row.first_right for row in given))
        for monday, given in sorted(of_week.items())
    )


def _times(rows: Sequence[Record]) -> list[float]:
    return [row.seconds for row in rows if row.seconds is not None]
