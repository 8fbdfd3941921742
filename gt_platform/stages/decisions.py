"""How each item's truth was settled, and what all answers come to together."""

from gt_platform import truth
from gt_platform.lake.tables import (
    ADJUDICATIONS,
    ANNOTATIONS,
    ANNOTATORS,
    DECISIONS,
    DUPLICATES,
    EVENTS,
    EXCLUSIONS,
    FEEDBACK,
    HONEYPOT_ANSWERS,
    POOLS,
    SETTLEMENTS,
)
from gt_platform.stages.stage import Fills, Stage

SETTLING = Stage(
    name="decisions",
    does="Settle all answers together where any are new, and decide items by that; ties and weak answers wait for a "
    "reviewer, and decisions are revised where what was learned since settles them otherwise. Where near-duplicates "
    "are asked once, those that were not asked follow the one that was. Outcomes that are declared decide first.",
    fills=(
        Fills(DECISIONS, """
            SELECT status, method, count(*) AS items, round(avg(confidence), 3) AS confidence
            FROM current_decisions
            GROUP BY ALL ORDER BY items DESC, status, method
        """),
        Fills(SETTLEMENTS, """
            SELECT settled, method, confidence_is, count(*) AS items, round(avg(confidence), 3) AS confidence
            FROM settlements GROUP BY ALL ORDER BY items DESC, settled, method LIMIT 12
        """),
        Fills(ANNOTATORS, """
            SELECT annotator, answers, basis, round(ability, 3) AS ability, round(low, 3) AS low, round(high, 3) AS high
            FROM annotators ORDER BY low, annotator LIMIT 12
        """),
        Fills(POOLS, """
            SELECT pool, items, answers, gold, honeypots, settled_at FROM pools ORDER BY pool
        """),
    ),
    after=(ANNOTATIONS, ADJUDICATIONS, EXCLUSIONS, HONEYPOT_ANSWERS, DUPLICATES, EVENTS, FEEDBACK),
    run=lambda platform, project, _: truth.settle(platform.store(project), project),
    scanned=(DECISIONS,),
)  # fmt: skip
