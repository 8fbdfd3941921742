"""What each answered event adds to each metric, as rows: the same shares and weights that scores are made of."""

import numpy as np
import polars as pl

from gt_platform.benchmark.believed import Beliefs
from gt_platform.benchmark.evidence import Evidence
from gt_platform.benchmark.experts import Experts
from gt_platform.stats.design import stratified, unit_weights


def measurements(evidence: Evidence, known: Experts | Beliefs | None = None) -> pl.DataFrame:
    """Rows of `measurements`, by event and metric; where experts checked some, the others as they are corrected."""
    answered = np.flatnonzero(evidence.answered)
    weight = unit_weights(stratified(evidence.stratum[answered], evidence.sizes, evidence.frame_of, noisy=True))
    shares = evidence if known is None else known.expected(evidence)
    numerator, denominator = shares.numerator[answered], shares.denominator[answered]
    unit, column = np.nonzero(denominator)
    named = pl.DataFrame(evidence.columns, schema={"metric": pl.String, "label": pl.String}, orient="row")
    return pl.DataFrame(
        {
            "event_id": pl.Series(evidence.events, dtype=pl.String)[answered][unit],
            "numerator": numerator[unit, column],
            "denominator": denominator[unit, column],
            "weight": weight[unit],
        }
    ).hstack([*named[column], *evidence.outputs[answered][unit]])
