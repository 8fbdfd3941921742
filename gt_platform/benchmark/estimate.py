"""The production score's estimator: which of those in `gt_platform.stats` speaks for a cut of the traffic.

What is estimated, over which frames, belongs in `score`.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from gt_platform.benchmark.evidence import Cut, Evidence
from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.survey import Design, Estimates, ratio

GREG_UNITS = 100
"""Labeled events from which the regression on what is known of every event is used. Its intervals hold at every size,
but with 20 to 50 events they are 2 to 10 % wider than those by strata, with 100 as wide, and from 200 on up to 20 %
narrower, where confidence tells much (tests/bench/coverage.py, estimators.py)."""
BY_STRATA = "stratified ratio, Taylor variance with pooled prior"
BY_REGRESSION = "GREG on confidence and drift score within strata, Taylor variance with pooled prior"
CLUSTERED = "clustered by user, session or input"


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """Estimates of m metric columns, each field (m,), and how each was made; `population` events are spoken for."""

    estimates: Estimates
    methods: list[str]
    population: int


def production(evidence: Evidence, units: slice, frames: slice, cut: Cut, design: Design) -> Estimated:
    """Estimate every metric column of a cut over all events of the frames that have answers.

    Weights are calibrated on the cut's own totals of confidence and drift score, from GREG_UNITS labeled events on.
    Events of one user, session or input may be right or wrong together: what they vary together is added.
    """
    answered = evidence.answered[units]
    inside = cut.member[units][answered][:, None]
    numerator, denominator = (part[units][answered] * inside for part in (evidence.numerator, evidence.denominator))
    spoken_for = np.isin(np.arange(len(evidence.days))[frames], evidence.frame[units][answered])
    population = int(cut.population[frames][spoken_for].sum())
    cluster = evidence.cluster[units][answered]
    repeated = len(np.unique(cluster[inside[:, 0]])) < int(inside.sum())
    clusters = cluster if repeated else None
    found = ratio(design, numerator, denominator, cluster=clusters)
    enough = found.n >= GREG_UNITS
    if enough.any():
        auxiliary, totals = evidence.auxiliary[units][answered] * inside, cut.totals[frames][spoken_for].sum(axis=0)
        sharper = greg(design, numerator, denominator, auxiliary, totals, cluster=clusters)
        found = _chosen(enough, sharper, found)
    suffix = f", {CLUSTERED}" if repeated else ""
    methods = [(BY_REGRESSION if each else BY_STRATA) + suffix for each in enough]
    return Estimated(estimates=found, methods=methods, population=population)


def _chosen(where: NDArray[np.bool_], one: Estimates, other: Estimates) -> Estimates:
    parts = ((getattr(one, field.name), getattr(other, field.name)) for field in fields(Estimates))
    return Estimates(*(np.where(where, mine, theirs) for mine, theirs in parts))
