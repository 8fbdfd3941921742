"""Rows of `comparisons`: differences with their verdicts, those that decide and those that are looked at besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gt_platform.benchmark.differences import Apart, Measured
from gt_platform.benchmark.standing import Standing
from gt_platform.benchmark.systems import Column
from gt_platform.project import Project
from gt_platform.stats.comparisons.difference import Difference
from gt_platform.stats.comparisons.verdict import Decision, non_inferiority
from gt_platform.stats.multiplicity import holm, q_values

ALPHA = 0.05
PRIMARY, EXPLORATORY = "primary", "exploratory"
UNSURE: Decision = "insufficient_evidence"
DEFAULT_MARGIN = 0.02
"""Of the headline's range, where no margin is declared."""


def lower_is_better(project: Project, metric: str) -> bool:
    """Whether a system is the better for less of it."""
    gate = project.gates.binding(metric, "*")
    return metric in project.measuring.lower_is_better or bool(gate and gate.at_most is not None)


def margins(project: Project) -> dict[str, float]:
    """By how much a candidate may be worse, by metric; nothing where that has to be declared first."""
    low, high = project.measuring.bounds[project.headline]
    default = {project.headline: DEFAULT_MARGIN * (high - low)} if np.isfinite(high - low) else {}
    return project.candidates.margins or default


def primary(project: Project, estimand: str, apart: Apart) -> bool:
    """Whether a difference is one the gate decides by."""
    slices = ("*", *project.candidates.must_not_lose)
    decisive = estimand == project.candidates.estimand and apart.slice in slices
    return decisive and apart.column[0] in margins(project)


def better(project: Project, apart: Apart) -> Difference | None:
    """The difference as a gain, whichever way the metric counts."""
    found = apart.found
    if found is None or not lower_is_better(project, apart.column[0]):
        return found
    return found.negated


@dataclass(frozen=True, kw_only=True)
class Changed:
    """Events, or items, on which two systems part in a metric: their places in the evidence."""

    lost: list[int]
    gained: list[int]


def changed(project: Project, first: Measured, second: Measured, slice_: str) -> dict[Column, Changed]:
    """Which the second system got worse, and which better, by what is taken to be true of each: by metric."""
    cut = next(cut for cut in first.standing.cuts if cut.slice == slice_)
    both = first.standing.inside(cut) & second.standing.inside(cut)
    units = np.flatnonzero(both)
    mine, theirs = (one.own(cut, both) for one in (first, second))
    found = {}
    for column in mine.keys() & theirs.keys():
        gain = theirs[column] - mine[column]
        gain = -gain if lower_is_better(project, column[0]) else gain
        lost, gained = (units[parted].tolist() for parted in (gain < 0, gain > 0))
        found[column] = Changed(lost=lost, gained=gained)
    return found


def comparisons(
    project: Project, named: tuple[str, str], first: Measured, second: Measured, apart: Sequence[Apart]
) -> list[dict[str, Any]]:
    """A row for each difference of the `named` candidate from its baseline."""
    estimand = second.standing.estimand
    families = [PRIMARY if primary(project, estimand, one) else EXPLORATORY for one in apart]
    adjusted = dict[int, float]()
    for family, adjust in ((PRIMARY, holm), (EXPLORATORY, q_values)):
        places = [at for at, one in enumerate(apart) if families[at] == family and one.found is not None]
        p_values = [found.p_value for at in places if (found := apart[at].found) is not None]
        adjusted |= dict(zip(places, adjust(p_values).tolist(), strict=True))
    parted = {slice_: changed(project, first, second, slice_) for slice_ in {one.slice for one in apart}}
    return [
        {"candidate": named[0], "baseline": named[1], "estimand": estimand, "family": families[at]}
        | _row(project, second.standing, one, adjusted.get(at), parted[one.slice][one.column])
        | _verdict(project, second.standing, one, families[at])
        for at, one in enumerate(apart)
    ]


def _row(project: Project, standing: Standing, apart: Apart, adjusted: float | None, parted: Changed) -> dict[str, Any]:
    (metric, label), found, gain = apart.column, apart.found, better(project, apart)
    surely = gain is not None and adjusted is not None and adjusted <= ALPHA and standing.decides
    return {
        "metric": metric,
        "label": label,
        "slice": apart.slice,
        "difference": apart.estimate,
        "low": found and found.low,
        "high": found and found.high,
        "standard_error": found and found.error,
        "n": apart.n,
        "lost": len(parted.lost),
        "gained": len(parted.gained),
        "p_value": found and found.p_value,
        "adjusted": adjusted,
        "against": standing.against,
        "superiority": UNSURE if not surely or gain is None else "better" if gain.estimate > 0 else "worse",
    }


def _verdict(project: Project, standing: Standing, apart: Apart, family: str) -> dict[str, Any]:
    if family != PRIMARY:
        return {"margin": None, "non_inferiority": "none", "needed": None}
    margin = margins(project)[apart.column[0]]
    said = non_inferiority(better(project, apart), margin)
    decision = said.decision if standing.decides else UNSURE
    return {"margin": margin, "non_inferiority": decision, "needed": said.needed}
