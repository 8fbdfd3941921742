"""Sampled items, each asked of as many annotators as the project wants, and which of them are near-duplicates."""

from gt_platform import checks, labeling, likeness
from gt_platform.lake.tables import ASSIGNMENTS, DUPLICATES, EVENTS, ITEMS, SAMPLE
from gt_platform.stages.stage import Check, Fills, Stage

ASSIGNING = Stage(
    name="assignments",
    does="Make items and assignments of a day's sample, hand what waits to the labeling backend, and group "
    "near-duplicate items: before they are asked where the project asks once.",
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
        Fills(DUPLICATES, """
            SELECT how, count(*) AS items, round(min(similarity), 3) AS "least like"
            FROM duplicates SEMI JOIN (FROM sample WHERE frame_day = ?) drawn USING (item_id)
            WHERE duplicate_group <> item_id GROUP BY how ORDER BY how
        """),
    ),
    after=(SAMPLE, EVENTS),
    per_day=True,
    run=lambda platform, project, day: labeling.assign(
        platform.store(project), project, day, backend=platform.backend(project)
    ),
    checks=(
        Check(
            name="budget",
            table=ASSIGNMENTS,
            asks="What a project may spend on answers is not spent.",
            evaluate=lambda store, project, _: checks.budget(store, project),
            warns=True,
        ),
    ),
    afterwards=lambda platform, project: likeness.find_duplicates(platform.store(project), project),
)  # fmt: skip
