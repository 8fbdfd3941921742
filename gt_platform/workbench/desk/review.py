"""Cases for reviewers: given to one of them at a time, never to whoever answered the item, and ruled once."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, or_, select, update

from gt_platform.labeling.messages import Opinion
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk.routing import check_member
from gt_platform.workbench.desk.showing import Draft, Nothing
from gt_platform.workbench.hooks import webhooks
from gt_platform.workbench.store import audit, rules
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import Record, cases, put_backs, tasks
from gt_platform.workbench.store.texts import as_json, as_typed, plain

__all__ = [
    "Answered",
    "CaseTask",
    "WorkError",
    "answered",
    "case",
    "is_blind",
    "next_case",
    "put_back",
    "rule",
    "save_draft",
    "shown_words",
    "unseen",
]

DONE = "There is no case for you right now."
TAKEN = "the time for this case was up and somebody else has it now"
CLOSED = "new answers came in and changed this case; ask for the next one"
RULED = "this case was ruled on, and the ruling stands"
SHOWN_WORDS = "was shown what users said of"
FIRST = "answer this one on your own first"


@dataclass(frozen=True, kw_only=True)
class CaseTask:
    """A case before a reviewer; `draft.comment` is the reasoning typed so far.

    One that is `blind` comes without opinions and why: they are in `answered` once the reviewer has answered.
    """

    case_id: str
    project: str
    input: Any
    opinions: tuple[Opinion, ...]
    why: str
    lease_until: datetime
    draft: Draft | None
    blind: bool


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A blind case after the reviewer's own answer: that, and what annotators had said."""

    item_id: str
    input: Any
    answer: Any
    opinions: tuple[Opinion, ...]
    why: str


def next_case(database: Database, reviewer: Account, project: str, *, now: datetime) -> CaseTask | Nothing:
    """The case this reviewer has, or the most urgent one that nobody has. Raises WorkError, DatabaseError."""
    with database.write() as connection:
        check_member(reviewer, project)
        agreed = rules.of(connection, project)
        row = connection.execute(_waiting(reviewer, project, now)).first()
        if row is None:
            return Nothing(reason="done", text=DONE)
        lease = now + timedelta(minutes=agreed.lease_minutes)
        mine = row.account_id == reviewer.account_id and row.lease_until >= now
        held = {"account_id": reviewer.account_id, "lease_until": lease, "opened": bool(row.opened) or not row.blind}
        kept = {} if row.account_id == reviewer.account_id else {"draft": None, "draft_reasoning": None}
        connection.execute(update(cases).where(cases.c.case_id == row.case_id).values(held | kept))
        if not mine:
            audit.record(connection, reviewer.code, "was given the case", row.case_id, at=now, project=project)
        return _shown(_own(connection, reviewer, row.case_id))


def case(database: Database, reviewer: Account, case_id: str) -> CaseTask:
    """A case this reviewer has. Raises WorkError, DatabaseError."""
    with database.read() as connection:
        row = _own(connection, reviewer, case_id)
        if refusal := _refusal(row, reviewer):
            raise WorkError(refusal)
        return _shown(row)


def is_blind(database: Database, reviewer: Account, case_id: str) -> bool:
    """Whether nobody has been shown what annotators said to a case. Raises WorkError, DatabaseError."""
    with database.read() as connection:
        return unseen(_own(connection, reviewer, case_id))


def unseen(row: Record) -> bool:
    """The same of a row of `cases`, before or after it was ruled on."""
    return bool(row.blind) and not row.opened


def answered(database: Database, reviewer: Account, case_id: str) -> Answered:
    """What annotators had said to a blind case that this reviewer has answered. Raises WorkError, DatabaseError."""
    with database.read() as connection:
        row = _own(connection, reviewer, case_id)
    if row.state != "ruled" or row.adjudicator != reviewer.code:
        raise WorkError(FIRST if row.state == "waiting" else CLOSED)
    return Answered(
        item_id=row.item_id,
        input=json.loads(row.input),
        answer=json.loads(row.answer),
        opinions=_opinions(row),
        why=row.why,
    )


def shown_words(database: Database, reviewer: Account, case_id: str, *, now: datetime) -> None:
    """Note, once, that whoever answered a case is now shown what users said of it. Raises WorkError, DatabaseError."""
    with database.write() as connection:
        row = _own(connection, reviewer, case_id)
        if not audit.about(connection, row.project, case_id, [SHOWN_WORDS]):
            audit.record(connection, reviewer.code, SHOWN_WORDS, case_id, at=now, project=row.project, item=row.item_id)


def save_draft(
    database: Database, reviewer: Account, case_id: str, answer: Any, reasoning: str, *, now: datetime
) -> None:
    """Keep what is typed so far, and the case with its reviewer. Raises WorkError, DatabaseError."""
    typed = {"draft": as_json(answer), "draft_reasoning": as_typed(reasoning, "reasoning")}
    with database.write() as connection:
        row = _own(connection, reviewer, case_id)
        if refusal := _refusal(row, reviewer):
            raise WorkError(refusal)
        lease = now + timedelta(minutes=rules.of(connection, row.project).lease_minutes)
        mine = cases.c.case_id == case_id
        connection.execute(
            update(cases).where(mine).values(typed | {"account_id": reviewer.account_id, "lease_until": lease})
        )


def rule(
    database: Database,
    reviewer: Account,
    case_id: str,
    answer: Any,
    reasoning: str,
    edge_case: str | None,
    *,
    guideline: str | None = None,
    swapped: bool | None = None,
    now: datetime,
) -> None:
    """Rule on a case with a valid answer; the same ruling again changes nothing. `edge_case` is what the guideline
    does not cover, `guideline` the version of it that stood beside the case, `swapped` how two answers stood side by
    side. Raises WorkError, DatabaseError.
    """
    ruling = {
        "answer": as_json(answer),
        "reasoning": plain(reasoning, "reasoning"),
        "edge_case": plain(edge_case, "edge case") or None if edge_case else None,
    }
    with database.write() as connection:
        row = _own(connection, reviewer, case_id)
        if row.state == "ruled" and _same(row, reviewer, ruling):
            return
        refusal = _refusal(row, reviewer)
        if refusal is None:
            _keep(connection, reviewer, row, ruling | {"guideline": guideline, "swapped": swapped}, now)
        did = "ruled on" if refusal is None else "was refused a ruling on"
        detail = {"item": row.item_id, **ruling} | ({} if refusal is None else {"why": refusal})
        audit.record(connection, reviewer.code, did, case_id, at=now, project=row.project, **detail)
    if refusal:
        raise WorkError(refusal)


def put_back(database: Database, reviewer: Account, case_id: str, *, now: datetime) -> None:
    """Leave a case to somebody else; it comes to this reviewer last. Raises WorkError, DatabaseError."""
    with database.write() as connection:
        row = _own(connection, reviewer, case_id)
        if row.state != "waiting" or row.account_id != reviewer.account_id:
            return
        again = put_backs.c.case_id == case_id, put_backs.c.account_id == reviewer.account_id
        if connection.execute(select(put_backs).where(*again)).first() is None:
            connection.execute(put_backs.insert().values(case_id=case_id, account_id=reviewer.account_id))
        freed = {"account_id": None, "lease_until": None, "draft": None, "draft_reasoning": None}
        connection.execute(update(cases).where(cases.c.case_id == case_id).values(freed))
        audit.record(connection, reviewer.code, "put back the case", case_id, at=now, project=row.project)


def _waiting(reviewer: Account, project: str, now: datetime) -> Any:
    mine = and_(cases.c.account_id == reviewer.account_id, cases.c.lease_until >= now)
    free = or_(cases.c.account_id.is_(None), cases.c.lease_until < now)
    left = exists().where(put_backs.c.case_id == cases.c.case_id, put_backs.c.account_id == reviewer.account_id)
    return (
        select(cases)
        .where(cases.c.project == project, cases.c.state == "waiting", or_(mine, free), ~_answered(reviewer))
        .order_by(func.coalesce(mine, false()).desc(), left, cases.c.priority.desc(), cases.c.case_id)
        .limit(1)
    )


def _answered(reviewer: Account) -> ColumnElement[bool]:
    return exists().where(
        tasks.c.project == cases.c.project,
        tasks.c.account_id == reviewer.account_id,
        tasks.c.item_id == cases.c.item_id,
        or_(tasks.c.state.in_(("answered", "handed_in")), tasks.c.first_answer.is_not(None)),
    )


def _own(connection: Connection, reviewer: Account, case_id: str) -> Record:
    """A case this reviewer may rule on. Raises WorkError, the same for no case and for one they answered."""
    row = connection.execute(select(cases).where(cases.c.case_id == case_id, ~_answered(reviewer))).one_or_none()
    if row is None:
        raise WorkError("there is no such case", 404)
    check_member(reviewer, row.project)
    return row


def _refusal(row: Record, reviewer: Account) -> str | None:
    """Why this reviewer cannot rule on it; a lease that is over does no harm as long as nobody else has the case."""
    if row.state != "waiting":
        return RULED if row.state == "ruled" else CLOSED
    if row.account_id == reviewer.account_id:
        return None
    if row.account_id is None:
        return "ask for a case first; this one is nobody's"
    return TAKEN


def _same(row: Record, reviewer: Account, ruling: dict[str, str | None]) -> bool:
    return row.adjudicator == reviewer.code and all(getattr(row, name) == value for name, value in ruling.items())


def _keep(connection: Connection, reviewer: Account, row: Record, ruling: dict[str, Any], now: datetime) -> None:
    facts = {"state": "ruled", "adjudicator": reviewer.code, "ruled_at": now, "draft": None, "draft_reasoning": None}
    connection.execute(update(cases).where(cases.c.case_id == row.case_id).values(facts | ruling))
    webhooks.enqueue(connection, row.project, "case.ruled", {"case": row.case_id}, now=now)


def _shown(row: Record) -> CaseTask:
    draft = None if row.draft is None else Draft(json.loads(row.draft), row.draft_reasoning or "")
    blind = bool(row.blind)
    return CaseTask(
        case_id=row.case_id,
        project=row.project,
        input=json.loads(row.input),
        opinions=() if blind else _opinions(row),
        why="" if blind else row.why,
        lease_until=row.lease_until,
        draft=draft,
        blind=blind,
    )


def _opinions(row: Record) -> tuple[Opinion, ...]:
    return tuple(Opinion(**opinion) for opinion in json.loads(row.opinions))
