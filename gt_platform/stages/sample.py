"""The events of a frame that are worth an expert's time, drawn with known probability."""

from gt_platform import sampling
from gt_platform.lake.tables import COMPOSITION, EVENTS, FEEDBACK, LEFT_OUT, PHASES, ROW_SCORES, SAMPLE, SPENDING
from gt_platform.stages.stage import Fills, Stage

SAMPLING = Stage(
    name="sample",
    does="Stratify a frame, spread the project's budget over the strata and draw: of what people flagged all, and in a "
    "further phase what they flag later. Where a night may cost so much, split that first between new items, further "
    "answers and expert checks.",
    fills=(
        Fills(SAMPLE, """
            SELECT stratum, any_value(stratum_size) AS size, count(*) AS drawn,
                   round(min(inclusion_probability), 4) AS "lowest probability",
                   round(max(inclusion_probability), 4) AS "highest probability"
            FROM sample WHERE frame_day = ? GROUP BY stratum ORDER BY stratum LIMIT 30
        """),
        Fills(SPENDING, """
            SELECT budget, items, answers, checks, round(half_width, 4) AS "half-width to be expected",
                   round(with_items, 4) AS "with a tenth more for items", round(with_answers, 4) AS "for answers",
                   round(with_checks, 4) AS "for checks", known_items AS "learned from items",
                   known_checks AS "of them checked"
            FROM spending WHERE frame_day = ?
        """),
        Fills(COMPOSITION, """
            SELECT attribute, value, asked, events, drawn, detail FROM composition WHERE frame_day = ?
            ORDER BY attribute, value LIMIT 60
        """),
        Fills(LEFT_OUT, """
            SELECT attribute, count(*) AS events FROM left_out WHERE frame_day = ? GROUP BY attribute ORDER BY attribute
        """),
        Fills(PHASES, """
            SELECT phase, flagged, waiting, drawn, opened_at FROM phases WHERE frame_day = ? ORDER BY phase
        """),
    ),
    after=(EVENTS, FEEDBACK, ROW_SCORES),
    per_day=True,
    kinds=("polars",),
    run=lambda platform, project, day: sampling.draw(platform.store(project), project, day),
    scanned=(SAMPLE,),
)  # fmt: skip
