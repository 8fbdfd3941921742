"""Making a batch: of what is free, else of what others have not looked at, with honeypots among it."""

import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import honeypots, seats
from gt_platform.workbench.desk.closing import release_expired_in
from gt_platform.workbench.desk.showing import Nothing
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.rules import Rules
from gt_platform.workbench.store.tables import Record, batches, tasks
from gt_platform.workbench.store.tables import seats as seat_table

DONE = "There is nothing for you to do right now. New work comes in every day."
QUOTA = "You have answered the {quota} tasks that are your share of a day. Thank you; there is more tomorrow."
NO_DRAFT: dict[str, Any] = {"draft": None, "draft_comment": None}


def new_batch(
    connection: Connection, annotator: Account, project: str, agreed: Rules, now: datetime, chance: Random
) -> Nothing | None:
    """Begin a batch for an annotator without one, or say why not."""
    release_expired_in(connection, now)
    size = min(agreed.batch, left_today(connection, annotator, now))
    if size <= 0:
        return Nothing(reason="quota", text=QUOTA.format(quota=annotator.daily_quota))
    requires = seats.satisfied(connection, annotator, project)
    known = honeypots.known_to(connection, annotator, project)
    asked = seats.free_for(connection, annotator, project, requires, size)
    asked = asked or seats.unopened_for(connection, annotator, project, requires, size)
    if not asked:
        return Nothing(reason="done", text=DONE)
    first = honeypots.newcomers(agreed, known, len(asked), size, chance)
    count = min(size, first + honeypots.sprinkled(agreed, len(asked), size - first, chance))
    able = honeypots.never_had(connection, annotator, project, agreed, requires) if count else []
    pots = honeypots.chosen(able, asked, known, count, chance)
    honeypots.count_shown(connection, project, pots)
    chosen = honeypots.mixed(pots, asked[: size - len(pots)], chance)
    seats.take_over(connection, annotator, project, [one for one in chosen if not _is_honeypot(one)], now)
    _hand_out(connection, annotator, project, chosen, agreed, now)
    return None


def left_today(connection: Connection, annotator: Account, now: datetime) -> int:
    """How many more tasks the annotator may be given today (UTC)."""
    if annotator.daily_quota is None:
        return sys.maxsize
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = or_(tasks.c.first_answered_at >= midnight, tasks.c.state == "open")
    mine = select(func.count()).where(tasks.c.account_id == annotator.account_id, counted)
    return annotator.daily_quota - (connection.execute(mine).scalar() or 0)


def _hand_out(
    connection: Connection, annotator: Account, project: str, chosen: Sequence[Any], agreed: Rules, now: datetime
) -> None:
    _close_emptied(connection, annotator, project, now)
    batch_id = secrets.token_hex(16)
    mine = {"batch_id": batch_id, "project": project, "account_id": annotator.account_id}
    lease = now + timedelta(minutes=agreed.lease_minutes)
    connection.execute(
        insert(batches).values(state="open", attempt=0, made_at=now, active_at=now, lease_until=lease, **mine)
    )
    drafts = _drafts(connection, annotator, project, [one.item_id for one in chosen])
    turns = [
        _turn(one, position) | mine | {"code": annotator.code} | drafts.get(one.item_id, NO_DRAFT)
        for position, one in enumerate(chosen, 1)
    ]
    connection.execute(insert(tasks), turns)
    held = [turn["assignment_id"] for turn in turns if turn["assignment_id"] is not None]
    connection.execute(update(seat_table).where(seat_table.c.assignment_id.in_(held)).values(state="held"))
    audit.record(connection, annotator.code, "was given", batch_id, at=now, project=project, tasks=len(turns))


def _close_emptied(connection: Connection, annotator: Account, project: str, now: datetime) -> None:
    """An open batch without a task has lost them all to others."""
    theirs = and_(batches.c.project == project, batches.c.account_id == annotator.account_id, batches.c.state == "open")
    connection.execute(update(batches).where(theirs).values(state="expired", closed_at=now))


def _turn(one: Record, position: int) -> dict[str, Any]:
    pot = _is_honeypot(one)
    return {
        "task_id": secrets.token_hex(16),
        "item_id": one.item_id,
        "round": 0 if pot else one.round,
        "assignment_id": None if pot else one.assignment_id,
        "honeypot_id": one.honeypot_id if pot else None,
        "position": position,
        "state": "open",
        "not_covered": False,
        "suggested": False,
        "look_again": False,
        "looked": 0,
    }


def _is_honeypot(one: Record) -> bool:
    return hasattr(one, "honeypot_id")


def _drafts(connection: Connection, annotator: Account, project: str, item_ids: list[str]) -> dict[str, dict[str, Any]]:
    """What this annotator typed for these items before somebody else was to have them."""
    mine = and_(tasks.c.project == project, tasks.c.account_id == annotator.account_id, tasks.c.item_id.in_(item_ids))
    kept = select(tasks.c.item_id, tasks.c.draft, tasks.c.draft_comment).where(mine, tasks.c.draft.is_not(None))
    return {
        row.item_id: {"draft": row.draft, "draft_comment": row.draft_comment}
        for row in connection.execute(kept.order_by(tasks.c.opened_at))
    }
