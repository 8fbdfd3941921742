"""Sampled items, each asked of as many annotators as the project wants."""

from gt_platform import labeling
from gt_platform.lake.tables import ASSIGNMENTS, EVENTS, ITEMS, SAMPLE
from gt_platform.stages.stage import Fills, Stage

ASSIGNING = Stage(
    name="assignments",
    does="Make items and assignments of a day's sample, and hand what waits to the labeling backend.",
    fills=(
        Fills(ASSIGNMENTS, """
            WITH drawn AS (SELECT DISTINCT item_id FROM sample WHERE frame_day = ?)
            SELECT backend, count(DISTINCT item_id) AS items, count(*) AS assignments, count(annotator) AS answered
            FROM assignments SEMI JOIN drawn USING (item_id) LEFT JOIN annotations USING (assignment_id, item_id)
            GROUP BY backend ORDER BY backend
        """),
        Fills(ITEMS, """
            SELECT origin, coalesce(source, '') AS source, count(*) AS items, min(first_seen) AS first_seen
            FROM items SEMI JOIN (FROM sample WHERE frame_day = ?) drawn USING (item_id)
            GROUP BY ALL ORDER BY items DESC, source LIMIT 12
        """),
    ),
    after=(SAMPLE, EVENTS),
    per_day=True,
    run=lambda platform, project, day: labeling.assign(
        platform.store(project), project, day, backend=platform.backend(project)
    ),
)  # fmt: skip
