"""Erasing items from the workbench's store: open work is cancelled, answers are emptied, turns keep their place.

How much somebody did, when, and how much of it was right stays known. The audit says of its entries that they were
emptied; only here it lets itself be changed.
"""

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, delete, false, insert, literal, or_, select, update

from gt_platform.labeling.base import Forgetting, Forgotten
from gt_platform.workbench.store.account_tables import webhook_outbox
from gt_platform.workbench.store.append_only import loosened
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError
from gt_platform.workbench.store.tables import audit, cases, discussion, honeypots, items, seats, tasks

ERASED = '"[erased]"'
EMPTIED = '{"erased":true}'
"""What an entry of the audit says that was emptied."""
SWEPT = 6
"""Characters of an id or a text from which it is looked for within others: a shorter one is in every second."""
WIPED = ("audit", "cases", "discussion", "honeypots", "items", "seats", "tasks", "webhook_outbox")


EMPTY: Select[Any] = (
    select(audit.c.number)
    .where(audit.c.project == bindparam("project"), audit.c.detail == EMPTIED)
    .order_by(audit.c.number)
)
"""Those emptied before, too: whoever was killed then has not told the lake of them."""


def forget(database: Database, project: str, what: Forgetting) -> Forgotten:
    """Forget the items of a project. Raises DatabaseError."""
    with database.write() as connection:
        found = [_forget(connection, project, item, becomes, what.assignments) for item, becomes in what.items.items()]
        abouts = [about for one in found for about in one]
        _empty_discussion(connection, project, what)
        numbers = _empty_audit(connection, project, abouts, [*what.items, *what.texts])
        for word in _words([*what.items, *what.assignments, *what.texts]):
            connection.execute(delete(webhook_outbox).where(webhook_outbox.c.body.contains(word, autoescape=True)))
    wipe(database)
    return Forgotten(tasks=len(abouts), audit=numbers)


def wipe(database: Database) -> None:
    """Overwrite what was deleted, copies from before a migration included. Raises DatabaseError."""
    sqlite = database.engine.dialect.name == "sqlite"
    connection = database.engine.raw_connection()
    with closing(connection):
        if sqlite:
            cursor = connection.cursor()
            cursor.execute("VACUUM")
            if cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise DatabaseError("the workbench's store is being read; erase again, or stop `gt workbench` first")
            file = Path(str(database.engine.url.database))
            for copy in file.parent.glob(f"{file.stem}.[0-9][0-9][0-9][0-9]{file.suffix}"):
                copy.unlink(missing_ok=True)
        else:
            connection.driver_connection.autocommit = True  # type: ignore[union-attr]  # psycopg2's
            for name in WIPED:
                connection.cursor().execute(f"VACUUM FULL {name}")


def _forget(connection: Connection, project: str, item: str, becomes: str, assignments: Mapping[str, str]) -> list[str]:
    """Empty all that is of one item; returns its tasks and cases, which the audit is about."""
    turns = tasks.c.project == project, tasks.c.item_id == item
    ruled = cases.c.project == project, cases.c.item_id == item
    abouts = [str(one) for one in connection.execute(select(tasks.c.task_id).where(*turns)).scalars()]
    abouts += [str(one) for one in connection.execute(select(cases.c.case_id).where(*ruled)).scalars()]
    seated = select(seats).where(seats.c.project == project, seats.c.item_id == item)
    for seat in connection.execute(seated).mappings().all():
        _reseat(connection, dict(seat), becomes, assignments)
    open_ = tasks.c.state.in_(("open", "answered"))
    connection.execute(
        update(tasks).where(*turns).values(
            item_id=becomes, honeypot_id=None, draft=None, draft_comment=None, comment=None, remark=None,
            answer=_erased(tasks.c.answer), first_answer=_erased(tasks.c.first_answer),
            why=case((open_, "withdrawn"), else_=tasks.c.why), state=case((open_, "returned"), else_=tasks.c.state),
        )
    )  # fmt: skip
    connection.execute(
        update(cases).where(*ruled).values(
            item_id=becomes, answers_digest=cases.c.case_id, input=ERASED, opinions="[]", why="[erased]", draft=None,
            draft_reasoning=None, answer=_erased(cases.c.answer), reasoning=_erased(cases.c.reasoning), edge_case=None,
            state=case((cases.c.state == "waiting", "closed"), else_=cases.c.state),
        )
    )  # fmt: skip
    connection.execute(delete(honeypots).where(honeypots.c.project == project, honeypots.c.item_id == item))
    connection.execute(delete(items).where(items.c.project == project, items.c.item_id == item))
    return abouts


def _reseat(connection: Connection, seat: dict[str, Any], becomes: str, assignments: Mapping[str, str]) -> None:
    """Give a seat an id that is no digest of what it asked; tasks refer to it, so the new one comes first."""
    was = seat["assignment_id"]
    state = "withdrawn" if seat["state"] in {"free", "held"} else seat["state"]
    other = f"{becomes[:40]}-{seat['round']}-{seat['slot']}"  # of one that the lake does not know
    anew = {"assignment_id": assignments.get(was, other), "item_id": becomes, "place": 0}
    connection.execute(insert(seats).values(seat | anew | {"state": state}))
    held = tasks.c.assignment_id == was
    connection.execute(update(tasks).where(held, tasks.c.state == "open").values(state="returned", why="withdrawn"))
    connection.execute(update(tasks).where(held).values(assignment_id=anew["assignment_id"]))
    connection.execute(delete(seats).where(seats.c.assignment_id == was))


def _erased(column: Any) -> Any:
    return case((column.is_(None), None), else_=literal(ERASED))


def _empty_discussion(connection: Connection, project: str, what: Forgetting) -> None:
    """What was said of their items, and what quotes them elsewhere: that something was, and by whom, stays known."""
    quoted = [discussion.c.text.contains(word, autoescape=True) for word in what.texts if len(word) >= SWEPT]
    mine = discussion.c.project == project
    with loosened(connection):
        for item, becomes in what.items.items():
            theirs = {"item_id": becomes, "case_id": becomes[:32], "text": ERASED}
            connection.execute(update(discussion).where(mine, discussion.c.item_id == item).values(theirs))
        connection.execute(update(discussion).where(mine, or_(false(), *quoted)).values(text=ERASED))


def _empty_audit(connection: Connection, project: str, abouts: list[str], words: list[str]) -> list[int]:
    told = [audit.c.detail.contains(word, autoescape=True) for word in _words(words)]
    which: Select[Any] = select(audit.c.number).where(
        audit.c.project == project, or_(audit.c.about.in_(abouts), *told), audit.c.detail != EMPTIED
    )
    numbers = [int(one) for one in connection.execute(which).scalars()]
    if numbers:
        with loosened(connection):
            connection.execute(update(audit).where(audit.c.number.in_(numbers)).values(detail=EMPTIED))
    return [int(one) for one in connection.execute(EMPTY, {"project": project}).scalars()]


def _words(words: list[str]) -> list[str]:
    return [json.dumps(word, ensure_ascii=False)[1:-1] for word in words if len(word) >= SWEPT]
