"""What each answered event adds to each metric, as rows: the same shares and weights that scores are made of."""

import numpy as np
import polars as pl

from gt_platform.benchmark.believed import Beliefs
from gt_platform.benchmark.evidence import Evidence
from gt_platform.benchmark.experts import Experts
from gt_platform.stats.design import stratified, unit_weights
from gt_platform.stats.label_error.shares import Shares


def measurements(evidence: Evidence, known: Experts | Beliefs | None = None) -> pl.DataFrame:
    """Rows of `measurements`, by event and metric; where experts checked some, the others as they are corrected.

    A statistic of the corpus is what it is over all events, plus what each moves it by.
    """
    answered = np.flatnonzero(evidence.answered)
    weight = unit_weights(stratified(evidence.stratum[answered], evidence.sizes, evidence.frame_of, noisy=True))
    shares = evidence.shares if known is None else known.expected(evidence)
    told = Shares(numerator=shares.numerator[answered], denominator=shares.denominator[answered])
    told = evidence.lines(told, weight)(told)
    numerator, denominator = told.numerator, told.denominator
    unit, column = np.nonzero(denominator)
    named = pl.DataFrame(evidence.scored, schema={"metric": pl.String, "label": pl.String}, orient="row")
    return pl.DataFrame(
        {
            "event_id": pl.Series(evidence.events, dtype=pl.String)[answered][unit],
            "numerator": numerator[unit, column],
            "denominator": denominator[unit, column],
            "weight": weight[unit],
        }
    ).hstack([*named[column], *evidence.outputs[answered][unit]])
