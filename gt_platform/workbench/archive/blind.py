"""Whom the truth of an item would lead: whoever is yet to answer it must not read the answer here."""

from sqlalchemy import and_, or_, select

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.tables import cases, tasks


def to_be_answered(database: Database, account: Account, project: str) -> frozenset[str]:
    """The items that somebody has in hand, and those that reviewers are to answer blind. Raises DatabaseError."""
    held = select(tasks.c.item_id).where(
        tasks.c.project == project, tasks.c.account_id == account.account_id, tasks.c.state.in_(["open", "answered"])
    )
    waiting = and_(cases.c.project == project, cases.c.state == "waiting", cases.c.blind.is_(True))
    blind = select(cases.c.item_id).where(waiting, or_(cases.c.opened.is_(None), cases.c.opened.is_(False)))
    with database.read() as connection:
        items = set(connection.execute(held).scalars())
        return frozenset(items | (set(connection.execute(blind).scalars()) if account.may({"reviewer"}) else set()))
