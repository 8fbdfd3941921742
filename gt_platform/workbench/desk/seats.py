"""Which assignments an annotator may be given, in which order, and taking over those another has not looked at."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, null, or_, select, update

from gt_platform.canonical import number
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.tables import Record, batches, demands, seats, tasks

PLACES = 2**31
MOST_URGENT = -(2**62)

_theirs = tasks.alias("theirs")
_in_this_round = and_(
    _theirs.c.assignment_id.is_not(None), _theirs.c.round == seats.c.round, _theirs.c.state != "returned"
)
_as_honeypot = and_(
    _theirs.c.honeypot_id.is_not(None), or_(_theirs.c.state != "returned", _theirs.c.opened_at.is_not(None))
)
MAY_HAVE = ~exists().where(
    _theirs.c.project == seats.c.project,
    _theirs.c.account_id == bindparam("whose"),
    _theirs.c.item_id == seats.c.item_id,
    or_(_in_this_round, _as_honeypot),
)
"""That the annotator `whose` has not had the seat's item in this round, nor as a honeypot."""
_ABLE = seats.c.requires.in_(bindparam("able", expanding=True))
_FREE = seats.c.project == bindparam("of"), seats.c.state == "free"
_NOBODYS = null().label("task_id"), null().label("batch_id"), null().label("code")
# a stretch of the ring of places, among assignments of one urgency
STRETCH = (
    select(seats.c.assignment_id, seats.c.item_id, seats.c.round, seats.c.place, *_NOBODYS)
    .where(*_FREE, seats.c.urgency == bindparam("urgency"), _ABLE, MAY_HAVE)
    .where(seats.c.place > bindparam("beyond"), seats.c.place < bindparam("until"))
    .order_by(seats.c.place, seats.c.assignment_id)
    .limit(bindparam("several"))
)
NEXT_URGENCY = select(func.min(seats.c.urgency)).where(*_FREE, seats.c.urgency > bindparam("after"))
DEMANDS = select(demands.c.requires).where(demands.c.project == bindparam("of"))


def place_of(text: str) -> int:
    """Where on the ring of places something stands, 0 to PLACES - 1."""
    return number(text) % PLACES


def urgency_of(priority: int, begun: bool) -> int:
    """The order in which assignments are given out, lowest first: by priority, then items that have answers."""
    return -2 * priority - begun


def satisfied(connection: Connection, annotator: Account, project: str) -> list[str]:
    """Those demands of the project which this annotator's abilities meet."""
    asked = connection.execute(DEMANDS, {"of": project}).scalars()
    return [requires for requires in asked if annotator.abilities.issuperset(json.loads(requires))]


def free_for(
    connection: Connection, annotator: Account, project: str, requires: Collection[str], limit: int
) -> list[Record]:
    """Free assignments this annotator may have, the most urgent first, at most one of each item.

    Those of the same urgency stand on a ring, and each annotator walks it from a place of their own, so that not
    everybody begins with the same item.
    """
    found: dict[str, Record] = {}
    start = place_of(f"{project}\n{annotator.code}")
    given = {"of": project, "whose": annotator.account_id, "able": requires, "several": 4 * limit}
    urgency = _next_urgency(connection, project, MOST_URGENT)
    while urgency is not None and len(found) < limit:
        for beyond, until in ((start - 1, PLACES), (-1, start)):
            _walk(connection, given | {"urgency": urgency, "beyond": beyond, "until": until}, found, limit)
        urgency = _next_urgency(connection, project, urgency)
    return list(found.values())


def count_for(connection: Connection, annotator: Account, project: str, limit: int) -> int:
    """How many items there are to give to this annotator, up to a limit."""
    found = select(seats.c.item_id).where(*_FREE, _ABLE, MAY_HAVE).limit(4 * limit).subquery()
    given = {"of": project, "whose": annotator.account_id, "able": satisfied(connection, annotator, project)}
    return min(limit, connection.execute(select(func.count(found.c.item_id.distinct())), given).scalar() or 0)


def unopened_for(
    connection: Connection, annotator: Account, project: str, requires: Collection[str], limit: int
) -> list[Record]:
    """What they may take over: half of what the one with the most unopened tasks has not opened, last first."""
    of_batch: dict[str, list[Record]] = defaultdict(list)
    for row in _unopened(connection, annotator, project, requires):
        of_batch[row.batch_id].append(row)
    if not of_batch:
        return []
    richest = min(of_batch.values(), key=lambda rows: (-len(rows), rows[0].active_at, rows[0].batch_id))
    return richest[: min(limit, (len(richest) + 1) // 2)]


def take_over(connection: Connection, annotator: Account, project: str, rows: Sequence[Record], now: datetime) -> None:
    """End the turns of whoever had these assignments; those that were free had none."""
    turns = [row for row in rows if row.task_id is not None]
    these = tasks.c.task_id.in_([row.task_id for row in turns])
    connection.execute(update(tasks).where(these).values(state="returned", why="taken over"))
    for row in turns:
        audit.record(connection, annotator.code, "took over", row.task_id, at=now, project=project, of=row.code)
    if turns:
        _leave_no_honeypots_alone(connection, turns[0].batch_id)


def _next_urgency(connection: Connection, project: str, after: int) -> int | None:
    return connection.execute(NEXT_URGENCY, {"of": project, "after": after}).scalar()


def _walk(connection: Connection, given: dict[str, Any], found: dict[str, Record], limit: int) -> None:
    """Follow the ring until there is enough; an item's assignments share a place, and the first one will do."""
    while len(found) < limit:
        rows = connection.execute(STRETCH, given).all()
        for row in rows:
            if len(found) < limit:
                found.setdefault(row.item_id, row)
        if len(rows) < given["several"]:
            return
        given["beyond"] = rows[-1].place


def _unopened(connection: Connection, annotator: Account, project: str, requires: Collection[str]) -> Sequence[Record]:
    wanted = select(
        tasks.c.task_id, tasks.c.batch_id, tasks.c.code, tasks.c.assignment_id, tasks.c.item_id, tasks.c.round,
        batches.c.active_at,
    )  # fmt: skip
    unopened = tasks.c.project == project, tasks.c.state == "open", tasks.c.opened_at.is_(None)
    query = (
        wanted.join_from(tasks, batches)
        .join(seats, seats.c.assignment_id == tasks.c.assignment_id)
        .where(*unopened, tasks.c.account_id != annotator.account_id, seats.c.state == "held", _ABLE, MAY_HAVE)
        .order_by(tasks.c.position.desc())
    )
    return connection.execute(query, {"whose": annotator.account_id, "able": requires}).all()


def _leave_no_honeypots_alone(connection: Connection, batch_id: str) -> None:
    """Whoever is left with nothing but honeypots would know them by that."""
    unopened = and_(tasks.c.batch_id == batch_id, tasks.c.state == "open", tasks.c.opened_at.is_(None))
    asked = connection.execute(select(func.count()).where(unopened, tasks.c.assignment_id.is_not(None))).scalar()
    if not asked:
        connection.execute(update(tasks).where(unopened).values(state="returned", why="taken over"))
