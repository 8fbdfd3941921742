"""The mean difference of two systems on a designed sample, by the estimator that scores are made by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.between import Sampled
from gt_platform.stats.comparisons.difference import Difference
from gt_platform.stats.comparisons.pairs import units
from gt_platform.stats.design import Design, unit_weights
from gt_platform.stats.intervals import intervals
from gt_platform.stats.survey import ratio

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Drawn:
    """How n events were drawn, and which of them are one user's, session's or input's, if any are."""

    design: Design
    clusters: Codes | Sampled | None

    @property
    def weights(self) -> Floats:
        """How many events of the population each stands for, (n,)."""
        return unit_weights(self.design)

    @property
    def codes(self) -> Codes | None:
        """The cluster of each, (n,)."""
        return self.clusters.code if isinstance(self.clusters, Sampled) else self.clusters


def designed(
    drawn: Drawn,
    value: Floats,
    lowest: float,
    highest: float,
    *,
    differing: int = 0,
) -> Difference | None:
    """The mean over the population of `value` (n,) in the design's order, which can lie between `lowest` and `highest`.

    A mean or a difference: strata are told apart as in `survey.ratio`, clusters may be alike, intervals are those of
    `intervals`. None, insufficient evidence, where these give none, or fewer than `differing` units differ from the
    most common value. Raises ValueError.
    """
    from scipy.special import stdtr

    found = ratio(drawn.design, value[:, np.newaxis], np.ones((len(value), 1)), cluster=drawn.clusters)
    (interval,) = intervals(found, np.array([lowest]), np.array([highest]))
    if interval is None or units(value).differing < differing:
        return None
    error, freedom = float(found.error[0]), float(max(found.freedom[0], 1.0))
    return Difference(
        estimate=interval.estimate,
        low=interval.low,
        high=interval.high,
        error=error,
        freedom=freedom,
        n=len(value),
        groups=len(value) if drawn.codes is None else len(np.unique(drawn.codes)),
        p_value=2 * float(stdtr(freedom, -abs(interval.estimate) / error)) if error else 1.0,
    )
