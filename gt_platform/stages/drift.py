"""A frame against the project's reference: a verdict per column, a drift score per event."""

from gt_platform import checks, drift
from gt_platform.lake.tables import DRIFT, EVENTS, ROW_SCORES
from gt_platform.stages.stage import Check, Fills, Stage

DRIFTING = Stage(
    name="drift",
    does="Compare a day's events with the reference; Evidently's report is linked from `drift`.",
    fills=(
        Fills(DRIFT, """
            SELECT column_name AS "column", statistic, round(value, 4) AS value, round(threshold, 4) AS threshold,
                   round(q_value, 4) AS q, verdict,
                   CASE WHEN evidently_drift THEN 'drift' WHEN NOT evidently_drift THEN 'no drift' END AS "Evidently",
                   n_current AS n FROM drift
            WHERE frame_day = ? ORDER BY column_name LIMIT 30
        """),
        Fills(ROW_SCORES, """
            SELECT count(*) AS events, round(min(drift_score), 3) AS lowest, round(median(drift_score), 3) AS median,
                   round(quantile_cont(drift_score, 0.9), 3) AS p90, round(max(drift_score), 3) AS highest
            FROM row_scores WHERE frame_day = ?
        """),
    ),
    after=(EVENTS,),
    per_day=True,
    kinds=("scikitlearn",),
    run=lambda platform, project, day: drift.measure(platform.store(project), project, day, reports=platform.files),
    checks=(
        Check(
            name="drift",
            table=DRIFT,
            asks="The frame looks like the reference.",
            evaluate=checks.drift,
            warns=True,
        ),
    ),
)  # fmt: skip
