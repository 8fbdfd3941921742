"""Taking over a briefing: what people may be shown and told from now on, in place of the briefing before."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from gt_platform.canonical import canonical, in_order
from gt_platform.labeling.messages import Board, Briefing, Case, Honeypot, Standing
from gt_platform.workbench.accounts.people import account_by_code
from gt_platform.workbench.desk.closing import end_open
from gt_platform.workbench.exchange.sending import demand, keep_demand, keep_items
from gt_platform.workbench.hooks import webhooks
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.tables import cases, honeypots, projects, standings


def take_over(connection: Connection, project: str, briefing: Briefing, now: datetime) -> None:
    """Replace pool, cases, standings and board of a project."""
    _pool(connection, project, briefing.honeypots)
    _cases(connection, project, briefing.cases)
    _standings(connection, project, briefing.standings, now)
    board = {"board": canonical(asdict(briefing.board)), "briefed_at": now}
    connection.execute(update(projects).where(projects.c.project == project).values(board))


def board_of(text: str | None) -> Board:
    """The board in a row of `projects`."""
    if text is None:
        return Board()
    facts = json.loads(text)
    agreement = facts.pop("agreement")
    return Board(**facts, agreement=None if agreement is None else tuple(agreement))


def _pool(connection: Connection, project: str, pool: Sequence[Honeypot]) -> None:
    """A honeypot that is no longer used stays known, so that answers to it can still be judged."""
    keep_items(connection, project, {one.item_id: (one.input, one.suggestion) for one in pool})
    keep_demand(connection, project, {demand(one.requires) for one in pool})
    mine = honeypots.c.project == project
    known = {row.honeypot_id: row for row in connection.execute(select(honeypots).where(mine))}
    connection.execute(update(honeypots).where(mine, honeypots.c.active).values(active=False))
    new = []
    for one in pool:
        facts = {
            "truth": canonical(one.truth),
            "stratum": one.stratum,
            "requires": demand(one.requires),
            "exposures": one.exposures,
            "active": True,
        }
        if one.honeypot_id in known:
            connection.execute(update(honeypots).where(mine, honeypots.c.honeypot_id == one.honeypot_id).values(facts))
        else:
            ids = {"project": project, "honeypot_id": one.honeypot_id, "item_id": one.item_id, "shown": 0}
            new.append(facts | ids)
    if new:
        connection.execute(insert(honeypots), new)


def _cases(connection: Connection, project: str, given: Sequence[Case]) -> None:
    """A case that is gone is closed unless it was ruled on; one that comes back is open again."""
    mine = cases.c.project == project
    columns = cases.c.case_id, cases.c.item_id, cases.c.answers_digest, cases.c.state
    known = {(row.item_id, row.answers_digest): row for row in connection.execute(select(*columns).where(mine))}
    wanted = {(one.item_id, one.answers_digest): one for one in given}
    gone = [row.case_id for key, row in known.items() if row.state == "waiting" and key not in wanted]
    for case_id in gone:
        connection.execute(update(cases).where(cases.c.case_id == case_id).values(state="closed"))
    new = []
    for key, one in wanted.items():
        facts = _facts(one)
        if key not in known:
            new.append(facts | {"case_id": secrets.token_hex(16), "project": project, "state": "waiting"})
        elif known[key].state != "ruled":
            changed = facts | {"state": "waiting"}
            connection.execute(update(cases).where(cases.c.case_id == known[key].case_id).values(changed))
    if new:
        connection.execute(insert(cases), new)


def _facts(case: Case) -> dict[str, Any]:
    return {
        "item_id": case.item_id,
        "answers_digest": case.answers_digest,
        "input": in_order(case.input),
        "opinions": canonical([asdict(opinion) for opinion in case.opinions]),
        "why": case.why,
        "priority": case.priority,
        "blind": case.blind,
    }


def _standings(connection: Connection, project: str, given: Sequence[Standing], now: datetime) -> None:
    mine = standings.c.project == project
    before = dict(connection.execute(select(standings.c.annotator, standings.c.state).where(mine)).all())
    connection.execute(delete(standings).where(mine))
    rows = [
        {"project": project, "annotator": one.annotator, "state": one.state, "standing": canonical(asdict(one))}
        for one in given
    ]
    if rows:
        connection.execute(insert(standings), rows)
    for one in given:
        if one.state != before.get(one.annotator):
            audit.record(connection, audit.ITSELF, f"judged {one.state}", one.annotator, at=now, project=project)
        if one.state == "paused":
            _pause(connection, project, one.annotator, before.get(one.annotator), now)


def _pause(connection: Connection, project: str, annotator: str, before: str | None, now: datetime) -> None:
    """Whoever is paused keeps no work: what they have answered is handed in as it is, the rest goes to others."""
    if before != "paused":
        webhooks.enqueue(connection, project, "person.paused", {"annotator": annotator}, now=now)
    account = account_by_code(connection, annotator)
    if account is not None:
        end_open(connection, project, account.account_id, "paused", now)
