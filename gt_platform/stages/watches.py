"""What is watched beside inputs and outputs, as far as labels and feedback have come."""

from gt_platform import watch
from gt_platform.checks.watches import watches
from gt_platform.lake.tables import DAILY_COUNTS, FEEDBACK, MEASUREMENTS, ROW_SCORES, WATCHES
from gt_platform.stages.stage import Check, Fills, Stage

WATCHING = Stage(
    name="watches",
    does="Compare volume, feedback, calibration, the prevalence of answers, and right and wrong with the reference.",
    fills=(
        Fills(WATCHES, """
            SELECT frame_day AS day, watched, "of", verdict, round(estimate, 4) AS estimate,
                   round(reference, 4) AS reference, round(low, 4) AS low, round(high, 4) AS high,
                   round(q_value, 4) AS q
            FROM watches QUALIFY frame_day = max(frame_day) OVER () ORDER BY watched, "of" LIMIT 20
        """),
        Fills(DAILY_COUNTS, """
            SELECT counted, "of", sum(events)::BIGINT AS events, max(frame_day) AS "last day"
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
