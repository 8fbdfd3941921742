"""The production model's scores, each with its interval."""

from gt_platform import benchmark
from gt_platform.checks import scores
from gt_platform.lake import Store
from gt_platform.lake.tables import EVENTS, EXPERT_CHECKS, MEASUREMENTS, PAST_SCORES, RELEASES, SAMPLE, SCORES, SCORINGS
from gt_platform.project import Project
from gt_platform.stages.stage import Check, Fills, Interval, Plot, Stage

WEEKS = """
    SELECT period, estimate, low, high FROM current_scores
    WHERE scope = 'week' AND estimand = 'production' AND slice = '*' AND label = '*' AND metric = ?
      AND model = '*'
    ORDER BY period
"""


def _weeks(store: Store, project: Project) -> list[Interval]:
    return store.read(WEEKS, [project.headline]).rows()


SCORING = Stage(
    name="scores",
    does="Score the model on the latest release: as production sees it, by design, and on the labeled items alone.",
    fills=(
        Fills(SCORES, """
            SELECT metric, label, slice, estimand, round(estimate, 4) AS estimate, round(low, 4) AS low,
                   round(high, 4) AS high, n, n_invalid, checked, against,
                   round(sampling_share, 2) AS "sampling's share", verdict
            FROM current_scores
            WHERE scope = 'all'
            ORDER BY slice <> '*', metric, label, slice, estimand LIMIT 30
        """),
        Fills(PAST_SCORES, """
            SELECT release, count(*) AS scores FROM past_scores GROUP BY release ORDER BY release DESC LIMIT 12
        """),
        Fills(SCORINGS, """
            SELECT release, estimate, low, high, n, truth_snapshot, scores_snapshot FROM release_scores
            ORDER BY release DESC LIMIT 12
        """),
        Fills(MEASUREMENTS, """
            SELECT metric, label, count(*) AS events, round(sum(weight * numerator) / sum(weight * denominator), 4)
                       AS "by strata"
            FROM measurements GROUP BY metric, label ORDER BY label <> '*', metric, label LIMIT 30
        """),
    ),
    after=(RELEASES, SAMPLE, EVENTS, EXPERT_CHECKS),
    awaited=True,
    kinds=("numpy",),
    run=lambda platform, project, _: benchmark.score(platform.store(project), project),
    checks=(
        Check(
            name="score",
            table=SCORES,
            asks="The production scores keep the project's gates, judged on the bounds of their intervals.",
            evaluate=lambda store, project, _: scores.score(store, project),
        ),
        Check(
            name="missing_answers",
            table=SCORES,
            asks="Sampled events without truth are few, known from experts, or at least like the others.",
            evaluate=lambda store, project, _: scores.missing_answers(project, benchmark.missing(store, project)),
            warns=True,
        ),
        Check(
            name="regression",
            table=SCORES,
            asks="Looked at every night, no score has fallen below the project's gate.",
            evaluate=lambda store, project, _: scores.regression(benchmark.regression(store, project)),
        ),
    ),
    plots=(Plot(name="weekly", of="production score by week", none="no week with enough evidence yet", rows=_weeks),),
)  # fmt: skip
