"""Candidates beside production, on each release."""

from gt_platform import benchmark
from gt_platform.lake import Store
from gt_platform.lake.tables import CANDIDATE_SCORES, COMPARISONS, PREDICTIONS, SCORES
from gt_platform.project import Project
from gt_platform.stages.stage import Fills, Interval, Plot, Stage

STANDINGS = """
    SELECT candidate, estimate, low, high FROM current_candidate_scores
    WHERE metric = ? AND label = '*' AND slice = '*' AND estimand = 'production' ORDER BY estimate DESC NULLS LAST
"""


def _standings(store: Store, project: Project) -> list[Interval]:
    return store.read(STANDINGS, [project.headline]).rows()


CANDIDATES = Stage(
    name="candidate_scores",
    does="Score every candidate on the latest release beside production, and say by how much each is better or worse.",
    fills=(
        Fills(CANDIDATE_SCORES, """
            SELECT candidate, estimand, metric, label, round(estimate, 4) AS estimate, round(low, 4) AS low,
                   round(high, 4) AS high, n, missing, n_invalid, against
            FROM current_candidate_scores WHERE slice = '*'
            ORDER BY estimand DESC, metric, label, estimate DESC LIMIT 30
        """),
        Fills(COMPARISONS, """
            SELECT candidate, baseline, estimand, metric, label, slice, round(difference, 4) AS difference,
                   round(low, 4) AS low, round(high, 4) AS high, n, lost, gained, superiority, non_inferiority
            FROM current_comparisons ORDER BY family DESC, candidate, slice <> '*', metric, label LIMIT 30
        """),
    ),
    after=(SCORES, PREDICTIONS),
    kinds=("numpy",),
    run=lambda platform, project, _: benchmark.stand(platform.store(project), project),
    plots=(Plot(name="standings", of="score by candidate", none="no candidate has predictions", rows=_standings),),
)  # fmt: skip
