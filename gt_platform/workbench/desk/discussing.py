"""Threads on hard cases: what experts say of one, each first without the others before them, and the rule it came to.

Whoever leads sees a thread as it is. Whoever labels or reviews sees what others answered and said of an item once
they answered it or said something themselves, and nothing while it is being asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, insert, or_, select

from gt_platform.lake.views.hard_cases import DISCUSSED, RESOLVED
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.tables import cases, discussion, honeypots, seats, tasks
from gt_platform.workbench.store.texts import plain

ASKED = "Its item is being asked at this moment: once the answers are in it can be talked about."


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What somebody said, by the code of their account; `rule` where it closed the case."""

    who: str
    at: datetime
    text: str
    rule: str | None


@dataclass(frozen=True, kw_only=True)
class Thread:
    """All that was said of a case; `rule` is the last one that closed it.

    It is `open` to whoever asks or not yet: then nothing of it may reach them. `waits` says why they cannot speak.
    """

    remarks: tuple[Remark, ...]
    open: bool
    waits: str | None

    @property
    def rule(self) -> str | None:
        """What it was closed by, in the end."""
        return next((one.rule for one in reversed(self.remarks) if one.rule), None)


def threads(database: Database, project: str) -> Mapping[str, tuple[int, str | None]]:
    """Of each case that was talked about: how many remarks there are, and the last rule that closed it."""
    said = discussion.c
    found: dict[str, tuple[int, str | None]] = {}
    with database.read() as connection:
        rows = connection.execute(select(said.case_id, said.rule).where(said.project == project).order_by(said.number))
        for row in rows:
            count, rule = found.get(row.case_id, (0, None))
            found[row.case_id] = count + 1, row.rule or rule
    return found


def known_items(database: Database, project: str) -> frozenset[str]:
    """Items whose known answer is mixed into people's work: what is talked about would give them away."""
    pots = honeypots.c.project == project, honeypots.c.active
    with database.read() as connection:
        return frozenset(connection.execute(select(honeypots.c.item_id).where(*pots)).scalars())


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What of cases somebody may see: all of it, or of `items` and `cases` that they gave an opinion on, unless an item
    is being `asked`.
    """

    all: bool
    items: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()

    def of(self, case_id: str, item: str) -> bool:
        """Whether the thread of a case is open to them."""
        return self.all or (item not in self.asked and (item in self.items or case_id in self.cases))


def sight(database: Database, account: Account, project: str) -> Sight:
    """What `thread` says of each case, for all of them at once. Raises DatabaseError."""
    if account.may({"lead"}):
        return Sight(all=True)
    turns, ruled, said = tasks.c, cases.c, discussion.c
    theirs = turns.project == project, turns.account_id == account.account_id, turns.first_answer.is_not(None)
    own = ruled.project == project, ruled.adjudicator == account.code
    spoken = said.project == project, said.account_id == account.account_id
    waiting = seats.c.project == project, seats.c.state.in_(("free", "held"))
    with database.read() as connection:
        found = [
            frozenset(connection.execute(select(column).where(*which)).scalars())
            for column, which in (
                (turns.item_id, theirs), (ruled.item_id, own), (said.case_id, spoken), (seats.c.item_id, waiting)
            )
        ]  # fmt: skip
    return Sight(all=False, items=found[0] | found[1], cases=found[2], asked=found[3])


def thread(database: Database, account: Account, project: str, case_id: str, item: str) -> Thread:
    """The thread of a case as this account may see it. Raises DatabaseError."""
    with database.read() as connection:
        return _thread(connection, account, project, case_id, item)


def say(
    database: Database, account: Account, project: str, case_id: str, item: str, text: str, *, now: datetime
) -> None:
    """Say something of a case; it stays. Raises WorkError, DatabaseError."""
    said = plain(text, "opinion")
    if not said:
        raise WorkError("write what you think of it", 422)
    with database.write() as connection:
        if waits := _thread(connection, account, project, case_id, item).waits:
            raise WorkError(waits, 409)
        _keep(connection, account, project, case_id, item, said, None, now)
        audit.record(connection, account.code, DISCUSSED, case_id, at=now, project=project, item=item)


def close(
    database: Database, lead: Account, project: str, case_id: str, item: str, rule: str, text: str, *, now: datetime
) -> None:
    """Say by which rule a case is resolved. Raises WorkError, DatabaseError."""
    said = plain(text, "reason")
    with database.write() as connection:
        if _thread(connection, lead, project, case_id, item).rule == rule:
            return
        _keep(connection, lead, project, case_id, item, said, rule, now)
        audit.record(connection, lead.code, RESOLVED, case_id, at=now, project=project, item=item, rule=rule)


def _keep(
    connection: Connection, account: Account, project: str, case_id: str, item: str, text: str, rule: str | None,
    now: datetime,
) -> None:  # fmt: skip
    facts = {"project": project, "case_id": case_id, "item_id": item, "account_id": account.account_id}
    connection.execute(insert(discussion).values(**facts, code=account.code, at=now, text=text, rule=rule))


def _thread(connection: Connection, account: Account, project: str, case_id: str, item: str) -> Thread:
    said = discussion.c
    which = said.project == project, said.case_id == case_id
    rows = connection.execute(select(discussion).where(*which).order_by(said.number)).all()
    leads = account.may({"lead"})
    asked = not leads and _is_asked(connection, project, item)
    own = any(row.account_id == account.account_id for row in rows) or _answered(connection, account, project, item)
    return Thread(
        remarks=tuple(Remark(who=row.code, at=row.at, text=row.text, rule=row.rule) for row in rows),
        open=leads or (own and not asked),
        waits=ASKED if asked else None,
    )


def _is_asked(connection: Connection, project: str, item: str) -> bool:
    theirs = and_(seats.c.project == project, seats.c.item_id == item, seats.c.state.in_(("free", "held")))
    return bool(connection.execute(select(exists().where(theirs))).scalar())


def _answered(connection: Connection, account: Account, project: str, item: str) -> bool:
    """Whether they answered the item, or ruled on it."""
    turn = and_(
        tasks.c.project == project,
        tasks.c.item_id == item,
        tasks.c.account_id == account.account_id,
        tasks.c.first_answer.is_not(None),
    )
    ruled = and_(cases.c.project == project, cases.c.item_id == item, cases.c.adjudicator == account.code)
    return bool(connection.execute(select(or_(exists().where(turn), exists().where(ruled)))).scalar())
