"""Standings: each annotator's state with its reason, kept whenever there is news of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gt_platform.labeling.evidence import Judged, judged
from gt_platform.labeling.messages import Standing
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import STANDINGS
from gt_platform.project import Project
from gt_platform.stats.annotators import Evidence, Levels, decide

# `active_until`: how many answers they had given when they were last thought of as active.
COUNTED = """
    SELECT annotator, coalesce(given, 0) AS answers, coalesce(checked, 0) AS honeypots,
           coalesce(revision, 0) AS revision, state, judged_answers, judged_honeypots,
           coalesce(active_until, 0) AS active_until
    FROM (SELECT annotator, count(*) AS given FROM annotations GROUP BY annotator)
    FULL JOIN (SELECT annotator, count(*) AS checked FROM honeypot_answers GROUP BY annotator) USING (annotator)
    LEFT JOIN (
        SELECT annotator, revision, state, answers AS judged_answers, honeypots AS judged_honeypots
        FROM current_standings
    ) USING (annotator)
    LEFT JOIN (
        SELECT annotator, max(answers) AS active_until FROM standings WHERE state = 'active' GROUP BY annotator
    ) USING (annotator)
    ORDER BY annotator
"""


@dataclass(frozen=True, kw_only=True)
class Stood:
    """A standing beside what follows from it: how many answers are beyond doubt, and whom it is shared with."""

    standing: Standing
    active_until: int
    copies: tuple[tuple[str, str], ...]
    revision: int
    news: bool


def standings(store: Store, project: Project, *, now: datetime, doubted: list[str]) -> list[Stood]:
    """What is to be thought of every annotator now; nothing where the project does not judge them.

    `doubted` are honeypots that say nothing about people.
    """
    declared = project.labeling.annotators
    if declared is None:
        return []
    levels = Levels(pause=declared.pause, watch=declared.watch, minimum=declared.minimum)
    found = {one.annotator: one for one in judged(store, project.answer_kind, levels, now=now, doubted=doubted)}
    if project.truth == "distribution":  # who differs from others has another opinion, and is not wrong
        found = {name: one for name, one in found.items() if one.basis == "truth"}
    rows = store.read(COUNTED).iter_rows(named=True)
    return [_stood(row, found.get(row["annotator"]) or _forgotten(row["annotator"], levels)) for row in rows]


def keep(writer: Writer, stood: list[Stood], now: datetime) -> int:
    """Append the standings that are news."""
    rows = [vars(one.standing) | {"revision": one.revision + 1, "judged_at": now} for one in stood if one.news]
    return writer.append(STANDINGS, STANDINGS.frame(rows))


def _stood(row: dict[str, Any], one: Judged) -> Stood:
    share = one.share
    standing = Standing(
        annotator=one.annotator,
        state=one.state,
        reason=one.reason,
        answers=row["answers"],
        honeypots=row["honeypots"],
        basis=one.basis,
        share=share.value if share else None,
        low=share.low if share else None,
        high=share.high if share else None,
        n=share.n if share else 0,
    )
    before = (row["state"], row["judged_answers"], row["judged_honeypots"])
    news = before != (one.state, row["answers"], row["honeypots"])
    active_until = row["answers"] if one.state == "active" else row["active_until"]
    return Stood(standing=standing, active_until=active_until, copies=one.copies, revision=row["revision"], news=news)


def _forgotten(annotator: str, levels: Levels) -> Judged:
    """Somebody who has answered nothing for so long that nothing speaks for or against them."""
    state, reason = decide(Evidence(share=None, basis="none"), levels)
    return Judged(annotator=annotator, share=None, basis="none", state=state, reason=reason)
