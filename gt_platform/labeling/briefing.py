"""What a backend with people is told after every run: honeypots, cases, standings, and the lead's figures."""

from gt_platform.labeling.agreement import agreement
from gt_platform.labeling.honeypots import Kept
from gt_platform.labeling.messages import Board, Briefing, Case, Standing
from gt_platform.labeling.overlap import saved
from gt_platform.labeling.stale import still_stale
from gt_platform.lake import Store
from gt_platform.project import Project

COUNTS = """
    SELECT (SELECT count(DISTINCT item_id) FROM assignments) AS items,
           (SELECT count(*) FROM assignments) AS assignments,
           (SELECT count(*) FROM annotations) AS annotations,
           (SELECT count(*) FROM exclusions) AS excluded,
           (SELECT count(*) FROM current_decisions WHERE status <> 'adjudicate') AS decided,
           (SELECT count(*) FROM current_decisions WHERE status = 'adjudicate') AS adjudicate,
           (SELECT count(*) FROM edge_cases) AS edge_cases
"""


def brief(
    store: Store, project: Project, *, kept: list[Kept], cases: list[Case], standings: list[Standing]
) -> Briefing:
    """All of it, as it stands."""
    in_use = tuple(one.honeypot for one in kept if one.in_use)
    return Briefing(honeypots=in_use, cases=tuple(cases), standings=tuple(standings), board=board(store, project))


def board(store: Store, project: Project) -> Board:
    """The project's figures."""
    counts = store.read(COUNTS).row(0, named=True)
    found = agreement(store, project)
    known = (
        None if found.mean is None or found.low is None or found.high is None else (found.mean, found.low, found.high)
    )
    return Board(
        **counts,
        stale=still_stale(store, project),
        saved=saved(store, project),
        agreement=None if known is None else (*known, found.items),
    )
