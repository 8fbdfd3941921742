"""How far a system's confidence is from how often it is right: by bins, and in one number with its interval.

The arithmetic of the number is in `gt_platform.stats.reliability`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.benchmark.candidacy import NAMES, systems
from gt_platform.benchmark.estimate import Estimated
from gt_platform.benchmark.reads import Once, Reads
from gt_platform.benchmark.standing import Standing, standing
from gt_platform.benchmark.sure import Reliability, Sure, confidences
from gt_platform.benchmark.weaknesses import WeaknessError
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.project.candidates import PRODUCTION
from gt_platform.stats.intervals import Interval, intervals
from gt_platform.stats.reliability import LEAST_UNITS, CalibrationError, calibration_error, equal_counts

Floats = NDArray[np.float64]
LABELED = """
    SELECT s.event_id, s.item_id FROM sample s JOIN ground_truth t ON t.item_id = s.item_id ORDER BY s.event_id
"""
SAMPLED = "SELECT event_id, item_id FROM sample ORDER BY frame_day, stratum, event_id"


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Outputs of about equal confidence: from which to which, their mean, how often right, and their share of all."""

    low: float
    high: float
    confidence: float
    right: Interval
    share: float
    n: int


@dataclass(frozen=True, kw_only=True)
class Calibrated:
    """What is known of a system's confidence, from `n` labeled events with one, of `labeled`.

    `error` is the expected calibration error over the bins; it and `brier` are None where evidence is insufficient.
    `against` says whose truth it is.
    """

    system: str
    against: str
    labeled: int
    n: int
    bins: list[Bin]
    error: CalibrationError | None
    brier: Interval | None


def reliability(store: Store, project: Project, name: str = PRODUCTION) -> Calibrated:
    """Hold a system's confidence against the truth as scores do: by design, with experts' corrections.

    Bins hold about as many labeled events each, and are cut by confidence alone. Raises WeaknessError.
    """
    if project.judges_outputs:
        raise WeaknessError(f"{project.name} judges outputs: nobody says how sure it is of a judgement")
    known = Once(store)
    names = [PRODUCTION, *known.read(NAMES)["candidate"].to_list()]
    if name not in names:
        raise WeaknessError(f"{name} has no predictions; there are {', '.join(names)}")
    whole = project.model_copy(update={"benchmark": project.benchmark.model_copy(update={"slices": ()})})
    labeled = known.read(LABELED)
    sure = _sure(known, whole, name, np.empty(0))
    stated = _stated(sure, labeled)
    nothing = Calibrated(
        system=name, against="", labeled=labeled.height, n=len(stated), bins=[], error=None, brier=None
    )
    return nothing if len(stated) < 2 * LEAST_UNITS else _calibrated(known, whole, nothing, equal_counts(stated))


def _sure(store: Reads, project: Project, name: str, cuts: Floats) -> Sure:
    measuring = Reliability(
        kind=project.answer_kind, names=(), cuts=cuts, middle=np.zeros(len(cuts) + 1), sign=np.zeros(len(cuts) + 1)
    )
    system = systems(store, project, [name])[name]
    return Sure(system, measuring, confidences(store, name))


def _stated(sure: Sure, units: pl.DataFrame) -> Floats:
    """The mean confidence of each unit that has any."""
    given = ([one for one in told if one is not None] for told in sure.of(units))
    return np.array([np.mean(told) for told in given if told], dtype=np.float64)


def _calibrated(store: Reads, project: Project, found: Calibrated, cuts: Floats) -> Calibrated:
    sure = _sure(store, project, found.system, cuts)
    seen = standing(store, project, sure, {"right", "share"}, "production", imputed=False)
    brier = _interval(standing(store, project, sure, {"brier"}, "production", imputed=False))
    middle = _middles(store, sure, seen, cuts)
    told = seen.over(seen.cuts[0])
    bins = _bins(seen, told, cuts, middle)
    found = replace(found, against=seen.against, bins=bins, brier=brier)
    if len(bins) <= len(cuts):
        return found  # of some bin too little is known for an interval
    column = {name: at for at, name in enumerate(seen.evidence.scored)}
    at = [column["right", f"{place:02}"] for place in range(len(bins))]
    gap = middle - told.estimates.value[at]
    measuring = replace(sure.measuring, middle=middle, sign=np.where(gap < 0, -1.0, 1.0))
    signed = standing(store, project, replace(sure, measuring=measuring), {"signed"}, "production", imputed=False)
    whole = signed.over(signed.cuts[0]).estimates
    share = np.array([one.share for one in bins])
    error = calibration_error(
        share / share.sum(), gap, told.estimates.error[at], float(whole.error[0]), float(whole.freedom[0])
    )
    return replace(found, error=error)


def _interval(found: Standing) -> Interval | None:
    bounds = np.zeros(len(found.evidence.scored)), np.ones(len(found.evidence.scored))
    return next(iter(intervals(found.over(found.cuts[0]).estimates, *bounds)), None)


def _middles(store: Reads, sure: Sure, found: Standing, cuts: Floats) -> Floats:
    """The mean confidence of each bin, by what each unit stands for."""
    inside = found.inside(found.cuts[0])
    total, size = np.zeros(len(cuts) + 1), np.zeros(len(cuts) + 1)
    for told, weight, kept in zip(sure.of(store.read(SAMPLED)), found.weight, inside, strict=True):
        given = np.array([one for one in told if one is not None] if kept else [])
        np.add.at(total, np.searchsorted(cuts, given, side="left"), weight * given / max(len(given), 1))
        np.add.at(size, np.searchsorted(cuts, given, side="left"), weight / max(len(given), 1))
    return total / np.where(size == 0, 1.0, size)


def _bins(found: Standing, told: Estimated, cuts: Floats, middle: Floats) -> list[Bin]:
    """Those that enough is known of."""
    scored = found.evidence.scored
    known = intervals(told.estimates, np.zeros(len(scored)), np.ones(len(scored)))
    column = {name: at for at, name in enumerate(scored)}
    edges: Sequence[float] = [0.0, *cuts.tolist(), 1.0]
    made = []
    for place, mean in enumerate(middle.tolist()):
        at = column.get(("right", f"{place:02}"))
        right = None if at is None else known[at]
        if at is not None and right is not None:
            share = float(told.estimates.value[column["share", f"{place:02}"]])
            made.append(
                Bin(
                    low=edges[place],
                    high=edges[place + 1],
                    confidence=mean,
                    right=right,
                    share=share,
                    n=int(told.n[at]),
                )
            )
    return made
