"""What people are told about how they do: their own figures, never who else answered or what was known."""

import json

from sqlalchemy import Connection, bindparam, select

from gt_platform.labeling.messages import Standing
from gt_platform.workbench.store.tables import Record, pauses, standings

KEPT = select(standings.c.standing).where(
    standings.c.project == bindparam("of"), standings.c.annotator == bindparam("whose")
)
BY_LEAD = select(pauses).where(pauses.c.project == bindparam("of"), pauses.c.annotator == bindparam("whose"))
STILL_NEW = "You are new here: your first answers show how well the questions are understood."
FINE = "Your answers are as good as this project needs."
WATCHED = "Your answers are looked at more closely for now. Take your time, and read the guideline once more."
PAUSED = "You get no work here for now. Talk to the person who leads the project."


def told_why(standing: Standing) -> str:
    """A standing in words fit for whom it is about. The platform's own reason may name others: it stays away."""
    words = {"onboarding": STILL_NEW, "active": FINE, "watched": WATCHED, "paused": PAUSED}[standing.state]
    return f"{_figures(standing)} {words}" if standing.state in {"watched", "paused"} else words


def of(connection: Connection, project: str, code: str) -> Standing | None:
    """What the last briefing said of this annotator."""
    kept = connection.execute(KEPT, {"of": project, "whose": code}).scalar()
    return None if kept is None else parse(kept)


def pause_of(connection: Connection, project: str, code: str) -> Record | None:
    """The row of `pauses` of somebody whom a lead keeps from work."""
    return connection.execute(BY_LEAD, {"of": project, "whose": code}).one_or_none()


def all_paused(connection: Connection, project: str) -> frozenset[str]:
    """The codes of everybody who gets no work in a project, whoever decided it."""
    judged = select(standings.c.annotator).where(standings.c.project == project, standings.c.state == "paused")
    by_lead = select(pauses.c.annotator).where(pauses.c.project == project)
    return frozenset(connection.execute(judged.union(by_lead)).scalars())


def parse(text: str) -> Standing:
    """The standing in a row of `standings`."""
    return Standing(**json.loads(text))


def _figures(standing: Standing) -> str:
    if standing.share is None or standing.low is None or standing.high is None:
        return "There is doubt about your answers."
    matter = "were right where the answer is known" if standing.basis == "truth" else "agree with most others'"
    between = f"between {standing.low:.0%} and {standing.high:.0%}, by {standing.n} answers"
    return f"{standing.share:.0%} of your answers {matter} ({between})."
