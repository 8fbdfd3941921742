"""Taking over what the platform asks for: assignments become seats. What else people may see is in briefing.py."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from gt_platform.canonical import canonical, in_order
from gt_platform.labeling.messages import Assignment
from gt_platform.workbench.desk.seats import place_of, urgency_of
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.tables import demands, items, seats, tasks

CHUNK = 200
"""Rows a turn at writing takes: some milliseconds, so that people do not notice."""


def chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """The rows in lists of at most CHUNK."""
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def take_in(database: Database, project: str, assignments: Sequence[Assignment], now: datetime) -> None:
    """Make a seat of each assignment there is none of, follow what changed, and take back what is asked no more."""
    for chunk in chunks(assignments):
        with database.write() as connection:
            keep_items(connection, project, {one.item_id: (one.input, one.suggestion) for one in chunk})
            _seat(connection, project, chunk)
    asked = {one.assignment_id for one in assignments}
    with database.read() as connection:
        open_seats = seats.c.project == project, seats.c.state.in_(("free", "held"))
        known = connection.execute(select(seats.c.assignment_id).where(*open_seats)).scalars().all()
    for chunk in chunks(sorted(set(known) - asked)):
        with database.write() as connection:
            _withdraw(connection, project, chunk, now)


def keep_items(connection: Connection, project: str, shown: dict[str, tuple[Any, Any]]) -> None:
    """Keep what is shown for items, by their id: the input and, where there is one, the suggestion."""
    mine = items.c.project == project
    kept = {
        row.item_id: row.suggestion
        for row in connection.execute(
            select(items.c.item_id, items.c.suggestion).where(mine, items.c.item_id.in_(list(shown)))
        )
    }
    texts = {
        item: (in_order(given), None if hint is None else canonical(hint)) for item, (given, hint) in shown.items()
    }
    new = [
        {"project": project, "item_id": item, "input": given, "suggestion": hint}
        for item, (given, hint) in texts.items()
        if item not in kept
    ]
    if new:
        connection.execute(insert(items), new)
    for item, (_, hint) in texts.items():
        if item in kept and hint is not None and hint != kept[item]:
            connection.execute(update(items).where(mine, items.c.item_id == item).values(suggestion=hint))


def keep_demand(connection: Connection, project: str, asked: set[str]) -> None:
    """Know every set of abilities that is asked for."""
    known = set(connection.execute(select(demands.c.requires).where(demands.c.project == project)).scalars())
    new = [{"project": project, "requires": requires} for requires in sorted(asked - known)]
    if new:
        connection.execute(insert(demands), new)


def demand(requires: Iterable[str]) -> str:
    """The one text of a set of abilities."""
    return canonical(sorted(set(requires)))


def _seat(connection: Connection, project: str, chunk: Sequence[Assignment]) -> None:
    keep_demand(connection, project, {demand(one.requires) for one in chunk})
    known = {
        row.assignment_id: row
        for row in connection.execute(
            select(seats).where(seats.c.assignment_id.in_([one.assignment_id for one in chunk]))
        )
    }
    new = [one for one in chunk if one.assignment_id not in known]
    if new:
        rounds = _rounds(connection, project, new)
        connection.execute(insert(seats), [_row(project, one, rounds[one.assignment_id]) for one in new])
    for one in chunk:
        row = known.get(one.assignment_id)
        if row is not None and row.state == "withdrawn":
            _ask_again(connection, one)
        if row is not None and (row.priority, row.requires) != (one.priority, demand(one.requires)):
            _follow(connection, one, begun=row.urgency % 2 == 1)


def _row(project: str, one: Assignment, round_: int) -> dict[str, Any]:
    return {
        "assignment_id": one.assignment_id,
        "project": project,
        "item_id": one.item_id,
        "slot": one.slot,
        "round": round_,
        "priority": one.priority,
        "urgency": urgency_of(one.priority, begun=False),
        "place": place_of(one.item_id),
        "requires": demand(one.requires),
        "state": "free",
    }


def _rounds(connection: Connection, project: str, new: Sequence[Assignment]) -> dict[str, int]:
    """The round of each new assignment: a slot asked before means that its item is asked anew, from everybody."""
    taken: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    of_items = and_(seats.c.project == project, seats.c.item_id.in_({one.item_id for one in new}))
    for row in connection.execute(select(seats.c.item_id, seats.c.round, seats.c.slot).where(of_items)):
        taken[row.item_id][row.round].add(row.slot)
    rounds = {}
    for one in sorted(new, key=lambda one: one.slot):
        latest = max(taken[one.item_id], default=1)
        rounds[one.assignment_id] = latest + (one.slot in taken[one.item_id][latest])
        taken[one.item_id][rounds[one.assignment_id]].add(one.slot)
    return rounds


def _ask_again(connection: Connection, one: Assignment) -> None:
    """What was taken back is wanted after all: whoever answered it meanwhile still holds it."""
    holding = and_(tasks.c.assignment_id == one.assignment_id, tasks.c.state.in_(("open", "answered", "handed_in")))
    state = connection.execute(select(tasks.c.state).where(holding)).scalar()
    now_is = {None: "free", "handed_in": "handed_in"}.get(state, "held")
    connection.execute(update(seats).where(seats.c.assignment_id == one.assignment_id).values(state=now_is))


def _follow(connection: Connection, one: Assignment, *, begun: bool) -> None:
    changed = {
        "priority": one.priority,
        "urgency": urgency_of(one.priority, begun),
        "requires": demand(one.requires),
    }
    connection.execute(update(seats).where(seats.c.assignment_id == one.assignment_id).values(changed))


def _withdraw(connection: Connection, project: str, assignment_ids: Sequence[str], now: datetime) -> None:
    these = seats.c.assignment_id.in_(assignment_ids)
    still = and_(these, seats.c.state.in_(("free", "held")))
    connection.execute(update(seats).where(still).values(state="withdrawn"))
    open_tasks = and_(tasks.c.assignment_id.in_(assignment_ids), tasks.c.state == "open")
    for task_id in connection.execute(select(tasks.c.task_id).where(open_tasks)).scalars().all():
        audit.record(connection, audit.ITSELF, "withdrew", task_id, at=now, project=project)
    connection.execute(update(tasks).where(open_tasks).values(state="returned", why="withdrawn"))
