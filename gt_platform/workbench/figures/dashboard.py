"""The numbers a project's lead sees: people, throughput, where the work is, honeypots, cases and what was skipped."""

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, and_, func, select

from gt_platform.labeling.messages import Board
from gt_platform.stats.annotators.shares import Share
from gt_platform.stats.annotators.state import State
from gt_platform.workbench.accounts import people
from gt_platform.workbench.desk.grading import OF_TASK, share_of
from gt_platform.workbench.desk.standing import parse
from gt_platform.workbench.exchange.briefing import board_of
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import (
    Record,
    batches,
    cases,
    honeypots,
    items,
    pauses,
    projects,
    seats,
    standings,
    tasks,
)

DAYS, SKIPPED, SHOWN = 30, 50, 200
"""Days of throughput, skipped items listed, and characters shown of each."""


@dataclass(frozen=True, kw_only=True)
class AnnotatorRow:
    """Somebody who works in the project; `reason` is the platform's own, for the lead alone."""

    name: str
    code: str
    active: bool
    state: State
    reason: str
    answers: int
    known: Share | None
    median_seconds: float | None
    last_seen: datetime | None


@dataclass(frozen=True, kw_only=True)
class Seats:
    """Where the assignments are: with nobody, with somebody, answered and not handed in yet, handed in."""

    waiting: int
    leased: int
    answered: int
    handed_in: int


@dataclass(frozen=True, kw_only=True)
class StratumRow:
    """The honeypots of one stratum: in the pool, shown to people, answered, and how many answers were right."""

    stratum: str
    pool: int
    shown: int
    answered: int
    right: int


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Cases nobody has, cases with a reviewer, and cases ruled on."""

    waiting: int
    leased: int
    ruled: int


@dataclass(frozen=True, kw_only=True)
class Batches:
    """Batches in hand, accepted, sent back at least once, and handed in at last with wrong honeypots."""

    open: int
    accepted: int
    sent_back: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A task somebody left to others, and the beginning of its input's JSON."""

    at: datetime
    reason: str
    not_covered: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """A project's figures; `throughput` has every day (UTC) of the last DAYS, oldest first."""

    people: tuple[AnnotatorRow, ...]
    throughput: tuple[tuple[date, int], ...]
    seats: Seats
    honeypots: tuple[StratumRow, ...]
    cases: Cases
    batches: Batches
    skipped: tuple[Skipped, ...]
    board: Board
    briefed_at: datetime | None


def dashboard(database: Database, project: str, *, now: datetime) -> Dashboard:
    """Everything a lead sees of a project. Raises WorkError, DatabaseError."""
    with database.read() as connection:
        row = connection.execute(select(projects).where(projects.c.project == project)).one_or_none()
        if row is None:
            raise WorkError(f"there is no project {project!r} here", 404)
        return Dashboard(
            people=annotators_of(connection, project),
            throughput=_throughput(connection, project, now.astimezone(UTC).date()),
            seats=_seats(connection, project),
            honeypots=_honeypots(connection, project),
            cases=_cases(connection, project, now),
            batches=_batches(connection, project),
            skipped=_skipped(connection, project),
            board=board_of(row.board),
            briefed_at=row.briefed_at,
        )


def annotators_of(connection: Connection, project: str) -> tuple[AnnotatorRow, ...]:
    """Everybody who works in a project or may, by name."""
    columns = tasks.c.account_id, tasks.c.first_right, tasks.c.seconds
    given = and_(tasks.c.project == project, tasks.c.state.in_(("answered", "handed_in")))
    of_annotator: dict[int, list[Record]] = defaultdict(list)
    for row in connection.execute(select(*columns).where(given)):
        of_annotator[row.account_id].append(row)
    seen_at = select(batches.c.account_id, func.max(batches.c.active_at)).where(batches.c.project == project)
    seen = dict(connection.execute(seen_at.group_by(batches.c.account_id)).all())
    said = select(standings.c.annotator, standings.c.standing).where(standings.c.project == project)
    stands = dict(connection.execute(said).all())
    kept = connection.execute(select(pauses).where(pauses.c.project == project))
    paused = {row.annotator: f"by {row.who}: {row.why}" for row in kept}
    return tuple(
        _annotator(
            one, of_annotator[one.account_id], seen.get(one.account_id), stands.get(one.code), paused.get(one.code)
        )
        for one in people.everybody(connection)
        if one.account_id in seen or ("annotator" in one.roles and one.belongs_to(project))
    )


def _annotator(
    one: people.Account, given: list[Record], seen: datetime | None, stands: str | None, paused: str | None
) -> AnnotatorRow:
    judged = parse(stands) if stands else None
    times = [row.seconds for row in given if row.seconds is not None]
    return AnnotatorRow(
        name=one.name,
        code=one.code,
        active=one.active,
        state="paused" if paused else judged.state if judged else "onboarding",
        reason=paused or (judged.reason if judged else ""),
        answers=len(given),
        known=share_of(row.first_right for row in given),
        median_seconds=statistics.median(times) if times else None,
        last_seen=seen,
    )


def _throughput(connection: Connection, project: str, today: date) -> tuple[tuple[date, int], ...]:
    first = today - timedelta(days=DAYS - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    given = and_(tasks.c.project == project, tasks.c.state.in_(("answered", "handed_in")))
    query = select(tasks.c.first_answered_at).where(given, tasks.c.first_answered_at >= since)
    of_day = Counter(moment.date() for moment in connection.execute(query).scalars())
    return tuple((day, of_day[day]) for day in (first + timedelta(days=number) for number in range(DAYS)))


def _seats(connection: Connection, project: str) -> Seats:
    by_state = select(seats.c.state, func.count()).where(seats.c.project == project).group_by(seats.c.state)
    counted: Counter[str] = Counter(dict(connection.execute(by_state).all()))
    answered = select(func.count()).where(
        tasks.c.project == project, tasks.c.state == "answered", tasks.c.assignment_id.is_not(None)
    )
    given = connection.execute(answered).scalar() or 0
    return Seats(
        waiting=counted["free"], leased=counted["held"] - given, answered=given, handed_in=counted["handed_in"]
    )


def _honeypots(connection: Connection, project: str) -> tuple[StratumRow, ...]:
    mine = honeypots.c.project == project
    in_pool = select(honeypots.c.stratum, func.count()).where(mine, honeypots.c.active).group_by(honeypots.c.stratum)
    pool: Counter[str] = Counter(dict(connection.execute(in_pool).all()))
    columns = honeypots.c.stratum, tasks.c.opened_at, tasks.c.first_right
    rows = connection.execute(select(*columns).join_from(tasks, honeypots, OF_TASK).where(mine)).all()
    shown = Counter(row.stratum for row in rows if row.opened_at is not None)
    answered = Counter(row.stratum for row in rows if row.first_right is not None)
    right = Counter(row.stratum for row in rows if row.first_right)
    names = sorted({*pool, *shown})
    return tuple(
        StratumRow(stratum=name, pool=pool[name], shown=shown[name], answered=answered[name], right=right[name])
        for name in names
    )


def _cases(connection: Connection, project: str, now: datetime) -> Cases:
    columns = cases.c.state, cases.c.lease_until
    rows = connection.execute(select(*columns).where(cases.c.project == project)).all()
    leased = sum(row.state == "waiting" and row.lease_until is not None and row.lease_until >= now for row in rows)
    waiting = sum(row.state == "waiting" for row in rows)
    return Cases(waiting=waiting - leased, leased=leased, ruled=sum(row.state == "ruled" for row in rows))


def _batches(connection: Connection, project: str) -> Batches:
    columns = batches.c.state, batches.c.attempt, batches.c.accepted
    rows = connection.execute(select(*columns).where(batches.c.project == project)).all()
    ended = [row for row in rows if row.state == "handed_in"]
    return Batches(
        open=sum(row.state == "open" for row in rows),
        accepted=sum(row.accepted for row in ended),
        sent_back=sum(row.attempt > (row.state == "handed_in") for row in rows),
        failed=sum(not row.accepted for row in ended),
    )


def _skipped(connection: Connection, project: str) -> tuple[Skipped, ...]:
    same = and_(items.c.project == tasks.c.project, items.c.item_id == tasks.c.item_id)
    query = (
        select(tasks.c.opened_at, tasks.c.why, tasks.c.not_covered, items.c.input)
        .join_from(tasks, items, same)
        .where(tasks.c.project == project, tasks.c.state == "skipped")
        .order_by(tasks.c.opened_at.desc(), tasks.c.task_id)
        .limit(SKIPPED)
    )
    return tuple(
        Skipped(at=row.opened_at, reason=row.why or "", not_covered=row.not_covered, text=row.input[:SHOWN])
        for row in connection.execute(query)
    )
