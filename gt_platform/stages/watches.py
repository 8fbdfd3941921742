"""What is watched beside inputs and outputs, as far as labels and feedback have come."""

from gt_platform import watch
from gt_platform.lake.tables import DAILY_COUNTS, FEEDBACK, MEASUREMENTS, ROW_SCORES, WATCHES
from gt_platform.stages.stage import Check, Fills, Stage
from gt_platform.stages.watched import watches

WATCHING = Stage(
    name="watches",
    does="Compare volume, feedback, calibration, the prevalence of answers, and right and wrong with the reference.",
    fills=(
        Fills(WATCHES, """
            SELECT watched, "of", arg_max(verdict, frame_day) AS verdict,
                   round(arg_max(estimate, frame_day) FILTER (estimate IS NOT NULL), 4) AS estimate,
                   round(arg_max(reference, frame_day) FILTER (estimate IS NOT NULL), 4) AS reference,
                   round(arg_max(p_value, frame_day) FILTER (estimate IS NOT NULL), 4) AS p,
                   count(*) FILTER (verdict = 'drift') AS "days with drift", max(frame_day) AS "last day"
            FROM watches GROUP BY ALL ORDER BY watched, "of" LIMIT 20
        """),
        Fills(DAILY_COUNTS, """
            SELECT counted, "of", count(DISTINCT frame_day) AS days, sum(events)::BIGINT AS events,
                   max(frame_day) AS "last day"
            FROM daily_counts GROUP BY ALL ORDER BY counted, events DESC, "of" LIMIT 20
        """),
    ),
    after=(MEASUREMENTS, FEEDBACK, ROW_SCORES),
    kinds=("numpy",),
    run=lambda platform, project, _: watch.watch(platform.store(project), project, platform.today()),
    checks=(
        Check(
            name="watches",
            table=WATCHES,
            asks="Volume, feedback, calibration and answers are as usual, and the model is right as often as it was.",
            evaluate=lambda store, *_: watches(store),
            warns=True,
        ),
    ),
)  # fmt: skip
