"""Everything anybody does to work or accounts, and everything that is done to work by itself: append-only."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select

from gt_platform.canonical import canonical
from gt_platform.labeling.messages import AuditEntry
from gt_platform.workbench.store import tables

ENTRY = insert(tables.audit)
ITSELF = "workbench"
"""Who did what nobody did: leases that expire, work that is withdrawn."""


def record(
    connection: Connection,
    who: str,
    did: str,
    about: str | None = None,
    *,
    at: datetime | None = None,
    project: str | None = None,
    **detail: Any,
) -> None:
    """One entry, in the transaction of what it tells; `who` is an account's code. `at` is now unless given."""
    moment = at or datetime.now(UTC)
    row = {"at": moment, "project": project, "who": who, "did": did, "about": about, "detail": canonical(detail)}
    connection.execute(ENTRY, row)


def entries(connection: Connection, project: str, after: int) -> Iterator[AuditEntry]:
    """What was done in a project, and to accounts, numbered above `after`, in order."""
    mine = or_(tables.audit.c.project == project, tables.audit.c.project.is_(None))
    return _entries(connection, tables.audit.c.number > after, mine)


def about(connection: Connection, project: str, code: str, did: Iterable[str]) -> list[AuditEntry]:
    """Which of these things were done to somebody in a project, in order."""
    entry = tables.audit.c
    return list(_entries(connection, entry.project == project, entry.about == code, entry.did.in_(list(did))))


def _entries(connection: Connection, *which: ColumnElement[bool]) -> Iterator[AuditEntry]:
    query = select(tables.audit).where(*which).order_by(tables.audit.c.number)
    for row in connection.execute(query):
        yield AuditEntry(
            number=row.number, at=row.at, who=row.who, did=row.did, about=row.about, detail=json.loads(row.detail)
        )
