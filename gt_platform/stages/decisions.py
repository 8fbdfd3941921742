"""How each item's truth was settled."""

from gt_platform import truth
from gt_platform.lake.tables import ADJUDICATIONS, ANNOTATIONS, DECISIONS, EXCLUSIONS
from gt_platform.stages.stage import Fills, Stage

SETTLING = Stage(
    name="decisions",
    does="Settle every item whose answers or rulings are new; ties and weak answers wait for a reviewer.",
    fills=(
        Fills(DECISIONS, """
            SELECT status, method, count(*) AS items, round(avg(confidence), 3) AS confidence
            FROM current_decisions
            GROUP BY ALL ORDER BY items DESC, status, method
        """),
    ),
    after=(ANNOTATIONS, ADJUDICATIONS, EXCLUSIONS),
    run=lambda platform, project, _: truth.settle(platform.store(project), project),
    scanned=(DECISIONS,),
)  # fmt: skip
