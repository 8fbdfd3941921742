"""The night as a tuple of stages in the order they run: the one place that says what there is and what follows it."""

from gt_platform.lake.tables import (
    ACCEPTANCES,
    ATTEMPTS,
    COMPUTED,
    CONTAMINATIONS,
    DECLARATIONS,
    DRIFT,
    ERASED,
    ERASURES,
    FEEDBACK,
    FILES,
    GATES,
    GROUND_TRUTH,
    GUIDELINES,
    IMPORTS,
    MEANINGS,
    PINS,
    PREDICTIONS,
    PROPOSAL_VERDICTS,
    QUARANTINE,
    RELEASES,
    REPLAYS,
    RUNS,
    SCORES,
    SPLITS,
    TAGS,
    TRAINING_FILES,
    Table,
)
from gt_platform.stages.annotations import COLLECTING
from gt_platform.stages.assignments import ASSIGNING
from gt_platform.stages.candidates import CANDIDATES
from gt_platform.stages.decisions import SETTLING
from gt_platform.stages.drift import DRIFTING
from gt_platform.stages.ground_truth import FOLDING
from gt_platform.stages.ingest import INGEST
from gt_platform.stages.releases import RELEASING
from gt_platform.stages.sample import SAMPLING
from gt_platform.stages.scores import SCORING
from gt_platform.stages.splits import SPLITTING
from gt_platform.stages.stage import Check, Fills, Interval, Plot, Question, Stage
from gt_platform.stages.watches import WATCHING

STAGES: tuple[Stage, ...] = (
    INGEST,
    DRIFTING,
    SAMPLING,
    ASSIGNING,
    COLLECTING,
    SETTLING,
    SPLITTING,
    FOLDING,
    RELEASING,
    SCORING,
    WATCHING,
    CANDIDATES,
)

OCCASIONAL: dict[Table, tuple[Table, ...]] = {
    REPLAYS: (QUARANTINE,),
    ACCEPTANCES: (DRIFT,),
    DECLARATIONS: (),
    GUIDELINES: (DECLARATIONS,),
    ATTEMPTS: (FILES,),
    TRAINING_FILES: (GROUND_TRUTH, SPLITS),
    CONTAMINATIONS: (TRAINING_FILES,),
    IMPORTS: (),
    PROPOSAL_VERDICTS: (FEEDBACK, GROUND_TRUTH),
    MEANINGS: (FEEDBACK, GROUND_TRUTH),
    TAGS: (RELEASES,),
    ERASURES: (),
    ERASED: (ERASURES,),
    RUNS: (),
    PREDICTIONS: (GROUND_TRUTH, RUNS),
    PINS: (GROUND_TRUTH,),
    GATES: (PREDICTIONS, RELEASES),
    COMPUTED: (SCORES,),
}
"""Tables filled where there is something to note, not every night, with what they come after."""

__all__ = ["INGEST", "OCCASIONAL", "STAGES", "Check", "Fills", "Interval", "Plot", "Question", "Stage"]
